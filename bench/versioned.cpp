// Versioned migrations against psql, dbmate and Liquibase: five hundred small files on an empty database in one run,
// each contender in turn, results compared before times; then with nothing to do; then ten thousand files.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>

#include "figures.h"
#include "support/postgres_cluster.h"
#include "support/temporary_folder.h"

namespace hotswap::bench {
namespace {

namespace fs = std::filesystem;

constexpr int files = 500;
constexpr int rounds = 15;
constexpr int idleRounds = 20;
constexpr int liquibaseRounds = 2;

struct Ended {
  double seconds = 0;
  double megabytes = 0;  ///< the most it had in memory
};

/// Runs a program to its end; throws where that isn't 0.
Ended timed(const std::vector<std::string>& command, const fs::path& output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto begun = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (status != 0) {
    std::ifstream text(output);
    throw std::runtime_error(
        command[0] + " failed: " + std::string(std::istreambuf_iterator<char>(text), std::istreambuf_iterator<char>()));
  }
  return {.seconds = seconds, .megabytes = static_cast<double>(usage.ru_maxrss) / 1024};
}

std::string program() { return std::string(HOTSWAP_BUILD_DIR) + "/hotswap"; }
std::string peers() { return std::string(HOTSWAP_SOURCE_DIR) + "/bench/peers/node_modules"; }

std::string statementsOf(int number) {
  return fmt::format(
      "create table t{0} (id bigint primary key, name text not null, created_at timestamptz default now());\n"
      "create index t{0}_name on t{0} (name);\n",
      number);
}

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

/// The same migrations as each contender wants them.
struct Folders {
  explicit Folders(const fs::path& base, int count)
      : hotswap(base / "hotswap"), dbmate(base / "dbmate"), psql(base / "psql.sql"), liquibase(base / "liquibase.sql") {
    fs::create_directories(hotswap);
    fs::create_directories(dbmate);
    std::string script;
    // The tables that HotSwap keeps its history in, and the rows that it writes there.
    const std::string columns =
        "kind text not null, version text not null, description text not null, checksum text not null, applied_at "
        "timestamptz not null, execution_time_ms bigint not null, applied_by text not null, state text not null";
    script += "create table schema_version (" + columns + ", primary key (kind, version));\n";
    script += "create table schema_version_log (id bigint generated always as identity primary key, " + columns +
              ", action text not null, error text not null, progress text not null);\n";
    std::string changes = "--liquibase formatted sql\n";
    for (int number = 1; number <= count; ++number) {
      const std::string sql = statementsOf(number);
      const std::string name = fmt::format("{:05}_t{}", number, number);
      write(hotswap / (name + ".up.sql"), sql);
      write(dbmate / (name + ".sql"), "-- migrate:up\n" + sql + "\n-- migrate:down\n");
      changes += fmt::format("--changeset bench:{}\n{}", number, sql);
      const std::string row =
          fmt::format("'versioned', '{:05}', 't{}', '1:{:064}', now(), 1, 'bench@here', 'applied'", number, number, 0);
      script += fmt::format(
          "begin;\n{}insert into schema_version values ({});\ninsert into schema_version_log (kind, version, "
          "description, checksum, applied_at, execution_time_ms, applied_by, state, action, error, progress) values "
          "({}, 'up', '', '');\ncommit;\n",
          sql, row, row);
    }
    write(psql, script);
    write(liquibase, changes);
  }
  fs::path hotswap;
  fs::path dbmate;
  fs::path psql;
  fs::path liquibase;
};

class Race {
 public:
  Race() : folders_(folder_.path(), files) {}

  void run() {
    std::map<std::string, std::vector<double>> seconds;
    std::string lastDatabase;
    for (int round = 0; round < rounds; ++round) {
      std::vector<std::pair<std::string, std::function<double()>>> contenders{
          {"psql", [&] { return psql(); }}, {"hotswap", [&] { return hotswap(lastDatabase); }}, {"dbmate", [&] {
                                                                                                   return dbmate();
                                                                                                 }}};
      if (round < liquibaseRounds) contenders.emplace_back("liquibase", [&] { return liquibase(); });
      if (round % 2 == 1) std::ranges::reverse(contenders);
      for (const auto& [name, contender] : contenders) seconds[name].push_back(contender());
      fmt::print("round {}: psql {:.2f} s, hotswap {:.2f} s, dbmate {:.2f} s\n", round + 1, seconds["psql"].back(),
                 seconds["hotswap"].back(), seconds["dbmate"].back());
      std::fflush(stdout);
    }
    const auto ratios = [&](const std::string& other) {
      std::vector<double> ratio;
      for (std::size_t round = 0; round < std::min(seconds[other].size(), seconds["hotswap"].size()); ++round) {
        ratio.push_back(seconds["hotswap"][round] / seconds[other][round]);
      }
      return ratio;
    };
    fmt::print("{} files: hotswap {}\n", files, summary(seconds["hotswap"], 2, "s"));
    fmt::print("  hotswap / psql (the same statements): {}\n", summary(ratios("psql"), 2, ""));
    fmt::print("  hotswap / dbmate: {}\n", summary(ratios("dbmate"), 2, ""));
    fmt::print("  liquibase / hotswap: {:.1f}\n", median(seconds["liquibase"]) / median(seconds["hotswap"]));
    nothingToDo(lastDatabase);
  }

