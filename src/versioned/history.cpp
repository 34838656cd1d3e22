#include "versioned/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/time_text.h"

namespace hotswap::versioned {

namespace {

std::string quoted(const std::string& schema, const char* name) {
  return schema.empty() ? db::quoteIdentifier(name) : db::quoteIdentifier(schema) + "." + db::quoteIdentifier(name);
}

template <class Enum>
Enum readEnum(const std::string& text, const std::string& what) {
  if (const auto value = fromText<Enum>(text)) return *value;
  throw Error(
      ErrorCode::ValidationError,
      fmt::format("The history holds the {} `{}`, which this HotSwap doesn't know; use a newer one.", what, text));
}

/// Reads the eight columns of an entry, from `first` on.
HistoryEntry readEntry(const db::Rows& rows, std::size_t row, std::size_t first) {
  const auto at = parseRfc3339(rows.text(row, first + 4));
  if (!at) throw Error(ErrorCode::InternalError, "The history holds a moment that can't be read.");
  return {.kind = readEnum<EntryKind>(rows.text(row, first), "kind"),
          .version = rows.text(row, first + 1),
          .description = rows.text(row, first + 2),
          .checksum = rows.text(row, first + 3),
          .appliedAt = *at,
          .executionTime = Milliseconds(rows.integer(row, first + 5)),
          .appliedBy = rows.text(row, first + 6),
          .state = readEnum<EntryState>(rows.text(row, first + 7), "state")};
}

Attempt readAttempt(const db::Rows& rows, std::size_t row) {
  return {.id = rows.integer(row, 0),
          .entry = readEntry(rows, row, 1),
          .action = readEnum<Action>(rows.text(row, 9), "action"),
          .error = rows.text(row, 10),
          .progress = rows.text(row, 11)};
}

constexpr const char* columns =
    "kind, version, description, checksum, applied_at, execution_time_ms, applied_by, state";

std::vector<db::Value> valuesOf(const HistoryEntry& entry) {
  return {std::string(toText(entry.kind)),
          entry.version,
          entry.description,
          entry.checksum,
          toRfc3339(entry.appliedAt),
          std::to_string(entry.executionTime.count()),
          entry.appliedBy,
          std::string(toText(entry.state))};
}

std::vector<db::Value> valuesOf(const Attempt& attempt) {
  std::vector<db::Value> values = valuesOf(attempt.entry);
  values.emplace_back(std::string(toText(attempt.action)));
  values.emplace_back(attempt.error);
  values.emplace_back(attempt.progress);
  return values;
}

std::string selectColumns(const db::Engine& engine) {
  return fmt::format("kind, version, description, checksum, {}, execution_time_ms, applied_by, state",
                     engine.momentText("applied_at"));
}

/// Runs `work` in a transaction: in the one that is open, else in one of its own.
template <class Work>
void inTransaction(db::Session& session, const Work& work) {
  if (session.inTransaction()) return work();
  session.begin();
  try {
    work();
    session.commit();
  } catch (...) {
    if (session.usable() && session.inTransaction()) session.rollback();
    throw;
  }
}

[[noreturn]] void somebodyElse(const HistoryEntry& entry) {
  throw Error(ErrorCode::Conflict,
              fmt::format("Somebody else has changed {} in the history meanwhile; nothing was done. Run the command "
                          "again.",
                          nameOf(entry.kind, entry.version)));
}

[[noreturn]] void anotherTools(const std::string& table) {
  throw Error(ErrorCode::Conflict,
              fmt::format("The table {} is not HotSwap's history but another tool's; rename it, or, where the engine "
                          "has schemas, keep the history in another one with --history-schema.",
                          table));
}

}  // namespace

History::History(const db::Engine& engine, std::string schema)
    : engine_(engine),
      schema_(std::move(schema)),
      table_(quoted(schema_, table)),
      logTable_(quoted(schema_, logTable)) {}

std::string History::schemaIn(const db::Engine& engine, db::Session& session) {
  std::string usual = engine.catalog().defaultSchema(session);
  if (History(engine, usual).exists(session)) return usual;
  // The search path may have become another since, or be another user's.
  std::vector<std::string> schemas;
  for (const db::Table& one : engine.catalog().tables(session)) {
    const auto has = [&](std::string_view name) {
      return std::ranges::find(one.columns, name, &db::Column::name) != one.columns.end();
    };
    if (one.name == table && has("applied_by") && has("execution_time_ms")) schemas.push_back(one.schema);
  }
  if (schemas.size() > 1) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The database has several histories, in the schemas {}; say which with --history-schema.",
                            fmt::join(schemas, ", ")));
  }
  return schemas.empty() ? usual : schemas.front();
}

bool History::exists(db::Session& session) const {
  return engine_.catalog()
      .exists(session, {.kind = db::ObjectReference::Kind::Table, .schema = schema_, .name = table, .table = {}})
      .value_or(false);
}

