#include "store/execution_store.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "store/audit_rows.h"
#include "store/connections.h"
#include "store/execution_json.h"
#include "store/migration_rows.h"
#include "store/query.h"

namespace hotswap::store {

namespace {

/// The columns that are JSON in the store.
struct JsonColumns {
  std::string options;
  std::string phases;
  std::optional<std::string> baseline;
  std::optional<std::string> performance;
  std::optional<std::string> rollback;

  static JsonColumns of(const Execution& execution) {
    JsonColumns columns{.options = toJson(execution.options), .phases = toJson(execution.phases)};
    if (execution.baseline) columns.baseline = toJson(*execution.baseline);
    if (execution.performance) columns.performance = toJson(*execution.performance);
    if (execution.rollback) columns.rollback = toJson(*execution.rollback);
    return columns;
  }

  void readInto(Execution& execution) const {
    execution.options = optionsFromJson(options);
    execution.phases = phasesFromJson(phases);
    if (baseline) execution.baseline = baselineFromJson(*baseline);
    if (performance) execution.performance = snapshotFromJson(*performance);
    if (rollback) execution.rollback = rollbackFromJson(*rollback);
  }
};

constexpr const char* columns = R"(
  SELECT id, migration_id, database_id, options, status, phases, current_phase, progress, target_instance, created_at,
         started_at, completed_at, rows_affected, baseline, performance, error_message, rollback_record, initiated_by,
         owner, cancel_reason
  FROM executions)";

std::vector<Execution> readRows(Query& query) {
  Execution e;
  JsonColumns json;
  query.into(e.id).into(e.migrationId).into(e.databaseId).into(json.options).into(e.status).into(json.phases);
  query.into(e.currentPhase).into(e.progress).into(e.targetInstance).into(e.createdAt).into(e.startedAt);
  query.into(e.completedAt).into(e.rowsAffected).into(json.baseline).into(json.performance).into(e.errorMessage);
  query.into(json.rollback).into(e.initiatedBy).into(e.owner).into(e.cancelReason);
  std::vector<Execution> executions;
  while (query.next()) json.readInto(executions.emplace_back(e));
  return executions;
}

/// What lists leave out.
void complete(soci::session& session, std::vector<Execution>& executions) {
  ExecutionId id;
  std::string migrationScript;
  std::optional<std::string> rollbackScript;
  std::string schemaBefore;
  std::string schemaAfter;
  std::string queries;
  Query query(session, R"(
    SELECT s.migration_script, s.rollback_script, c.schema_before, c.schema_after, c.baseline_queries
    FROM execution_scripts s JOIN execution_captures c ON c.execution_id = s.execution_id WHERE s.execution_id = :id)");
  query.bind("id", id);
  query.into(migrationScript).into(rollbackScript).into(schemaBefore).into(schemaAfter).into(queries);
  for (Execution& execution : executions) {
    id = execution.id;
    query.again();
    if (!query.next()) {
      throw Error(ErrorCode::InternalError, fmt::format("The store has lost the scripts of {}.", id.text()));
    }
    execution.migrationScript = migrationScript;
    execution.rollbackScript = rollbackScript;
    execution.schemaBefore = schemaBefore;
    execution.schemaAfter = schemaAfter;
    if (execution.baseline) execution.baseline->queries = queriesFromJson(queries);
  }
}

std::string queriesOf(const Execution& execution) {
  return execution.baseline ? toJson(execution.baseline->queries) : std::string("{}");
}

double storable(double number) { return std::isfinite(number) ? number : 0; }

Error notFound(const ExecutionId& id) {
  return Error(ErrorCode::NotFound, fmt::format("There is no execution {}.", id.text()));
}

}  // namespace

void ExecutionStore::add(const Execution& execution, const std::optional<MigrationMove>& move) {
  const JsonColumns json = JsonColumns::of(execution);
  const double progress = storable(execution.progress);
  const std::string queries = queriesOf(execution);
  connections_.write([&](soci::session& session) {
    if (move) moveMigration(session, execution.migrationId, *move);
    Query insert(session, R"(
      INSERT INTO executions (id, migration_id, database_id, options, status, phases, current_phase, progress,
        target_instance, created_at, started_at, completed_at, rows_affected, baseline, performance, error_message,
        rollback_record, initiated_by, owner, cancel_reason)
      VALUES (:id, :migration, :database, :options, :status, :phases, :current_phase, :progress, :target, :created_at,
        :started_at, :completed_at, :rows_affected, :baseline, :performance, :error_message, :rollback_record,
        :initiated_by, :owner, :cancel_reason))");
    insert.bind("id", execution.id).bind("migration", execution.migrationId).bind("database", execution.databaseId);
    insert.bind("options", json.options).bind("status", execution.status).bind("phases", json.phases);
    insert.bind("current_phase", execution.currentPhase).bind("progress", progress);
    insert.bind("target", execution.targetInstance).bind("created_at", execution.createdAt);
    insert.bind("started_at", execution.startedAt).bind("completed_at", execution.completedAt);
    insert.bind("rows_affected", execution.rowsAffected).bind("baseline", json.baseline);
    insert.bind("performance", json.performance).bind("error_message", execution.errorMessage);
    insert.bind("rollback_record", json.rollback).bind("initiated_by", execution.initiatedBy);
    insert.bind("owner", execution.owner).bind("cancel_reason", execution.cancelReason);
    insert.run();
    Query(session, R"(
      INSERT INTO execution_scripts (execution_id, migration_script, rollback_script) VALUES (:id, :forward, :back))")
        .bind("id", execution.id)
        .bind("forward", execution.migrationScript)
        .bind("back", execution.rollbackScript)
        .run();
    Query(session, R"(
      INSERT INTO execution_captures (execution_id, schema_before, schema_after, baseline_queries)
      VALUES (:id, :before, :after, :queries))")
        .bind("id", execution.id)
        .bind("before", execution.schemaBefore)
        .bind("after", execution.schemaAfter)
        .bind("queries", queries)
        .run();
  });
}

