#include "db/postgres/postgres_vitals.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <utility>

namespace hotswap::db::postgres {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds seekAgain{60};
constexpr const char* preparedQueries = "hotswap_queries";
constexpr const char* preparedInstance = "hotswap_instance";

/// The lightest statement that no application is likely to send: comments and names don't count where queries are told
/// apart, so it has to differ in what it calls.
constexpr const char* probeSql = "select /* hotswap */ pg_backend_pid(), pg_trigger_depth()";

/// Sessions of this database, those of HotSwap marked as own. `hidden` ones belong to roles this one may not look at.
constexpr const char* sessionsSql =
    "select {} from pg_stat_activity "
    "where datid = (select oid from pg_database where datname = current_database()) "
    "and (backend_type = 'client backend' or backend_type is null)";

constexpr const char* applicationRuns =
    "state = 'active' and wait_event_type is distinct from 'Client' and coalesce(application_name, '') not like "
    "'hotswap/%'";

/// How far behind, in seconds. A follower reports when it receives, and every wal_receiver_status_interval (10 s); the
/// server forgets the lag of one that is idle. So: a follower that has replayed everything is not behind; else it is as
/// far behind as was measured last, and longer by what its silence exceeds that interval. A standby that is cut off
/// from its primary counts from the last transaction it has seen, even where it has replayed all it ever received; one
/// that has seen none yet counts from its own start.
constexpr const char* replicationLagSql =
    "case when pg_is_in_recovery() then "
    "case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() and exists (select from pg_stat_wal_receiver) then "
    "0 "
    "else greatest(extract(epoch from clock_timestamp() - "
    "coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time())), 0) end "
    "else (select max(case when replay_lsn >= pg_current_wal_lsn() then 0 "
    "else greatest(extract(epoch from replay_lag), extract(epoch from clock_timestamp() - reply_time) - 10, 0) end) "
    "from pg_stat_replication where replay_lsn is not null and state in ('streaming', 'catchup')) end";

/// Blocks that the instance read from and wrote to its files.
std::string diskOperationsSql(int serverVersion) {
  const char* written =
      serverVersion >= 170000
          ? "(select buffers_written from pg_stat_checkpointer) + (select buffers_clean from pg_stat_bgwriter)"
          : "(select buffers_checkpoint + buffers_clean + buffers_backend from pg_stat_bgwriter)";
  return fmt::format("(select sum(blks_read)::int8 from pg_stat_database) + {}", written);
}

std::string longestLockWaitSql(int serverVersion) {
  // pg_locks is not touched while nobody waits.
  const char* since =
      serverVersion >= 140000
          ? "(select min(l.waitstart) from pg_locks l join session s using (pid) where s.waits and not l.granted)"
          : "(select min(query_start) from session where waits)";
  return fmt::format(
      "case when exists (select from session where waits) "
      "then coalesce(greatest(extract(epoch from clock_timestamp() - {}) * 1000, 0), 0) else 0 end",
      since);
}

/// One statement for everything but the query counters. Rows: kind (`running`, `own` or `value`), name, number, flag.
std::string instanceSql(int serverVersion) {
  const char* queryId = serverVersion >= 140000 ? "query_id::text" : "null::text";
  const std::string session = fmt::format(
      fmt::runtime(sessionsSql),
      fmt::format("pid, {} as query_id, query_start, backend_type is null as hidden, {} as runs, "
                  "coalesce(application_name, '') like 'hotswap/%' as own, wait_event_type = 'Lock' as locked, "
                  "wait_event_type = 'Lock' and wait_event <> 'advisory' and coalesce(application_name, '') not like "
                  "'hotswap/%' as waits",
                  queryId, applicationRuns));
  const auto value = [](const char* name, const std::string& expression) {
    return fmt::format(" union all select 'value', '{}', ({})::float8, false", name, expression);
  };
  return fmt::format(
             "with /* hotswap */ session as materialized ({}), "
             "own_database as (select * from pg_stat_database where datname = current_database()) "
             "select 'running', coalesce(query_id, ''), "
             "greatest(extract(epoch from clock_timestamp() - query_start) * 1000, 0)::float8, coalesce(locked, false) "
             "from session where runs "
             "union all select 'own', query_id, null, false from session where own and query_id is not null",
             session) +
         value("active", "select case when not bool_or(hidden) then count(*) filter (where runs) end from session") +
         value("lock wait", fmt::format("case when not exists (select from session where hidden) then {} end",
                                        longestLockWaitSql(serverVersion))) +
         value("deadlocks", "select deadlocks from own_database") +
         value("transactions", "select xact_commit + xact_rollback from own_database") +
         value("sequential scans",
               "select sum(pg_stat_get_numscans(oid)) from pg_class where relkind in ('r', 'm') and oid >= 16384") +
         value("disk operations", diskOperationsSql(serverVersion)) + value("replication lag", replicationLagSql);
}

/// Whether the server said that pg_stat_statements can't be used here: not preloaded (55000), gone, or forbidden (42…).
bool saysUnavailable(const SqlError& error) {
  const std::string& state = error.failure().sqlState;
  return error.recovery().connectionUsable && (state == "55000" || state.starts_with("42"));
}

std::optional<std::int64_t> toCounter(std::optional<double> number) {
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

}  // namespace

PostgresVitals::PostgresVitals(Session& session, bool hostIsLocal) : session_(session), hostIsLocal_(hostIsLocal) {}

Rows PostgresVitals::ask(const std::string& sql) {
  ++ownTransactions_;
  return session_.query(sql);
}

Rows PostgresVitals::askPrepared(const std::string& name, const std::string& sql) {
  if (!canPrepare_) return ask(sql);
  try {
    if (!prepared_.contains(name)) {
      ++ownTransactions_;
      session_.execute(fmt::format("prepare {} as {}", name, sql));
      prepared_.insert(name);
    }
    return ask("execute " + name);
  } catch (const SqlError& error) {
    // No such prepared statement, or it is there already: this is not the server session of the last time.
    if (error.failure().sqlState != "26000" && error.failure().sqlState != "42P05") throw;
    canPrepare_ = false;
    return ask(sql);
  }
}

VitalsReading PostgresVitals::read() {
  VitalsReading reading;
  reading.at = steady_clock::now();
  ++readings_;
  if (!counters_ && (!countersSoughtAt_ || reading.at - *countersSoughtAt_ >= seekAgain)) findCounters();
  if (counters_) readQueries(reading);
  readInstance(reading);
  if (hostIsLocal_) readCpu(reading);
  for (const std::string& id : ownQueryIds_) reading.queries.erase(id);
  reading.ownQueryIds = ownQueryIds_;
  return reading;
}

std::chrono::duration<double, std::milli> PostgresVitals::probe() {
  const auto start = steady_clock::now();
  if (counters_) {
    ask(probeSql);
    return steady_clock::now() - start;
  }
  const Rows rows = ask(
      fmt::format(fmt::runtime(sessionsSql), fmt::format("/* hotswap */ count(*) filter (where {})", applicationRuns)));
  const auto took = steady_clock::now() - start;
  activeSeen_ += rows.number(0, 0);
  ++activeLooks_;
  return took;
}

InstanceRole PostgresVitals::role() {
  return ask("select /* hotswap */ pg_is_in_recovery()").boolean(0, 0) ? InstanceRole::Standby : InstanceRole::Primary;
}

std::optional<double> PostgresVitals::replicationLag() {
  return ask(fmt::format("select /* hotswap */ ({})::float8", replicationLagSql)).maybeNumber(0, 0);
}

std::string PostgresVitals::queryText(const std::string& queryId) {
  if (!counters_) findCounters();
  if (!counters_) return {};
  const std::vector<Value> parameters{queryId};
  const Rows rows = session_.query(
      fmt::format("select /* hotswap */ query from {}(true) where queryid::text = $1 limit 1", counters_->function),
      parameters);
  return rows.empty() ? std::string() : rows.text(0, 0);
}

void PostgresVitals::findCounters() {
  countersSoughtAt_ = steady_clock::now();
  const Rows rows =
      ask("select /* hotswap */ n.nspname, 'total_exec_time' = any(p.proargnames), 'toplevel' = any(p.proargnames) "
          "from pg_extension e "
          "join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.classid = "
          "'pg_proc'::regclass "
          "join pg_proc p on p.oid = d.objid and p.proname = 'pg_stat_statements' "
          "join pg_namespace n on n.oid = p.pronamespace where e.extname = 'pg_stat_statements'");
  if (rows.empty()) return;
  counters_ = Counters{.function = quoteIdentifier(rows.text(0, 0)) + ".pg_stat_statements",
                       .execTime = rows.boolean(0, 1),
                       .topLevel = rows.boolean(0, 2)};
  markedSoughtAt_.reset();
}

void PostgresVitals::readQueries(VitalsReading& reading) {
  const char* infix = counters_->execTime ? "exec_" : "";
  // The statement's own id comes along (in a row without calls) where the server shows it.
  const std::string sql = fmt::format(
      "select /* hotswap */ coalesce(queryid::text, 'role ' || userid), sum(calls)::int8, sum(total_{0}time)::float8, "
      "sum(calls * (mean_{0}time ^ 2 + stddev_{0}time ^ 2))::float8 from {1}(false) "
      "where dbid = (select oid from pg_database where datname = current_database()){2} group by 1{3}",
      infix, counters_->function, counters_->topLevel ? " and toplevel" : "",
      session_.serverVersion() >= 140000
          ? " union all select query_id::text, null, null, null from pg_stat_get_activity(pg_backend_pid())"
          : "");
  try {
    if (!markedSoughtAt_ || readings_ == 3 || reading.at - *markedSoughtAt_ >= seekAgain) learnMarkedStatements();
    const Rows rows = askPrepared(preparedQueries, sql);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (!rows.at(row, 0)) continue;
      if (!rows.at(row, 1)) {
        ownQueryIds_.insert(rows.text(row, 0));
        continue;
      }
      reading.queries[rows.text(row, 0)] = {
          .calls = rows.integer(row, 1), .totalMs = rows.number(row, 2), .sumSquares = rows.number(row, 3)};
    }
    reading.hasQueryCounters = true;
  } catch (const SqlError& error) {
    if (!saysUnavailable(error)) throw;
    if (prepared_.erase(preparedQueries) > 0) session_.execute(fmt::format("deallocate {}", preparedQueries));
    counters_.reset();
    countersSoughtAt_ = reading.at;
    reading.queries.clear();
  }
}

