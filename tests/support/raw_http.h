#pragma once
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace hotswap::support {

/// An answer read from a raw connection.
struct RawAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< put together where it came in chunks
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
  /// `error.code` of a contract error; empty for anything else.
  [[nodiscard]] std::string errorCode() const;
};

/// A TCP connection to a server on this machine that sends exactly the bytes it is told to, for requests that no decent
/// client would send. Used by one thread.
class RawConnection {
 public:
  /// Throws std::runtime_error where nobody listens.
  explicit RawConnection(int port);
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  /// Sends all of it; false where the other end has closed.
  bool send(std::string_view bytes);
  /// Says that nothing more will be sent, and goes on reading.
  void closeSending();
  /// Drops the connection with a reset.
  void reset();

  /// The next answer; nothing where the connection ends or `patience` runs out before it is whole. `headOnly`: the
  /// answer to a HEAD request.
  std::optional<RawAnswer> answer(std::chrono::milliseconds patience = std::chrono::seconds(30), bool headOnly = false);
  /// Reads until `text` has come and returns all up to its end; nothing where it doesn't come.
  std::optional<std::string> readUntil(std::string_view text,
                                       std::chrono::milliseconds patience = std::chrono::seconds(30));
  /// Whether the other end closes the connection within `patience`; what still comes is read and thrown away.
  bool closes(std::chrono::milliseconds patience = std::chrono::seconds(30));

 private:
  enum class Read { Bytes, Closed, TimedOut };
  Read readSome(std::chrono::steady_clock::time_point deadline);
  std::optional<std::string> take(std::size_t bytes, std::chrono::steady_clock::time_point deadline);
  std::optional<std::string> takeUntil(std::string_view text, std::chrono::steady_clock::time_point deadline);

  int socket_;
  std::string received_;
};

/// Opens a connection, sends `request`, and reads one answer.
std::optional<RawAnswer> rawExchange(int port, std::string_view request);

}  // namespace hotswap::support