Execution ExecutionStore::get(const ExecutionId& id) const {
  return connections_.read([&](soci::session& session) {
    Query query(session, std::string(columns) + " WHERE id = :id");
    query.bind("id", id);
    auto found = readRows(query);
    if (found.empty()) throw notFound(id);
    complete(session, found);
    return std::move(found.front());
  });
}

Page<Execution> ExecutionStore::list(const ExecutionFilter& filter, const PageRequest& page) const {
  Conditions where;
  if (filter.migration) where.add("migration_id = :migration");
  if (filter.database) where.add("database_id = :database");
  if (filter.status) where.add("status = :status");
  const auto bindFilter = [&](Query& query) {
    if (filter.migration) query.bind("migration", *filter.migration);
    if (filter.database) query.bind("database", *filter.database);
    if (filter.status) query.bind("status", *filter.status);
  };
  const PageRequest part = bounded(page);
  return connections_.read([&](soci::session& session) {
    Page<Execution> result;
    Query count(session, "SELECT COUNT(*) FROM executions" + where.text());
    bindFilter(count);
    count.into(result.total).next();
    Query rows(session, columns + where.text() + " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset");
    bindFilter(rows);
    rows.bind("limit", part.limit).bind("offset", part.offset);
    result.items = readRows(rows);
    return result;
  });
}

std::vector<Execution> ExecutionStore::unfinished() const {
  return connections_.read([&](soci::session& session) {
    Query query(session,
                std::string(columns) + " WHERE status IN ('Pending', 'Running', 'Paused') ORDER BY created_at, id");
    auto found = readRows(query);
    complete(session, found);
    return found;
  });
}

std::optional<ExecutionId> ExecutionStore::laterChange(const Execution& execution) const {
  return connections_.read([&](soci::session& session) {
    ExecutionId id;
    std::string options;
    Query query(session, R"(
      SELECT id, options FROM executions
      WHERE database_id = :database AND status <> 'RolledBack'
        AND (created_at > :created_at OR (created_at = :created_at AND id > :id))
      ORDER BY created_at, id)");
    query.bind("database", execution.databaseId).bind("created_at", execution.createdAt).bind("id", execution.id);
    query.into(id).into(options);
    while (query.next()) {
      if (!optionsFromJson(options).dryRun) return std::optional(id);
    }
    return std::optional<ExecutionId>();
  });
}

void ExecutionStore::save(const Execution& execution, const std::optional<MigrationMove>& move,
                          const std::optional<AuditRow>& row) {
  const JsonColumns json = JsonColumns::of(execution);
  const double progress = storable(execution.progress);
  const std::string queries = queriesOf(execution);
  connections_.write([&](soci::session& session) {
    if (move) moveMigration(session, execution.migrationId, *move);
    if (row) insertAuditRow(session, *row);
    Query update(session, R"(
      UPDATE executions SET status = :status, phases = :phases, current_phase = :current_phase, progress = :progress,
        target_instance = :target, started_at = :started_at, completed_at = :completed_at,
        rows_affected = :rows_affected, baseline = :baseline, performance = :performance,
        error_message = :error_message, rollback_record = :rollback_record, initiated_by = :initiated_by, owner = :owner
      WHERE id = :id)");
    update.bind("status", execution.status).bind("phases", json.phases).bind("current_phase", execution.currentPhase);
    update.bind("progress", progress).bind("target", execution.targetInstance).bind("started_at", execution.startedAt);
    update.bind("completed_at", execution.completedAt).bind("rows_affected", execution.rowsAffected);
    update.bind("baseline", json.baseline).bind("performance", json.performance);
    update.bind("error_message", execution.errorMessage).bind("rollback_record", json.rollback);
    update.bind("initiated_by", execution.initiatedBy).bind("owner", execution.owner).bind("id", execution.id);
    if (update.run() == 0) throw notFound(execution.id);
    // These are big and change once or twice in an execution's life: compared, and written only then.
    Query(session, R"(
      UPDATE execution_captures SET schema_before = :before, schema_after = :after, baseline_queries = :queries
      WHERE execution_id = :id
        AND (schema_before <> :before OR schema_after <> :after OR baseline_queries <> :queries))")
        .bind("before", execution.schemaBefore)
        .bind("after", execution.schemaAfter)
        .bind("queries", queries)
        .bind("id", execution.id)
        .run();
  });
}

bool ExecutionStore::requestCancel(const ExecutionId& id, const std::string& reason) {
  return connections_.write([&](soci::session& session) {
    const std::int64_t changed = Query(session, R"(
      UPDATE executions SET cancel_reason = COALESCE(cancel_reason, :reason)
      WHERE id = :id AND status IN ('Pending', 'Running', 'Paused'))")
                                     .bind("reason", reason)
                                     .bind("id", id)
                                     .run();
    if (changed > 0) return true;
    ExecutionId present;
    if (!Query(session, "SELECT id FROM executions WHERE id = :id").bind("id", id).into(present).next()) {
      throw notFound(id);
    }
    return false;
  });
}

}  // namespace hotswap::store
