#include "rounds.h"

#include <stdexcept>

#include "base/text.h"
#include "support/eventually.h"

namespace hotswap::fault {

namespace {

std::string dumpSchema(const support::PostgresCluster& cluster, const std::string& database) {
  const auto dump =
      support::runProgram({support::PostgresCluster::programs() / "pg_dump", "--schema-only", cluster.uri(database)});
  if (dump.status != 0) throw std::runtime_error("pg_dump failed: " + dump.output);
  // Newer servers put a random key into \restrict lines.
  std::string text;
  for (std::size_t from = 0; from < dump.output.size();) {
    const std::size_t to = std::min(dump.output.find('\n', from), dump.output.size());
    const std::string_view line = std::string_view(dump.output).substr(from, to - from);
    if (!line.starts_with("\\restrict") && !line.starts_with("\\unrestrict")) text.append(line).append("\n");
    from = to + 1;
  }
  return text;
}

std::string number(const std::string& pattern, int value) {
  std::string text = pattern;
  for (std::size_t at = text.find('#'); at != std::string::npos; at = text.find('#', at))
    text.replace(at, 1, std::to_string(value));
  return text;
}

constexpr const char* forward = R"(
create table made_# (id int primary key, big_id int references big (id));
select pg_sleep(0.15);
create index concurrently big_value_#_idx on big (value);
alter table big add column added_# int;
insert into data_ledger values (#);
select pg_sleep(0.15);
create index concurrently big_added_#_idx on big (added_#);
)";

constexpr const char* back = R"(
drop index concurrently big_added_#_idx;
delete from data_ledger where round = #;
alter table big drop column added_#;
drop index concurrently big_value_#_idx;
drop table made_#;
)";

}  // namespace

std::string makeLedgerDatabase(support::PostgresCluster& cluster) {
  const std::string name = cluster.makeDatabase();
  cluster.psql(R"(
create table big (id int primary key, value int);
insert into big select i, i % 1000 from generate_series(1, 100000) i;
create table data_ledger (round int);
create table schema_ledger (tag text, object text);
create function note_change() returns event_trigger language plpgsql as $$
begin
  insert into schema_ledger select command_tag, object_identity from pg_event_trigger_ddl_commands();
end $$;
create event trigger note_change on ddl_command_end execute function note_change();
)",
               name);
  return name;
}

std::string registerDatabase(support::JsonClient& client, const support::PostgresCluster& cluster,
                             const std::string& database) {
  return client
      .must("POST", "/api/v1/databases",
            {{"name", database},
             {"type", "PostgreSQL"},
             {"environment", "Development"},
             {"masterConnectionString", cluster.uri(database)}})
      .at("databaseId");
}

Round beginRound(support::JsonClient& client, const support::PostgresCluster& cluster, const std::string& database,
                 int roundNumber) {
  Round round{.number = roundNumber, .executionId = {}, .schemaBefore = dumpSchema(cluster, database)};
  const auto migration = client.must("POST", "/api/v1/migrations",
                                     {{"name", number("round_#", roundNumber)},
                                      {"targetDatabaseId", database},
                                      {"migrationScript", number(forward, roundNumber)},
                                      {"rollbackScript", number(back, roundNumber)}});
  round.executionId =
      client
          .must("POST", "/api/v1/migrations/" + migration.at("migrationId").get<std::string>() + "/execute",
                {{"monitoring", {{"primarySeconds", 1}, {"baselineSeconds", 1}}}})
          .at("executionId");
  return round;
}

nlohmann::json awaitEnd(support::JsonClient& client, const std::string& executionId) {
  nlohmann::json execution;
  const bool ended = support::eventually(
      [&] {
        const auto answer = client.get("/api/v1/executions/" + executionId);
        if (answer.status != 200) return false;
        execution = answer.json();
        const std::string status = execution.at("status");
        return status == "Succeeded" || status == "RolledBack" || status == "Failed";
      },
      std::chrono::seconds(120));
  if (!ended) throw std::runtime_error("the execution did not end: " + execution.dump());
  return execution;
}

std::string judge(const support::PostgresCluster& cluster, const std::string& database, const Round& round,
                  const nlohmann::json& execution) {
  const std::string status = execution.at("status");
  const auto count = [&](const std::string& sql) {
    return std::string(trim(cluster.psql(number(sql, round.number), database)));
  };
  if (count("select count(*) from pg_index where not indisvalid") != "0") return "an invalid index was left";
  if (status == "RolledBack") {
    if (dumpSchema(cluster, database) != round.schemaBefore)
      return "called rolled back, and the schema differs from before";
    if (count("select count(*) from data_ledger where round = #") != "0")
      return "called rolled back, and the data change is still there";
    return "";
  }
  if (status != "Succeeded")
    return "ended as " + status + ": " + execution.value("errorMessage", "") + " " +
           execution.value("rollback", nlohmann::json()).dump();
  if (count("select count(*) from data_ledger where round = #") != "1")
    return "called a success, and the data change was not made exactly once";
  if (count("select count(*) from schema_ledger where tag = 'CREATE TABLE' and object = 'public.made_#'") != "1")
    return "the first unit was not done exactly once";
  if (count("select count(*) from schema_ledger where tag = 'ALTER TABLE' and object = 'public.big'") == "0")
    return "the third unit was not done";
  if (count("select count(*) from pg_indexes where indexname in ('big_value_#_idx', 'big_added_#_idx')") != "2")
    return "called a success, and an index is missing";
  return "";
}

}  // namespace hotswap::fault
