#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string_view>
#include <thread>

namespace hotswap::support {

/// A gate between a client and a server on the loopback interface: whoever connects to `port()` is connected through to
/// the server, until the gate is told to delay, cut or swallow what goes through. Safe from any thread.
class TcpGate {
 public:
  enum class Direction { ToServer, ToClient };
  enum class Verdict {
    Pass,       ///< on it goes
    Cut,        ///< the bytes are lost and both sides of the connection are reset
    Swallow,    ///< the bytes are lost, like all that follow on this connection, and nobody is told (half-open)
    CutServer,  ///< the bytes are lost and the client is reset; the server's side stays open but silent
  };
  /// Decides about a piece of the stream, as it came from the socket.
  using Judge = std::function<Verdict(Direction, std::string_view bytes)>;

  explicit TcpGate(int serverPort);
  TcpGate(const TcpGate&) = delete;
  TcpGate& operator=(const TcpGate&) = delete;
  /// Resets what is still open.
  ~TcpGate();

  [[nodiscard]] int port() const { return port_; }
  /// Asks `judge` about everything that goes through from now on; null passes all.
  void judgeBy(Judge judge);
  /// Resets all connections that are open now.
  void cutAll();
  /// While true, new connections are reset at once.
  void refuse(bool refusing) { refusing_ = refusing; }
  /// Every piece waits that long before it goes on, in both directions.
  void delay(std::chrono::milliseconds duration) { delay_ = duration.count(); }
  /// How many connections have been made through the gate so far.
  [[nodiscard]] int connections() const { return connections_; }

 private:
  struct Link;
  void accept(const std::stop_token& ending);
  void forward(Link& link, Direction direction);
  Verdict judge(Direction direction, std::string_view bytes);

  int serverPort_;
  int port_ = 0;
  int listener_ = -1;
  std::atomic<bool> refusing_{false};
  std::atomic<std::chrono::milliseconds::rep> delay_{0};
  std::atomic<int> connections_{0};
  std::mutex mutex_;  ///< guards the judge and the list of links
  Judge judge_;
  std::list<Link> links_;
  std::jthread acceptor_;
};

}  // namespace hotswap::support
