#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "db/engine.h"
#include "db/postgres/backend_presence.h"
#include "db/postgres/connection.h"

namespace hotswap::db::postgres {

/// A session of PostgreSQL. Every call is one statement of the extended protocol, so that text with two commands is
/// refused by the server; utility statements (CREATE INDEX CONCURRENTLY, VACUUM) run that way too. COPY FROM STDIN and
/// COPY TO STDOUT are refused, the session stays usable.
///
/// Waiting for an answer has no end of its own: it ends with the answer, with a limit set by `setLimits`, with a
/// cancel, or when TCP finds the other side gone (about 25 s after its last sign, 20 s after unanswered data). Where
/// something between keeps the line alive though the answer is lost, a second connection asks the server after each
/// `silence` what it is doing for this one; the wait ends when it twice in a row said: nothing.
///
/// A lost connection is ConnectionLost with `connectionUsable` false. `outcomeKnown` is true where the statement was
/// never sent or stood inside an open transaction (which can't have been committed), false otherwise.
class PostgresSession final : public Session {
 public:
  static constexpr Milliseconds usualSilence = std::chrono::seconds(20);

  /// Connects, see Connection::open.
  PostgresSession(ConnectionString target, std::string_view applicationName, Milliseconds timeout,
                  Milliseconds silence = usualSilence, const std::stop_token& stop = {});

  Rows query(std::string_view sql, std::span<const Value> parameters = {}) override;
  StatementResult execute(std::string_view sql, std::span<const Value> parameters = {}) override;
  /// Breaking off inside an open transaction leaves that transaction failed: only `rollback` is left to it.
  void stream(std::string_view sql, std::span<const Value> parameters,
              const std::function<bool(std::span<const Value>)>& onRow) override;
  void onNotice(std::function<void(std::string_view)> handler) override;
  [[nodiscard]] std::shared_ptr<Canceller> canceller() const override;
  [[nodiscard]] std::int64_t backendId() const override;
  [[nodiscard]] int serverVersion() const override;
  [[nodiscard]] bool usable() const override;
  void reset() override;
  void begin() override;
  /// Throws SqlError (25P02) where the server has rolled back instead, because a statement had failed before.
  void commit() override;
  void rollback() override;
  /// The first call in a transaction opens a second connection for a moment, see TransactionIdentity; where that fails,
  /// it throws and the transaction stays open.
  std::string transactionId() override;
  [[nodiscard]] bool inTransaction() const override;

  /// See PostgresEngine::setLimits.
  void setLimits(const SessionLimits& limits);

 private:
  using OnResult = std::function<bool(const PGresult*)>;
  struct Sent;

  void run(std::string_view sql, std::span<const Value> parameters, bool singleRow, const OnResult& onResult);
  Sent send(std::string_view sql, std::span<const Value> parameters, bool singleRow);
  void finish(const Sent& sent, const OnResult& onResult);
  [[noreturn]] void refuseCopy(const Sent& sent, ExecStatusType direction);
  void requireUsable();
  void deliverNotices();
  [[noreturn]] void fail(const Sent& sent, const PGresult* result);
  [[noreturn]] void failLost(bool outcomeKnown, SqlFailure failure);
  void tellTimeoutFromCancel(const Sent& sent, SqlFailure& failure);
  void applyOwnSettings();
  [[nodiscard]] std::unique_ptr<PostgresSession> openSide() const;
  void watchOverSilence(Milliseconds silence);
  void askWhetherItRuns();
  void flushLogUpTo(const std::string& logPosition) const;

  ConnectionString target_;
  std::string applicationName_;
  Connection connection_;
  std::optional<Backend> backend_;
  int timesFinished_ = 0;           ///< how often in a row the server said that it runs nothing for this session
  std::string durableTransaction_;  ///< the name that is known to survive a crash
  std::function<void(std::string_view)> noticeHandler_;
  std::optional<Milliseconds> statementLimit_;  ///< as far as it is known; needed to tell a timeout from a cancel
  bool beginPending_ = false;                   ///< BEGIN goes with the first statement of the transaction
  bool limitSetInTransaction_ = false;
  bool asking_ = false;  ///< for the limit, see tellTimeoutFromCancel
  bool ended_ = false;   ///< the server has ended the session, even where the socket doesn't show it yet
};

}  // namespace hotswap::db::postgres
