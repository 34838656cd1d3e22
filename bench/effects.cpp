// What judging statements costs: statements parsed and judged a second on one core, a script against a schema of 5,000
// tables; and the calibration of analysis/postgres/estimate.h: what this machine's server reads, rewrites, indexes and
// changes in a second.
#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <stdexcept>

#include "analysis/dialect.h"
#include "analysis/postgres/estimate.h"
#include "analysis/postgres/load_schema.h"
#include "analysis/validation.h"
#include "db/postgres/postgres_engine.h"
#include "db/postgres/postgres_script.h"
#include "figures.h"
#include "support/postgres_cluster.h"

namespace hotswap::bench {
namespace {

namespace postgres = analysis::postgres;

double secondsOf(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// Every kind of statement that migrations consist of, each table in its own name.
std::string scriptOf(int tables) {
  std::string script;
  for (int i = 0; i < tables; ++i) {
    script += fmt::format(
        "create table t_{0} (id bigint generated always as identity primary key, name text not null, amount "
        "numeric(10,2), at timestamptz default now());\n"
        "create index on t_{0} (name);\n"
        "alter table t_{0} add column note varchar(50);\n"
        "alter table t_{0} add constraint positive check (amount > 0) not valid;\n"
        "alter table t_{0} validate constraint positive;\n"
        "alter table t_{0} alter column note type text;\n"
        "alter table t_{0} alter column amount set not null;\n"
        "comment on table t_{0} is 'a table';\n"
        "update t_{0} set note = 'x' where id = 5;\n"
        "drop index t_{0}_name_idx;\n",
        i);
  }
  return script;
}

/// Statements parsed and judged in a second, without a server.
bool judging() {
  constexpr int tables = 900;
  const std::string script = scriptOf(tables);
  std::vector<double> rates;
  for (int round = 0; round < 5; ++round) {
    std::size_t statements = 0;
    std::size_t locks = 0;
    const double seconds = secondsOf([&] {
      const auto parsed = db::postgres::PostgresScript().parse(script, db::Trees::Kept);
      for (const auto& one : analysis::dialectOf(DatabaseType::PostgreSQL)->judge({})->judge(parsed.statements)) {
        locks += one.effects.locks.size();
      }
      statements = parsed.statements.size();
    });
    if (statements != std::size_t{10} * tables || locks < statements / 2)
      throw std::runtime_error(fmt::format("{} statements with {} locks", statements, locks));
    rates.push_back(static_cast<double>(statements) / seconds);
  }
  fmt::print("parsed and judged: {} (promise 20,000)\n", summary(rates, 0, " statements/s"));
  return median(rates) >= 20'000;
}

/// A script against a schema of 5,000 tables.
bool largeSchema(support::PostgresCluster& cluster, const db::Engine& engine) {
  const std::string database = cluster.makeDatabase();
  cluster.psql(
      "do $$ begin for i in 1..5000 loop execute format('create table t_%s (id bigint primary key, name text not null, "
      "amount numeric check (amount > 0), other bigint, at timestamptz default now())', i); execute format('create "
      "index on t_%s (name)', i); if i > 1 then execute format('alter table t_%s add foreign key (other) references "
      "t_%s', i, i / 2 + 1); end if; if i % 200 = 0 then commit; end if; end loop; end $$; analyze",
      database);
  const auto session = engine.connect(cluster.connection(database), "bench", Milliseconds(10'000));
  std::vector<double> loading;
  std::vector<double> validating;
  SystemClock clock;
  for (int round = 0; round < 5; ++round) {
    loading.push_back(secondsOf([&] {
      if (postgres::loadSchema(*session).size() < 5'000) throw std::runtime_error("the schema is not read in full");
    }));
    validating.push_back(secondsOf([&] {
      const auto report = analysis::validate(
          engine, cluster.connection(database),
          {.migrationScript = "alter table t_77 alter column other type numeric; drop table t_4000 cascade;",
           .rollbackScript = "select 1",
           .dryRun = false},
          clock);
      if (report.statements.at(0).rewrites.empty()) throw std::runtime_error("the rewrite was not seen");
    }));
  }
  fmt::print("schema of 5,000 tables read: {}\n", summary(loading, 2, " s"));
  fmt::print("script validated against it: {} (promise 1 s)\n", summary(validating, 2, " s"));
  return median(validating) < 1;
}

/// What the server does in a second.
void calibrate(support::PostgresCluster& cluster, const db::Engine& engine) {
  constexpr double rows = 2'000'000;
  const std::string database = cluster.makeDatabase();
  cluster.psql(
      "create table t as select n as id, md5(n::text) as name, n::numeric as amount, now() as at from "
      "generate_series(1, 2000000) n; vacuum analyze t",
      database);
  const auto session = engine.connect(cluster.connection(database), "bench", Milliseconds(10'000));
  const auto bytes = session->query("select pg_table_size('t')").number(0, 0);
  const auto time = [&](const std::string& sql) { return secondsOf([&] { session->execute(sql); }); };
  const double scan = time("alter table t add constraint positive check (id > 0)");
  const double index = time("create index on t (name)");
  const double change = time("update t set amount = amount + 1 where id <= 200000");
  session->execute("drop index t_name_idx");
  const double rewrite = time("alter table t alter column id type bigint");
  const postgres::Rates used;
  fmt::print("\nthis server in a second, and what estimates take:\n");
  fmt::print("scanned   {:6.0f} MB   {:6.0f} MB\n", bytes / scan / 1e6, used.scannedBytes / 1e6);
  fmt::print("rewritten {:6.0f} MB   {:6.0f} MB\n", bytes / rewrite / 1e6, used.rewrittenBytes / 1e6);
  fmt::print("indexed   {:6.0f} k    {:6.0f} k rows\n", rows / index / 1e3, used.indexedRows / 1e3);
  fmt::print("changed   {:6.0f} k    {:6.0f} k rows\n", rows / 10 / change / 1e3, used.changedRows / 1e3);
}

int run() {
  bool kept = judging();
  support::PostgresCluster cluster({.settings = {{"max_locks_per_transaction", "1024"}}});
  const auto engine = db::postgres::makeEngine();
  kept = largeSchema(cluster, *engine) && kept;
  calibrate(cluster, *engine);
  fmt::print("\n{}\n", kept ? "All promises are kept." : "A promise is broken.");
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace hotswap::bench

int main() {
  try {
    return hotswap::bench::run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return EXIT_FAILURE;
  }
}
