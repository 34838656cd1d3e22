// `hotswap migrate up` is killed at two hundred random moments on each engine: what it began is whole afterwards,
// nothing is done twice, nothing left out.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <string>
#include <thread>

#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"
#include "support/postgres_cluster.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::fault {
namespace {

constexpr int killsWanted = 200;
constexpr int files = 24;

/// A folder of migrations that each write into a ledger once, or make what can't be made twice.
class Folder {
 public:
  explicit Folder(bool concurrent) {
    write(1, "create table ledger (version int not null);\ncreate table big (a int, b int);\n" + entry(1));
    for (int number = 2; number <= files; ++number) {
      const std::string n = std::to_string(number);
      if (number % 3 != 0) {
        write(number, "create table t" + n + " (id int);\n" + entry(number));
      } else if (concurrent) {
        write(number, "create index concurrently i" + n + " on big (a);\n" + entry(number) +
                          "create index concurrently j" + n + " on big (b);\n");
      } else {
        write(number, "-- hotswap: transaction=false\ncreate table t" + n + " (id int);\ncreate index i" + n + " on t" +
                          n + " (id);\ncreate table u" + n + " (id int);\n");
      }
    }
  }
  [[nodiscard]] std::string path() const { return folder_.path().string(); }

 private:
  static std::string entry(int number) { return "insert into ledger values (" + std::to_string(number) + ");\n"; }
  void write(int number, const std::string& text) const {
    const std::string name = std::string(number < 10 ? "000" : "00") + std::to_string(number) + "_file.up.sql";
    std::ofstream(folder_.path() / name) << text;
  }

  support::TemporaryFolder folder_;
};

std::vector<std::string> command(const std::string& url, const Folder& folder) {
  return {std::string(HOTSWAP_BUILD_DIR) + "/hotswap", "migrate", "up", "--database", url, "--dir", folder.path()};
}

/// Kills runs at random moments until one ends by itself; returns how many were killed.
int killUntilDone(const std::string& url, const Folder& folder, std::mt19937& random) {
  const support::TemporaryFolder output;
  for (int kills = 0;;) {
    support::ServerProcess process({.command = command(url, folder),
                                    .environment = {},
                                    .output = output.path() / "output",
                                    .asServerUser = false});
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 120'000)(random)));
    process.signal(SIGKILL);
    const auto status = process.wait(std::chrono::seconds(60));
    if (status == 128 + SIGKILL) {
      ++kills;
      continue;
    }
    EXPECT_EQ(status, 0);
    const auto last = support::runProgram(command(url, folder));
    EXPECT_EQ(last.status, 0) << last.output;
    return kills;
  }
}

std::string rows(const db::Engine& engine, const ConnectionString& connection, const std::string& sql) {
  const auto session = engine.connect(connection, "test", Milliseconds(5000));
  const db::Rows found = session->query(sql);
  std::string text;
  for (std::size_t row = 0; row < found.size(); ++row) text += found.text(row, 0) + " ";
  return text;
}

void expectWhole(const db::Engine& engine, const ConnectionString& connection, const db::SchemaListing& undisturbed) {
  EXPECT_EQ(rows(engine, connection, "select count(*) from ledger"),
            rows(engine, connection, "select count(distinct version) from ledger"));
  EXPECT_EQ(rows(engine, connection, "select count(*) from schema_version where state = 'applied'"),
            std::to_string(files) + " ");
  const auto session = engine.connect(connection, "test", Milliseconds(5000));
  const auto differing = db::differences(undisturbed, engine.catalog().listing(*session));
  EXPECT_TRUE(differing.empty()) << differing.front();
}

struct Undisturbed {
  db::SchemaListing listing;
  std::string ledger;
};

Undisturbed runUndisturbed(const db::Engine& engine, const std::string& url, const ConnectionString& connection,
                           const Folder& folder) {
  const auto run = support::runProgram(command(url, folder));
  EXPECT_EQ(run.status, 0) << run.output;
  const auto session = engine.connect(connection, "test", Milliseconds(5000));
  return {.listing = engine.catalog().listing(*session),
          .ledger = rows(engine, connection, "select version from ledger order by version")};
}

TEST(MigrateKilled, IsWholeAfterwards_OnPostgres) {
  support::PostgresCluster& cluster = support::sharedCluster();
  const auto engine = db::postgres::makeEngine();
  const Folder folder(true);
  const std::string reference = cluster.makeDatabase();
  const Undisturbed undisturbed =
      runUndisturbed(*engine, cluster.uri(reference), cluster.connection(reference), folder);
  std::mt19937 random(20261121);
  for (int kills = 0; kills < killsWanted && !testing::Test::HasFailure();) {
    const std::string database = cluster.makeDatabase();
    kills += killUntilDone(cluster.uri(database), folder, random);
    const ConnectionString connection = cluster.connection(database);
    expectWhole(*engine, connection, undisturbed.listing);
    EXPECT_EQ(rows(*engine, connection, "select version from ledger order by version"), undisturbed.ledger);
  }
}

TEST(MigrateKilled, IsWholeAfterwards_OnSqlite) {
  const auto engine = db::sqlite::makeEngine();
  const Folder folder(false);
  const support::TemporaryFolder databases;
  const auto fileOf = [&](int number) { return (databases.path() / (std::to_string(number) + ".db")).string(); };
  const auto connectionTo = [](const std::string& file) { return ConnectionString().with("dbname", file); };
  const Undisturbed undisturbed = runUndisturbed(*engine, "sqlite:" + fileOf(0), connectionTo(fileOf(0)), folder);
  std::mt19937 random(20261122);
  int number = 0;
  for (int kills = 0; kills < killsWanted && !testing::Test::HasFailure();) {
    const std::string file = fileOf(++number);
    kills += killUntilDone("sqlite:" + file, folder, random);
    expectWhole(*engine, connectionTo(file), undisturbed.listing);
    EXPECT_EQ(rows(*engine, connectionTo(file), "select version from ledger order by version"), undisturbed.ledger);
  }
}

}  // namespace
}  // namespace hotswap::fault