 private:
  std::string freshDatabase() {
    std::string name = cluster_.makeDatabase();
    cluster_.psql("checkpoint");
    return name;
  }

  void expectEqual(const std::string& database, const std::string& who) {
    const std::string found = cluster_.psql(
        "select count(*) filter (where relkind = 'r'), count(*) filter (where relkind = 'i') from pg_class where "
        "relname "
        "~ '^t[0-9]+(_pkey|_name)?$'",
        database);
    const std::string wanted = fmt::format("{}|{}", files, 2 * files);
    if (!found.starts_with(wanted)) throw std::runtime_error(who + " made " + found + ", not " + wanted);
  }

  double psql() {
    const std::string database = freshDatabase();
    const auto ended = timed({(support::PostgresCluster::programs() / "psql").string(), "-qX", "-v", "ON_ERROR_STOP=1",
                              cluster_.uri(database), "-f", folders_.psql.string()},
                             output_);
    expectEqual(database, "psql");
    return ended.seconds;
  }

  double hotswap(std::string& database) {
    database = freshDatabase();
    const auto ended =
        timed({program(), "migrate", "up", "--database", cluster_.uri(database), "--dir", folders_.hotswap.string()},
              output_);
    expectEqual(database, "hotswap");
    return ended.seconds;
  }

  std::vector<std::string> dbmateCommand(const std::string& database) {
    return {peers() + "/@dbmate/linux-x64/bin/dbmate",
            "--no-dump-schema",
            "--migrations-dir",
            folders_.dbmate.string(),
            "--url",
            cluster_.uri(database) + "?sslmode=disable",
            "up"};
  }

  double dbmate() {
    const std::string database = freshDatabase();
    const auto ended = timed(dbmateCommand(database), output_);
    expectEqual(database, "dbmate");
    dbmateDatabase_ = database;
    return ended.seconds;
  }

  double liquibase() {
    const std::string database = freshDatabase();
    const std::string folder = peers() + "/liquibase/dist/liquibase";
    const auto ended =
        timed({"/bin/sh", folder + "/liquibase",
               fmt::format("--url=jdbc:postgresql://127.0.0.1:{}/{}", cluster_.port(), database), "--username=postgres",
               std::string("--password=") + support::PostgresCluster::password,
               "--searchPath=" + folders_.liquibase.parent_path().string(), "--changelog-file=liquibase.sql", "update"},
              output_);
    expectEqual(database, "liquibase");
    return ended.seconds;
  }

  void nothingToDo(const std::string& database) {
    std::vector<double> ours;
    std::vector<double> theirs;
    for (int round = 0; round < idleRounds; ++round) {
      ours.push_back(1000 * timed({program(), "migrate", "up", "--database", cluster_.uri(database), "--dir",
                                   folders_.hotswap.string()},
                                  output_)
                                .seconds);
      theirs.push_back(1000 * timed(dbmateCommand(dbmateDatabase_), output_).seconds);
    }
    fmt::print("nothing to do with {} applied: hotswap {}, dbmate {}\n", files, summary(ours, 1, "ms"),
               summary(theirs, 1, "ms"));
  }

  support::TemporaryFolder folder_;
  fs::path output_ = folder_.path() / "output";
  Folders folders_;
  /// Files of the log are made beforehand, so that no contender pays for another's.
  support::PostgresCluster cluster_{{.settings = {{"min_wal_size", "1GB"}, {"max_wal_size", "4GB"}}}};
  std::string dbmateDatabase_;
};

/// Whether time grows in proportion and memory stays bounded.
void manyFiles() {
  const support::TemporaryFolder folder;
  support::PostgresCluster cluster;
  for (const int count : {1000, 10'000}) {
    const Folders folders(folder.path() / std::to_string(count), count);
    const std::string database = cluster.makeDatabase();
    const Ended ended =
        timed({program(), "migrate", "up", "--database", cluster.uri(database), "--dir", folders.hotswap.string()},
              folder.path() / "output");
    fmt::print("{} files: {:.1f} s, {:.2f} ms a file, at most {:.0f} MB\n", count, ended.seconds,
               1000 * ended.seconds / count, ended.megabytes);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace hotswap::bench

int main() {
  hotswap::bench::Race().run();
  hotswap::bench::manyFiles();
  return EXIT_SUCCESS;
}