void History::create(db::Session& session) const {
  if (exists(session)) return;
  const std::string_view moment = engine_.momentType();
  inTransaction(session, [&] {
    session.execute(
        fmt::format("create table {} (kind text not null check (kind in ('versioned', 'repeatable', 'orchestrated')), "
                    "version text not null, description text not null, checksum text not null, applied_at {} not null, "
                    "execution_time_ms bigint not null, applied_by text not null, "
                    "state text not null check (state in ('applied', 'failed', 'rolled_back', 'baseline')), "
                    "primary key (kind, version))",
                    table_, moment));
    session.execute(fmt::format(
        "create table {} (id {}, kind text not null, version text not null, description text not null, "
        "checksum text not null, applied_at {} not null, execution_time_ms bigint not null, applied_by text not null, "
        "state text not null, action text not null, error text not null, progress text not null)",
        logTable_, engine_.rowNumberType(), moment));
    // By these words the listing and the dump of a schema know the tables as HotSwap's own, and leave them out.
    engine_.describeTable(session, table_, "HotSwap: how each version of the schema stands");
    engine_.describeTable(session, logTable_, "HotSwap: every attempt at a version of the schema");
  });
}

db::Rows History::rowsOf(db::Session& session, const std::string& query) const {
  for (bool again = false;; again = true) {
    try {
      return session.query(query);
    } catch (const db::SqlError& error) {
      if (error.kind() != db::SqlErrorKind::MissingObject) throw;
    }
    if (!exists(session)) return {};
    // Somebody may have made it between the two questions; what lacks a column or its log even then is not ours.
    if (again) anotherTools(table_);
  }
}

std::vector<HistoryEntry> History::entries(db::Session& session) const {
  const db::Rows rows = rowsOf(session, fmt::format("select {} from {}", selectColumns(engine_), table_));
  std::vector<HistoryEntry> entries;
  for (std::size_t row = 0; row < rows.size(); ++row) entries.push_back(readEntry(rows, row, 0));
  return entries;
}

std::string History::selectAttempts(const std::string& condition) const {
  return fmt::format("select id, {}, action, error, progress from {} {} order by id", selectColumns(engine_), logTable_,
                     condition);
}

std::vector<Attempt> History::attempts(db::Session& session) const {
  const db::Rows rows = rowsOf(session, selectAttempts(""));
  std::vector<Attempt> attempts;
  for (std::size_t row = 0; row < rows.size(); ++row) attempts.push_back(readAttempt(rows, row));
  return attempts;
}

std::optional<Attempt> History::newestAttempt(db::Session& session, EntryKind kind, const std::string& version) const {
  const std::array<db::Value, 2> parameters{std::string(toText(kind)), version};
  const db::Rows rows = session.query(
      selectAttempts(fmt::format("where id = (select max(id) from {} where kind = $1 and version = $2)", logTable_)),
      parameters);
  if (rows.empty()) return std::nullopt;
  return readAttempt(rows, 0);
}

std::string History::entryStatement(bool isKnown, int stateParameter) const {
  if (isKnown) {
    return fmt::format(
        "update {} set description = $3, checksum = $4, applied_at = $5, execution_time_ms = $6, applied_by = $7, "
        "state = $8 where kind = $1 and version = $2 and state = ${}",
        table_, stateParameter);
  }
  return fmt::format("insert into {} ({}) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing", table_,
                     columns);
}

std::string History::logStatement() const {
  return fmt::format("insert into {} ({}, action, error, progress) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11",
                     logTable_, columns);
}

void History::setEntry(db::Session& session, const HistoryEntry& entry, std::optional<EntryState> before) const {
  std::vector<db::Value> values = valuesOf(entry);
  const auto stateParameter = static_cast<int>(values.size()) + 1;
  if (before) values.emplace_back(std::string(toText(*before)));
  const auto changed = session.execute(entryStatement(before.has_value(), stateParameter), values);
  if (changed.rowsAffected.value_or(0) != 1) somebodyElse(entry);
}

void History::write(db::Session& session, const Attempt& attempt, std::optional<EntryState> before) const {
  if (!engine_.capabilities().writingSubqueries) {
    inTransaction(session, [&] {
      setEntry(session, attempt.entry, before);
      append(session, attempt);
    });
    return;
  }
  // Both rows by one statement: this is what each version costs besides its own.
  std::vector<db::Value> values = valuesOf(attempt);
  const auto stateParameter = static_cast<int>(values.size()) + 1;
  if (before) values.emplace_back(std::string(toText(*before)));
  const auto written = session.execute(fmt::format("with entry as ({} returning 1) {} from entry",
                                                   entryStatement(before.has_value(), stateParameter), logStatement()),
                                       values);
  if (written.rowsAffected.value_or(0) != 1) somebodyElse(attempt.entry);
}

std::int64_t History::begin(db::Session& session, const Attempt& attempt, std::optional<EntryState> before) const {
  std::int64_t id = 0;
  inTransaction(session, [&] {
    setEntry(session, attempt.entry, before);
    append(session, attempt);
    id = session.query(fmt::format("select max(id) from {}", logTable_)).integer(0, 0);
  });
  return id;
}

void History::keepProgress(db::Session& session, std::int64_t id, const std::string& progress) const {
  const std::array<db::Value, 2> values{std::to_string(id), progress};
  session.execute(fmt::format("update {} set progress = $2 where id = $1", logTable_), values);
}

void History::finish(db::Session& session, const Attempt& attempt) const {
  inTransaction(session, [&] {
    setEntry(session, attempt.entry, EntryState::Failed);
    const std::array<db::Value, 4> values{std::to_string(attempt.id), std::string(toText(attempt.entry.state)),
                                          std::to_string(attempt.entry.executionTime.count()), attempt.error};
    session.execute(
        fmt::format("update {} set state = $2, execution_time_ms = $3, error = $4 where id = $1", logTable_), values);
  });
}

void History::append(db::Session& session, const Attempt& attempt) const {
  session.execute(logStatement(), valuesOf(attempt));
}

}  // namespace hotswap::versioned
