#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "db/engine.h"
#include "db/sqlite/sqlite_file.h"
#include "db/sqlite/sqlite_lock.h"

namespace hotswap::db::sqlite {

/// A connection to an SQLite file. The library runs in this process: no server can be lost, and a session is usable for
/// as long as it lives (but see `reset`).
///
/// What the file's owner has decided is left as it is: its journal mode, and what SQLite does unless told otherwise. So
/// foreign keys are not enforced until a script says PRAGMA foreign_keys = on.
///
/// Parameters are texts. Where they meet a column they become what the column holds; elsewhere a text is not a number
/// (`1 = $1` is false), and `cast($1 as integer)` makes it one. A parameter without a value is refused. Results are
/// texts too, blobs as `\x` and hexadecimal digits.
///
/// Waiting for a lock ends with the limit (5 s unless set), with the statement's own limit, or with a cancel. A
/// cancelled or timed-out statement that changes rows takes its whole transaction with it; so do a full disk, an error
/// of the disk, RAISE(ROLLBACK …) and ON CONFLICT ROLLBACK. Until `rollback` the session then refuses statements (each
/// would be committed by itself) and stays `inTransaction`; `commit` throws.
class SqliteSession final : public Session {
 public:
  static constexpr Milliseconds usualLockLimit{5'000};

  /// Opens the file `target` names as dbname, see openFile. The application name is for the lock's file alone.
  SqliteSession(const ConnectionString& target, std::string_view applicationName);
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;
  ~SqliteSession() override;

  Rows query(std::string_view sql, std::span<const Value> parameters = {}) override;
  StatementResult execute(std::string_view sql, std::span<const Value> parameters = {}) override;
  /// What a statement changes is changed before its first row arrives; breaking off undoes nothing.
  void stream(std::string_view sql, std::span<const Value> parameters,
              const std::function<bool(std::span<const Value>)>& onRow) override;
  /// SQLite has no notices: nothing is ever called.
  void onNotice(std::function<void(std::string_view)> handler) override;
  [[nodiscard]] std::shared_ptr<Canceller> canceller() const override;
  /// The number of this process.
  [[nodiscard]] std::int64_t backendId() const override;
  /// The library's, 3040001 for 3.40.1.
  [[nodiscard]] int serverVersion() const override;
  [[nodiscard]] bool usable() const override { return connection_ != nullptr; }
  /// Opens the file anew; where that fails the session can't be used any more. A database in memory, which would be
  /// lost, stays as it is.
  void reset() override;
  /// BEGIN IMMEDIATE: waits here for the file's one write lock, so that no later statement has to. Of a file that may
  /// only be read SQLite has no such lock to give: the first statement that writes then fails (ReadOnly).
  void begin() override;
  void commit() override;
  void rollback() override;
  /// Empty: SQLite has none.
  std::string transactionId() override { return {}; }
  [[nodiscard]] bool inTransaction() const override;

  /// The limit of idle transactions is nobody's to keep here and passed over.
  void setLimits(const SessionLimits& limits) { limits_ = limits; }
  [[nodiscard]] DatabaseLock& databaseLock() { return *lock_; }
  [[nodiscard]] const std::string& applicationName() const { return applicationName_; }
  [[nodiscard]] const std::string& identity() const { return identity_; }

 private:
  struct Shared;
  class SharedCanceller;
  using OnRow = std::function<bool(sqlite3_stmt*)>;

  void open();
  void close();
  void startStatement();
  StatementResult run(std::string_view sql, std::span<const Value> parameters, const OnRow& onRow);
  /// Nothing where the text holds no statement.
  StatementHandle prepare(std::string_view sql, std::span<const Value> parameters);
  void bind(sqlite3_stmt* statement, std::span<const Value> parameters);
  /// `start`: where the text that SQLite was given begins in `sql`.
  [[noreturn]] void fail(int code, std::string_view sql, bool wasInTransaction, std::size_t start = 0);
  /// What is run while SQLite's own rollback is not acknowledged: refuses all but ROLLBACK.
  StatementResult runAfterRollback(std::string_view sql);
  [[nodiscard]] bool isOpen() const;
  static int onBusy(void* session, int timesBefore);
  static int onProgress(void* session);

  std::string name_;
  std::string applicationName_;
  std::string identity_;
  std::shared_ptr<Shared> shared_;
  ConnectionHandle connection_;
  std::optional<DatabaseLock> lock_;
  SessionLimits limits_{.lock = usualLockLimit};
  std::optional<std::chrono::steady_clock::time_point> statementDeadline_;
  std::chrono::steady_clock::time_point waitingSince_;
  bool rolledBack_ = false;  ///< by SQLite, and nobody has said `rollback` yet
};

}  // namespace hotswap::db::sqlite
