#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/engine.h"
#include "versioned/history_entry.h"

namespace hotswap::versioned {

/// The history of a database, in two tables of it: `schema_version` holds how each version stands now,
/// `schema_version_log` every attempt. Rows are added and changed, never removed. All functions throw SqlError.
class History {
 public:
  static constexpr const char* table = "schema_version";
  static constexpr const char* logTable = "schema_version_log";

  /// `schema`: where the tables are; empty where the engine has no schemas.
  History(const db::Engine& engine, std::string schema);

  /// The schema in which the database has a history; where it has none, the one in which new tables are made. Throws
  /// Error (Conflict) where it has several.
  static std::string schemaIn(const db::Engine& engine, db::Session& session);

  /// Makes the tables where they are missing, in a transaction of its own.
  void create(db::Session& session) const;
  /// Everything the history says, orchestrated entries too; nothing where there are no tables. Throws Error (Conflict)
  /// where a table of that name is another tool's.
  [[nodiscard]] std::vector<HistoryEntry> entries(db::Session& session) const;
  /// Every attempt, oldest first; nothing and Error (Conflict) as for `entries`.
  [[nodiscard]] std::vector<Attempt> attempts(db::Session& session) const;
  /// The newest attempt at a version; nothing where there is none.
  [[nodiscard]] std::optional<Attempt> newestAttempt(db::Session& session, EntryKind kind,
                                                     const std::string& version) const;

  /// Writes an attempt and makes its entry the present one: on its own, or as a part of the transaction that is open.
  /// `before` is the state that the entry is known to have, nothing for one that isn't there: where it has another by
  /// now, because somebody else was at work, throws Error (Conflict) and nothing is written (inside a transaction: roll
  /// it back). `attempt.id` is not looked at.
  void write(db::Session& session, const Attempt& attempt, std::optional<EntryState> before) const;
  /// Writes an attempt alone: one that changed nothing, as it was undone.
  void append(db::Session& session, const Attempt& attempt) const;
  /// As `write`, for an attempt that is to take more than one transaction; returns its id.
  std::int64_t begin(db::Session& session, const Attempt& attempt, std::optional<EntryState> before) const;
  /// How far such an attempt has come; see `write` for transactions.
  void keepProgress(db::Session& session, std::int64_t id, const std::string& progress) const;
  /// Writes how such an attempt, `attempt.id`, has ended, in its row and as the present entry; see `write` for
  /// transactions.
  void finish(db::Session& session, const Attempt& attempt) const;

 private:
  [[nodiscard]] std::string selectAttempts(const std::string& condition) const;
  [[nodiscard]] bool exists(db::Session& session) const;
  [[nodiscard]] db::Rows rowsOf(db::Session& session, const std::string& query) const;
  [[nodiscard]] std::string entryStatement(bool isKnown, int stateParameter) const;
  [[nodiscard]] std::string logStatement() const;
  void setEntry(db::Session& session, const HistoryEntry& entry, std::optional<EntryState> before) const;

  const db::Engine& engine_;
  std::string schema_;
  std::string table_;     ///< quoted, with its schema
  std::string logTable_;  ///< likewise
};

}  // namespace hotswap::versioned
