#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/sql_error.h"

namespace hotswap::db {

/// A value as text, or SQL NULL.
using Value = std::optional<std::string>;

/// The rows of one answer, all in memory. For many rows use `Session::stream`.
class Rows {
 public:
  Rows() = default;
  Rows(std::vector<std::string> columns, std::vector<Value> values)
      : columns_(std::move(columns)), values_(std::move(values)) {}

  [[nodiscard]] std::size_t size() const { return columns_.empty() ? 0 : values_.size() / columns_.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] const Value& at(std::size_t row, std::size_t column) const {
    return values_.at(row * columns_.size() + column);
  }
  /// The text at a place, empty for NULL.
  [[nodiscard]] std::string text(std::size_t row, std::size_t column) const { return at(row, column).value_or(""); }
  /// The number at a place; throws Error (InternalError) where it is none or NULL.
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  /// The number at a place, nothing for NULL.
  [[nodiscard]] std::optional<double> maybeNumber(std::size_t row, std::size_t column) const;
  [[nodiscard]] bool boolean(std::size_t row, std::size_t column) const;

 private:
  std::vector<std::string> columns_;
  std::vector<Value> values_;  ///< row by row
};

/// What a statement did.
struct StatementResult {
  std::string tag;                           ///< the engine's command tag, e.g. `UPDATE 3`
  std::optional<std::int64_t> rowsAffected;  ///< of INSERT, UPDATE, DELETE, MERGE, COPY; absent for others
};

/// Ends a running statement from another thread. Outlives the session it came from without harm.
class Canceller {
 public:
  Canceller() = default;
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;
  virtual ~Canceller() = default;
  /// Asks the engine to break off what the session is running now; returns when a server has taken the request, or the
  /// library in this process was told. Never throws; false where a server could not be reached, or the session is
  /// gone. Safe from any thread.
  virtual bool cancel() noexcept = 0;
};

/// One connection to one database, of a server or in a file. Used by one thread at a time, apart from `canceller()`.
/// Every function throws SqlError. After an error with `recovery().connectionUsable` false only destruction is left.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  /// Runs one statement with positional parameters ($1 …) and returns its rows.
  virtual Rows query(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  /// Runs one statement as it stands, throws away what rows it returns, says what it did.
  virtual StatementResult execute(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  /// Runs one statement and hands over each row as it arrives (one value a column); memory does not grow with the
  /// number of rows. `onRow` returning false breaks off: the statement is cancelled and the session stays usable.
  virtual void stream(std::string_view sql, std::span<const Value> parameters,
                      const std::function<bool(std::span<const Value>)>& onRow) = 0;

  /// Called with the text of each notice and warning that a server sends (`NOTICE: …`); never by engines without.
  virtual void onNotice(std::function<void(std::string_view)> handler) = 0;
  /// A handle to break off a statement from another thread.
  [[nodiscard]] virtual std::shared_ptr<Canceller> canceller() const = 0;
  /// A number for this connection: of a server's process for it (PostgreSQL: the backend's pid), else of this process.
  [[nodiscard]] virtual std::int64_t backendId() const = 0;
  /// The version of the server, or of the library where there is none, as a number: PostgreSQL 150020 for 15.20, SQLite
  /// 3040001 for 3.40.1.
  [[nodiscard]] virtual int serverVersion() const = 0;
  /// Whether the connection is believed to be good; asks nobody.
  [[nodiscard]] virtual bool usable() const = 0;
  /// Brings the session back to what a new connection is: settings, temporary tables, prepared statements, session
  /// locks, handler of notices. For a pool, between two borrowers. Not inside a transaction. Nothing to do unless
  /// overridden.
  virtual void reset() { onNotice(nullptr); }

  // Transactions. They are here and not SQL of the caller because engines differ in them.
  /// Opens a transaction, at the latest with the next statement: nothing is seen or locked before that.
  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;
  /// An id by which `transactionOutcome` later finds out whether the open transaction was committed; empty where the
  /// engine has none. Assigns one if there is none yet.
  virtual std::string transactionId() = 0;
  [[nodiscard]] virtual bool inTransaction() const = 0;
};

/// Name as an identifier of SQL, quoted where it has to be. The only way an identifier gets into a statement.
std::string quoteIdentifier(std::string_view name);

}  // namespace hotswap::db
