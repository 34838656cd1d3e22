#include "db/sqlite/sqlite_session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <utility>

#include "db/session_misuse.h"
#include "db/sqlite/sqlite_error.h"
#include "db/sqlite/sqlite_statement.h"
#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// How many steps of SQLite's machine lie between two looks at the limits: a fraction of a millisecond.
constexpr int stepsBetweenLooks = 1000;
constexpr Milliseconds longestPause{25};
constexpr NulStates nulStates{.statement = "SQLITE_ERROR", .parameter = "SQLITE_MISUSE"};

Value valueAt(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return std::nullopt;
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
      const int length = sqlite3_column_bytes(statement, column);
      std::string text = "\\x";
      text.reserve(2 + 2 * static_cast<std::size_t>(length));
      constexpr std::string_view digits = "0123456789abcdef";
      for (int i = 0; i < length; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xfU];
      }
      return text;
    }
    default: break;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return std::string(text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

bool changesRows(std::string_view kind) {
  return kind == "INSERT" || kind == "REPLACE" || kind == "UPDATE" || kind == "DELETE";
}

bool mayCommit(std::string_view kind) { return kind == "COMMIT" || kind == "END" || kind == "RELEASE"; }

}  // namespace

/// What the session and its cancellers have in common. The mutex guards all of it.
struct SqliteSession::Shared {
  std::mutex mutex;
  std::condition_variable wake;
  sqlite3* connection = nullptr;  ///< null once the session is gone
  bool cancelled = false;         ///< the present statement; asked for while none runs, it is forgotten with the next

  bool isCancelled() {
    const std::lock_guard guard(mutex);
    return cancelled;
  }
};