void PostgresVitals::learnMarkedStatements() {
  const Rows rows =
      ask(fmt::format("select /* hotswap */ distinct queryid::text from {}(true) where queryid is not null "
                      "and dbid = (select oid from pg_database where datname = current_database()) "
                      "and strpos(left(query, 60), '/* hotswap */') > 0",
                      counters_->function));
  markedSoughtAt_ = steady_clock::now();
  for (std::size_t row = 0; row < rows.size(); ++row) ownQueryIds_.insert(rows.text(row, 0));
}

void PostgresVitals::readInstance(VitalsReading& reading) {
  const Rows rows = askPrepared(preparedInstance, instanceSql(session_.serverVersion()));
  std::map<std::string, std::optional<double>, std::less<>> values;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string kind = rows.text(row, 0);
    if (kind == "value") values[rows.text(row, 1)] = rows.maybeNumber(row, 2);
    if (kind == "own") ownQueryIds_.insert(rows.text(row, 1));
    if (kind == "running") {
      reading.running.push_back({.queryId = rows.text(row, 1),
                                 .elapsedMs = rows.maybeNumber(row, 2).value_or(0),
                                 .waitingForLock = rows.boolean(row, 3)});
    }
  }
  reading.activeConnections = values["active"];
  reading.longestLockWaitMs = values["lock wait"];
  reading.deadlocks = toCounter(values["deadlocks"]);
  reading.sequentialScans = toCounter(values["sequential scans"]);
  reading.diskOperations = toCounter(values["disk operations"]);
  reading.replicationLagSeconds = values["replication lag"];
  // This session's transactions reach the counter up to a second late; the monitor's differences forgive that.
  if (const auto transactions = toCounter(values["transactions"]))
    reading.transactions = *transactions - ownTransactions_;
  if (!reading.hasQueryCounters && reading.activeConnections) {
    reading.activeLooks = activeLooks_ + 1;
    reading.meanActive = (activeSeen_ + *reading.activeConnections) / static_cast<double>(reading.activeLooks);
  }
  activeSeen_ = 0;
  activeLooks_ = 0;
}

void PostgresVitals::readCpu(VitalsReading& reading) {
  // First line: cpu user nice system idle iowait irq softirq steal …, in clock ticks over all cores (proc(5)).
  std::ifstream file("/proc/stat");
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0;
  if (!(file >> name >> user >> nice >> system >> idle >> ioWait >> irq >> softIrq >> steal) || name != "cpu") return;
  const auto ticksPerSecond = static_cast<double>(sysconf(_SC_CLK_TCK));
  const double busy = user + nice + system + irq + softIrq + steal;
  reading.cpuBusySeconds = busy / ticksPerSecond;
  reading.cpuTotalSeconds = (busy + idle + ioWait) / ticksPerSecond;
}

}  // namespace hotswap::db::postgres
