// Detection and rollback: twenty changes that ruin a hot query, each to be found within 10 s and undone within 30 s
// with the fingerprint as before; and twenty harmless ones under the same noisy load, none of which may be taken for a
// breach. Everything goes through the program itself, over HTTP.
#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "base/time_text.h"
#include "figures.h"
#include "support/eventually.h"
#include "support/service.h"
#include "traffic.h"

namespace hotswap::bench {
namespace {

using Json = nlohmann::json;

struct Change {
  std::string forward;
  std::string back;
};

/// Ruins the query on orders: one statement in twenty, a few per cent of the load.
const std::vector<Change>& harmful() {
  static const std::vector<Change> changes{
      {"drop index orders_customer", "create index concurrently orders_customer on orders (customer)"},
      {"alter index orders_customer rename to orders_customer_old; drop index orders_customer_old",
       "create index concurrently orders_customer on orders (customer)"},
      {"drop index concurrently orders_customer", "create index concurrently orders_customer on orders (customer)"},
      {"create index orders_both on orders (note, customer); drop index orders_customer",
       "create index concurrently orders_customer on orders (customer); drop index concurrently orders_both"},
  };
  return changes;
}

const std::vector<Change>& harmless() {
  static const std::vector<Change> changes{
      {"alter table orders add column extra_# text", "alter table orders drop column extra_#"},
      {"create index concurrently quiet_value_# on quiet (value)", "drop index concurrently quiet_value_#"},
      {"create table fresh_# (id int primary key, note text)", "drop table fresh_#"},
      {"alter table quiet add constraint positive_# check (value >= 0) not valid; ",
       "alter table quiet drop constraint positive_#"},
      {"comment on table orders is 'orders, #'", "comment on table orders is null"},
      {"create index concurrently orders_id_# on orders (id, customer)", "drop index concurrently orders_id_#"},
      {"create view cheap_# as select id from orders", "drop view cheap_#"},
      {"alter table orders alter column note set statistics 200",
       "alter table orders alter column note set statistics -1"},
      {"create function twice_#(int) returns int language sql immutable as 'select $1 * 2'",
       "drop function twice_#(int)"},
      {"alter table quiet add column score_# int default 7", "alter table quiet drop column score_#"},
  };
  return changes;
}

std::string numbered(std::string text, int number) {
  for (std::size_t at = text.find('#'); at != std::string::npos; at = text.find('#', at))
    text.replace(at, 1, std::to_string(number));
  return text;
}

TimePoint timeOf(const Json& value) {
  const auto time = parseRfc3339(value.get<std::string>());
  if (!time) throw std::runtime_error("no time: " + value.dump());
  return *time;
}

double secondsBetween(TimePoint from, TimePoint to) { return std::chrono::duration<double>(to - from).count(); }

/// Load that is never the same for two seconds: a second pgbench comes and goes by chance.
class Noise {
 public:
  Noise(const support::PostgresCluster& cluster, const std::string& database)
      : thread_([&cluster, database](const std::stop_token& stop) {
          std::mt19937 random(42);
          while (!stop.stop_requested()) {
            Traffic burst(cluster, database, 2, std::uniform_int_distribution(20, 120)(random),
                          std::uniform_int_distribution(1, 4)(random));
            burst.finish();
            std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(0, 3000)(random)));
          }
        }) {}

 private:
  std::jthread thread_;
};

class Stage {
 public:
  Stage() : cluster(support::sharedCluster()), database(support::sharedCluster().makeDatabase()) {
    makeShop(cluster, database, 5);
    client_ = service_.admin();
    client_->must("POST", "/api/v1/databases",
                  {{"name", "shop"},
                   {"type", "PostgreSQL"},
                   {"environment", "Development"},
                   {"masterConnectionString", cluster.uri(database)}});
  }