class SqliteSession::SharedCanceller final : public Canceller {
 public:
  explicit SharedCanceller(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  bool cancel() noexcept override {
    const std::lock_guard guard(shared_->mutex);
    if (shared_->connection == nullptr) return false;
    shared_->cancelled = true;
    sqlite3_interrupt(shared_->connection);
    shared_->wake.notify_all();
    return true;
  }

 private:
  std::shared_ptr<Shared> shared_;
};

SqliteSession::SqliteSession(const ConnectionString& target, std::string_view applicationName)
    : name_(target.value("dbname")), applicationName_(applicationName), shared_(std::make_shared<Shared>()) {
  open();
}

SqliteSession::~SqliteSession() { close(); }

void SqliteSession::close() {
  {
    const std::lock_guard guard(shared_->mutex);
    shared_->connection = nullptr;
  }
  connection_.reset();
}

void SqliteSession::open() {
  OpenFile file = openFile(name_);
  sqlite3_busy_handler(file.connection.get(), onBusy, this);
  sqlite3_progress_handler(file.connection.get(), stepsBetweenLooks, onProgress, this);
  {
    const std::lock_guard guard(shared_->mutex);
    shared_->connection = file.connection.get();
  }
  connection_ = std::move(file.connection);
  identity_ = std::move(file.identity);
  lock_.emplace(file.path);
}

Rows SqliteSession::query(std::string_view sql, std::span<const Value> parameters) {
  std::vector<std::string> columns;
  std::vector<Value> values;
  run(sql, parameters, [&](sqlite3_stmt* statement) {
    const int width = sqlite3_column_count(statement);
    // Taken with the first row: SQLite compiles a statement anew where the schema has changed since.
    for (int i = static_cast<int>(columns.size()); i < width; ++i) {
      columns.emplace_back(sqlite3_column_name(statement, i));
    }
    if (sqlite3_data_count(statement) == 0) return true;
    for (int i = 0; i < width; ++i) values.push_back(valueAt(statement, i));
    return true;
  });
  return {std::move(columns), std::move(values)};
}

StatementResult SqliteSession::execute(std::string_view sql, std::span<const Value> parameters) {
  return run(sql, parameters, [](sqlite3_stmt*) { return true; });
}

void SqliteSession::stream(std::string_view sql, std::span<const Value> parameters,
                           const std::function<bool(std::span<const Value>)>& onRow) {
  std::vector<Value> row;
  run(sql, parameters, [&](sqlite3_stmt* statement) {
    const int width = sqlite3_data_count(statement);
    if (width == 0) return true;
    row.clear();
    for (int i = 0; i < width; ++i) row.push_back(valueAt(statement, i));
    return onRow(row);
  });
}

/// `onRow` is called for each row, and once more at the end, when there is none.
StatementResult SqliteSession::run(std::string_view sql, std::span<const Value> parameters, const OnRow& onRow) {
  requireNoNul(sql, parameters, nulStates);
  if (rolledBack_) return runAfterRollback(sql);
  startStatement();
  const bool wasInTransaction = isOpen();
  const StatementHandle statement = prepare(sql, parameters);
  if (!statement) return {};
  StatementResult done{.tag = statementKind(sql), .rowsAffected = {}};
  int code = shared_->isCancelled() ? SQLITE_INTERRUPT : sqlite3_step(statement.get());
  while (code == SQLITE_ROW) {
    if (!onRow(statement.get())) return done;
    code = sqlite3_step(statement.get());
  }
  if (code != SQLITE_DONE) fail(code, sql, wasInTransaction);
  onRow(statement.get());
  if (changesRows(done.tag)) {
    done.rowsAffected = sqlite3_changes64(connection_.get());
    done.tag += fmt::format(" {}", *done.rowsAffected);
  }
  return done;
}

/// From here on the limit counts, and a cancel.
void SqliteSession::startStatement() {
  if (!connection_) {
    throw SqlError({.kind = SqlErrorKind::ConnectionLost,
                    .sqlState = {},
                    .message = "The session has no connection any more: its file could not be opened anew.",
                    .detail = {},
                    .hint = {}},
                   {.connectionUsable = false});
  }
  statementDeadline_.reset();
  if (limits_.statement.count() > 0) statementDeadline_ = SteadyClock::now() + limits_.statement;
  const std::lock_guard guard(shared_->mutex);
  shared_->cancelled = false;
}

StatementHandle SqliteSession::prepare(std::string_view sql, std::span<const Value> parameters) {
  Lexer lexer(sql);
  while (lexer.peek().kind == Token::Kind::Semicolon) lexer.take();
  if (lexer.atEnd()) return nullptr;
  const std::size_t start = lexer.peek().offset;
  const std::string_view text = sql.substr(start);
  const auto length = static_cast<int>(std::min<std::size_t>(text.size(), std::numeric_limits<int>::max()));
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), text.data(), length, &prepared, &rest);
  StatementHandle statement(prepared);
  if (code != SQLITE_OK) fail(code, sql, isOpen(), start);
  Lexer behind(sql, start + static_cast<std::size_t>(rest - text.data()));
  while (behind.peek().kind == Token::Kind::Semicolon) behind.take();
  if (!behind.atEnd()) {
    throw misuse(SqlErrorKind::Syntax, "SQLITE_ERROR", "Only one statement can be run at a time; another one follows.",
                 behind.peek().offset);
  }
  bind(statement.get(), parameters);
  return statement;
}

/// SQLite takes `$1` for the name of a parameter, not for its number.
void SqliteSession::bind(sqlite3_stmt* statement, std::span<const Value> parameters) {
  const int count = sqlite3_bind_parameter_count(statement);
  for (int index = 1; index <= count; ++index) {
    const char* written = sqlite3_bind_parameter_name(statement, index);
    const std::string name = written == nullptr ? "?" : written;
    std::size_t number = 0;
    while (number < parameters.size() && name != fmt::format("${}", number + 1)) ++number;
    if (number == parameters.size()) {
      throw misuse(SqlErrorKind::Other, "SQLITE_RANGE",
                   fmt::format("The statement's parameter {} has no value.", name));
    }
    const Value& value = parameters[number];
    const int code =
        value ? sqlite3_bind_text64(statement, index, value->data(), value->size(), SQLITE_TRANSIENT, SQLITE_UTF8)
              : sqlite3_bind_null(statement, index);
    if (code != SQLITE_OK) fail(code, {}, isOpen());
  }
}

