// The steps and the log of executions: the part of ExecutionStore that grows while they run.
#include <fmt/format.h>

#include "base/error.h"
#include "store/connections.h"
#include "store/execution_store.h"
#include "store/query.h"

namespace hotswap::store {

namespace {

Error stepNotFound(const ExecutionId& id, int sequence) {
  return Error(ErrorCode::NotFound, fmt::format("The execution {} has no step {}.", id.text(), sequence));
}

void checkExists(soci::session& session, const ExecutionId& id) {
  ExecutionId present;
  if (!Query(session, "SELECT id FROM executions WHERE id = :id").bind("id", id).into(present).next()) {
    throw Error(ErrorCode::NotFound, fmt::format("There is no execution {}.", id.text()));
  }
}

}  // namespace

int ExecutionStore::beginStep(const Step& step) {
  return connections_.write([&](soci::session& session) {
    checkExists(session, step.executionId);
    int sequence = 0;
    Query(session, "SELECT COALESCE(MAX(sequence), 0) + 1 FROM steps WHERE execution_id = :id")
        .bind("id", step.executionId)
        .into(sequence)
        .next();
    Query(session, R"(
      INSERT INTO steps (execution_id, sequence, kind, instance, unit, state, evidence, outcome, started_at, finished_at)
      VALUES (:id, :sequence, :kind, :instance, :unit, :state, :evidence, :outcome, :started_at, :finished_at))")
        .bind("id", step.executionId)
        .bind("sequence", sequence)
        .bind("kind", step.kind)
        .bind("instance", step.instance)
        .bind("unit", step.unit)
        .bind("state", step.state)
        .bind("evidence", step.evidence)
        .bind("outcome", step.outcome)
        .bind("started_at", step.startedAt)
        .bind("finished_at", step.finishedAt)
        .run();
    return sequence;
  });
}

void ExecutionStore::setEvidence(const ExecutionId& id, int sequence, const std::string& evidence) {
  connections_.write([&](soci::session& session) {
    const std::int64_t changed =
        Query(session, "UPDATE steps SET evidence = :evidence WHERE execution_id = :id AND sequence = :sequence")
            .bind("evidence", evidence)
            .bind("id", id)
            .bind("sequence", sequence)
            .run();
    if (changed == 0) throw stepNotFound(id, sequence);
  });
}

void ExecutionStore::endStep(const ExecutionId& id, int sequence, StepState state, const std::string& outcome,
                             TimePoint at) {
  connections_.write([&](soci::session& session) {
    const std::int64_t changed = Query(session, R"(
      UPDATE steps SET state = :state, outcome = :outcome, finished_at = :at
      WHERE execution_id = :id AND sequence = :sequence)")
                                     .bind("state", state)
                                     .bind("outcome", outcome)
                                     .bind("at", at)
                                     .bind("id", id)
                                     .bind("sequence", sequence)
                                     .run();
    if (changed == 0) throw stepNotFound(id, sequence);
  });
}

std::vector<Step> ExecutionStore::steps(const ExecutionId& id) const {
  return connections_.read([&](soci::session& session) {
    std::vector<Step> steps;
    Step s;
    s.executionId = id;
    Query query(session, R"(
      SELECT sequence, kind, instance, unit, state, evidence, outcome, started_at, finished_at
      FROM steps WHERE execution_id = :id ORDER BY sequence)");
    query.bind("id", id);
    query.into(s.sequence).into(s.kind).into(s.instance).into(s.unit).into(s.state).into(s.evidence).into(s.outcome);
    query.into(s.startedAt).into(s.finishedAt);
    while (query.next()) steps.push_back(s);
    return steps;
  });
}

std::int64_t ExecutionStore::appendLog(const LogEntry& entry) {
  return connections_.write([&](soci::session& session) {
    checkExists(session, entry.executionId);
    std::int64_t sequence = 0;
    Query(session, "SELECT COALESCE(MAX(sequence), 0) + 1 FROM execution_log WHERE execution_id = :id")
        .bind("id", entry.executionId)
        .into(sequence)
        .next();
    Query(session, R"(
      INSERT INTO execution_log (execution_id, sequence, logged_at, level, message, sql_statement, instance,
        duration_ms, rows_affected)
      VALUES (:id, :sequence, :at, :level, :message, :statement, :instance, :duration, :rows))")
        .bind("id", entry.executionId)
        .bind("sequence", sequence)
        .bind("at", entry.timestamp)
        .bind("level", entry.level)
        .bind("message", entry.message)
        .bind("statement", entry.sqlStatement)
        .bind("instance", entry.instance)
        .bind("duration", entry.duration)
        .bind("rows", entry.rowsAffected)
        .run();
    return sequence;
  });
}

Page<LogEntry> ExecutionStore::log(const ExecutionId& id, std::int64_t after, const PageRequest& page) const {
  const PageRequest part = bounded(page);
  return connections_.read([&](soci::session& session) {
    Page<LogEntry> result;
    Query(session, "SELECT COUNT(*) FROM execution_log WHERE execution_id = :id AND sequence > :after")
        .bind("id", id)
        .bind("after", after)
        .into(result.total)
        .next();
    LogEntry l;
    l.executionId = id;
    Query rows(session, R"(
      SELECT sequence, logged_at, level, message, sql_statement, instance, duration_ms, rows_affected
      FROM execution_log WHERE execution_id = :id AND sequence > :after
      ORDER BY sequence LIMIT :limit OFFSET :offset)");
    rows.bind("id", id).bind("after", after).bind("limit", part.limit).bind("offset", part.offset);
    rows.into(l.sequence).into(l.timestamp).into(l.level).into(l.message).into(l.sqlStatement).into(l.instance);
    rows.into(l.duration).into(l.rowsAffected);
    while (rows.next()) result.items.push_back(l);
    return result;
  });
}

}  // namespace hotswap::store