  /// Runs a change to its end and returns the execution.
  Json run(const Change& change, int number, int watchSeconds) {
    client_->login("admin", support::Service::adminPassword);
    const Json migration = client_->must("POST", "/api/v1/migrations",
                                         {{"name", "change_" + std::to_string(number)},
                                          {"targetDatabaseId", "shop"},
                                          {"migrationScript", numbered(change.forward, number)},
                                          {"rollbackScript", numbered(change.back, number)}});
    const Json started =
        client_->must("POST", "/api/v1/migrations/" + migration.at("migrationId").get<std::string>() + "/execute",
                      {{"monitoring", {{"primarySeconds", watchSeconds}}}});
    const std::string path = "/api/v1/executions/" + started.at("executionId").get<std::string>();
    Json execution;
    support::eventually(
        [&] { return !(execution = client_->must("GET", path)).value("completedAt", Json()).is_null(); },
        std::chrono::minutes(5));
    return execution;
  }

  /// When the statement that did the harm had been run: the newest log line with a statement before the way back began.
  TimePoint harmedAt(const Json& execution) {
    const Json logs = client_->must(
        "GET", "/api/v1/executions/" + execution.at("executionId").get<std::string>() + "/logs?limit=200");
    const TimePoint back = timeOf(execution.at("rollback").at("startedAt"));
    TimePoint latest{};
    for (const Json& entry : logs.at("logs")) {
      const bool statement = entry.contains("sqlStatement") && entry.at("sqlStatement").is_string() &&
                             !entry.at("sqlStatement").get<std::string>().empty();
      if (statement && timeOf(entry.at("timestamp")) < back) latest = std::max(latest, timeOf(entry.at("timestamp")));
    }
    return latest;
  }

  support::PostgresCluster& cluster;
  std::string database;

 private:
  support::Service service_;
  std::unique_ptr<support::JsonClient> client_;
};

std::string why(const Json& execution) {
  const Json& message = execution.at("errorMessage");
  return message.is_string() ? message.get<std::string>() : "";
}

int run(int harmfulRounds, int harmlessRounds) {
  Stage stage;
  Traffic traffic(stage.cluster, stage.database, 8, 400, 7200);
  const Noise noise(stage.cluster, stage.database);
  std::this_thread::sleep_for(std::chrono::seconds(5));

  std::vector<double> detection;
  std::vector<double> rollback;
  int undone = 0;
  for (int i = 0; i < harmfulRounds; ++i) {
    const Change& change = harmful()[static_cast<std::size_t>(i) % harmful().size()];
    const Json execution = stage.run(change, i, 60);
    if (execution.at("status") != "RolledBack" || !execution.at("rollback").at("verified").get<bool>()) {
      fmt::print("harmful {}: ended as {}: {}\n", i + 1, execution.at("status").get<std::string>(), why(execution));
      continue;
    }
    ++undone;
    const TimePoint began = timeOf(execution.at("rollback").at("startedAt"));
    detection.push_back(secondsBetween(stage.harmedAt(execution), began));
    rollback.push_back(secondsBetween(began, timeOf(execution.at("rollback").at("completedAt"))));
    fmt::print("harmful {}: found after {:.1f} s, undone and proved in {:.1f} s: {}\n", i + 1, detection.back(),
               rollback.back(), why(execution));
    std::fflush(stdout);
  }
  int quiet = 0;
  for (int i = 0; i < harmlessRounds; ++i) {
    const Json execution = stage.run(harmless()[static_cast<std::size_t>(i) % harmless().size()], 100 + i, 20);
    if (execution.at("status") == "Succeeded") ++quiet;
    fmt::print("harmless {}: {} {}\n", i + 1, execution.at("status").get<std::string>(), why(execution));
    std::fflush(stdout);
  }
  traffic.stop();
  fmt::print("found and undone: {} of {}; detection {}; rollback {}\n", undone, harmfulRounds,
             summary(detection, 1, " s"), summary(rollback, 1, " s"));
  fmt::print("harmless changes that were left alone: {} of {}\n", quiet, harmlessRounds);
  const bool kept =
      undone == harmfulRounds && quiet == harmlessRounds && quantile(detection, 1) < 10 && quantile(rollback, 1) < 30;
  return kept ? 0 : 1;
}

}  // namespace
}  // namespace hotswap::bench

/// `bench_detection [HARMFUL [HARMLESS]]`: twenty of each kind unless told otherwise.
int main(int argc, char** argv) {
  const int harmful = argc > 1 ? std::atoi(argv[1]) : 20;
  return hotswap::bench::run(harmful, argc > 2 ? std::atoi(argv[2]) : harmful);
}