void SqliteSession::fail(int code, std::string_view sql, bool wasInTransaction, std::size_t start) {
  SqlFailure failure = failureOf(connection_.get(), code, sql.substr(start));
  if (failure.offset != std::string::npos) failure.offset += start;
  const std::string kind = statementKind(sql);
  const bool interrupted = failure.kind == SqlErrorKind::Canceled;
  if (interrupted || failure.kind == SqlErrorKind::LockTimeout) {
    // Both end a wait for a lock too, which SQLite then calls busy.
    if (shared_->isCancelled()) {
      failure.kind = SqlErrorKind::Canceled;
      failure.message = "the statement was cancelled";
    } else if (statementDeadline_ && SteadyClock::now() >= *statementDeadline_) {
      failure.kind = SqlErrorKind::StatementTimeout;
      failure.message = fmt::format("the statement took longer than its limit of {} ms", limits_.statement.count());
    }
  }
  rolledBack_ = wasInTransaction && !isOpen();
  Recovery recovery = recoveryFrom(failure.kind);
  constexpr int familyMask = 0xff;
  if ((code & familyMask) == SQLITE_IOERR && (!wasInTransaction || (mayCommit(kind) && !isOpen()))) {
    // The disk failed while it may have been writing the commit.
    recovery.outcomeKnown = false;
    recovery.changedAnything = true;
  }
  throw SqlError(std::move(failure), recovery);
}

StatementResult SqliteSession::runAfterRollback(std::string_view sql) {
  const std::string kind = statementKind(sql);
  if (kind == "ROLLBACK") {
    rolledBack_ = false;
    return {.tag = kind, .rowsAffected = {}};
  }
  throw misuse(SqlErrorKind::Other, "SQLITE_ABORT_ROLLBACK",
               "An earlier statement has failed and SQLite has rolled the transaction back; nothing else can run "
               "before that is acknowledged with a rollback.");
}

void SqliteSession::onNotice(std::function<void(std::string_view)> /*handler*/) {}

std::shared_ptr<Canceller> SqliteSession::canceller() const { return std::make_shared<SharedCanceller>(shared_); }

std::int64_t SqliteSession::backendId() const { return getpid(); }

int SqliteSession::serverVersion() const { return sqlite3_libversion_number(); }

void SqliteSession::reset() {
  lock_->release();
  limits_ = {.lock = usualLockLimit};
  if (name_ == inMemory) return;
  close();
  rolledBack_ = false;
  open();
}

void SqliteSession::begin() { execute("begin immediate"); }

void SqliteSession::commit() { execute("commit"); }

void SqliteSession::rollback() { execute("rollback"); }

bool SqliteSession::inTransaction() const { return rolledBack_ || isOpen(); }

bool SqliteSession::isOpen() const { return connection_ && sqlite3_get_autocommit(connection_.get()) == 0; }

/// SQLite asks whether to try a lock again; 0 gives up.
int SqliteSession::onBusy(void* session, int timesBefore) {
  auto& self = *static_cast<SqliteSession*>(session);
  const auto now = SteadyClock::now();
  if (timesBefore == 0) self.waitingSince_ = now;
  auto until = now + std::min(longestPause, Milliseconds(timesBefore + 1));
  if (self.limits_.lock.count() > 0) {
    const auto end = self.waitingSince_ + self.limits_.lock;
    if (now >= end) return 0;
    until = std::min(until, end);
  }
  if (self.statementDeadline_) {
    if (now >= *self.statementDeadline_) return 0;
    until = std::min(until, *self.statementDeadline_);
  }
  std::unique_lock guard(self.shared_->mutex);
  return self.shared_->wake.wait_until(guard, until, [&] { return self.shared_->cancelled; }) ? 0 : 1;
}

/// SQLite asks whether to break off; 0 goes on.
int SqliteSession::onProgress(void* session) {
  auto& self = *static_cast<SqliteSession*>(session);
  if (self.statementDeadline_ && SteadyClock::now() >= *self.statementDeadline_) return 1;
  return self.shared_->isCancelled() ? 1 : 0;
}

}  // namespace hotswap::db::sqlite
