#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/postgres/libpq_handles.h"
#include "db/session.h"
#include "domain/connection_string.h"

namespace hotswap::db::postgres {

/// What is needed to cancel the statements of a connection; shared with cancellers, which may outlive it.
struct CancelTarget {
  std::shared_ptr<PGcancel> handle;
  std::atomic<std::size_t> requests{0};  ///< counts, so that a session sees whether it was asked to stop
  std::atomic<bool> underWay{false};     ///< a request is on its way: a second one would only pile up behind it
};

/// Sends a cancel request and waits up to five seconds for the server to take it. libpq's call blocks, on a dead
/// network for up to tcp_user_timeout and on a stopped server without end; therefore it runs on a thread of its own,
/// which stays behind (one for a connection at most) until the network gives up. False where nothing came back in time.
bool requestCancel(const std::shared_ptr<CancelTarget>& target) noexcept;

/// A connection over libpq, driven without blocking: every wait is a poll() on its socket, and TCP keepalives
/// end the wait when the other side has silently gone; what they can't see, `onSilence` can. Knows the protocol, not
/// what statements mean. Used by one thread at a time.
class Connection {
 public:
  /// Connects within `timeout`, which the hosts of a list share; the string's own connect_timeout bounds each of them
  /// further. Sets UTF-8, the application name, and TCP keepalives where the string doesn't. What time the resolver
  /// of host names takes is not ours to bound. Given up when `stop` asks for it. Throws SqlError (ConnectionRefused).
  static Connection open(const ConnectionString& target, std::string_view applicationName, Milliseconds timeout,
                         const std::stop_token& stop = {});

  [[nodiscard]] PGconn* get() const { return handle_.get(); }
  [[nodiscard]] bool good() const { return PQstatus(handle_.get()) == CONNECTION_OK; }
  [[nodiscard]] const std::shared_ptr<CancelTarget>& cancelTarget() const { return cancelTarget_; }

  /// Whenever a wait has lasted that long without a byte from the server, `handler` is called, and the wait goes on.
  void onSilence(Milliseconds length, std::function<void()> handler);
  /// Ends the connection from this side, without a word to the server: the wait that is under way ends, the statement
  /// fails as lost. For `handler` of onSilence. `reason` is what `farewell` says from then on.
  void sever(std::string reason);

  /// Reads what the server has sent on its own (notices, its farewell) since the last statement.
  void catchUp() const;
  /// Sends one statement by the extended protocol, in single-row mode if asked. False where it could not be sent.
  bool send(const std::string& sql, std::span<const Value> parameters, bool singleRow);
  /// As `send`, with BEGIN before it in the same round trip. Where BEGIN fails, its error is the statement's, which is
  /// not run then. Not for COPY.
  bool sendAfterBegin(const std::string& sql, std::span<const Value> parameters, bool singleRow);
  /// The next result of the statement, empty at its end. Waits without end; a lost connection gives an error result.
  /// `beforeWaiting` is called whenever all that has come is read, so that notices can be handed on while a statement
  /// runs.
  ResultHandle next(const std::function<void()>& beforeWaiting = {});
  /// Ends a COPY that has just begun: refuses to send data, or cancels and throws away what comes.
  void abandonCopy(ExecStatusType direction);
  /// Reads all that is left of the statement and throws it away.
  void drain();
  /// Cancels the statement and reads what is left of it. The connection can be used afterwards unless it is lost.
  void breakOff();

  /// Notices that have come since the last call, oldest first, as `WARNING:  text`.
  std::vector<std::string> takeNotices();
  /// The error with which the connection was ended while nothing ran, or by `sever`, where one was said.
  [[nodiscard]] const std::optional<SqlFailure>& farewell() const;

 private:
  struct Inbox;
  explicit Connection(ConnectionHandle handle);
  static void receive(void* inbox, const PGresult* notice);
  [[nodiscard]] bool tlsHoldsInput() const;
  void wait(short events) const;
  bool queue(const std::string& sql, std::span<const Value> parameters);
  void flush();
  ResultHandle nextRaw(const std::function<void()>& beforeWaiting);
  ResultHandle nextAfterBegin(const std::function<void()>& beforeWaiting);

  /// How far the answers to BEGIN and a statement behind it have been read.
  enum class Pipeline { None, Begin, Statement, Sync };

  std::shared_ptr<Inbox> inbox_;  ///< libpq keeps its address, so it stays put when the connection is moved
  ConnectionHandle handle_;
  std::shared_ptr<CancelTarget> cancelTarget_;
  Pipeline pipeline_ = Pipeline::None;
  bool singleRow_ = false;   ///< of the statement behind BEGIN
  ResultHandle beginError_;  ///< of BEGIN, until the statement's turn comes
  Milliseconds silence_{-1};
  std::function<void()> silenceHandler_;
};

}  // namespace hotswap::db::postgres
