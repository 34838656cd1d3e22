#include "support/postgres_cluster.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace hotswap::support {

namespace {

constexpr const char* baseSettings = R"(
listen_addresses = '127.0.0.1'
shared_preload_libraries = 'pg_stat_statements'
fsync = off
max_connections = 200
shared_buffers = 128MB
logging_collector = off
log_min_messages = warning
wal_level = logical
max_wal_senders = 10
max_replication_slots = 10
)";

void require(const Finished& finished, const std::string& what) {
  if (finished.status != 0) throw std::runtime_error(what + " failed: " + finished.output);
}

/// A data folder made once a process and version; every cluster starts from a copy of it.
class DataTemplate {
 public:
  explicit DataTemplate(const std::filesystem::path& programs) {
    giveToServerUser(folder_.path());
    const std::filesystem::path passwordFile = folder_.path() / "password";
    std::ofstream(passwordFile) << PostgresCluster::password << '\n';
    require(runProgram({programs / "initdb", "-D", data(), "-U", "postgres", "--auth=scram-sha-256",
                        "--pwfile=" + passwordFile.string(), "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"},
                       {}, true),
            "initdb");
    std::filesystem::remove(passwordFile);
  }
  [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }

  static std::filesystem::path of(const std::filesystem::path& programs) {
    static std::mutex mutex;
    static std::map<std::filesystem::path, DataTemplate> all;
    const std::lock_guard lock(mutex);
    return all.try_emplace(programs, programs).first->second.data();
  }

 private:
  TemporaryFolder folder_;
};

/// The same programs where the server user can run them: a checkout in somebody's private folder is closed to it.
std::filesystem::path withinReach(const std::filesystem::path& programs) {
  if (runProgram({"test", "-x", programs / "postgres"}, {}, true).status == 0) return programs;
  static std::mutex mutex;
  static std::map<std::filesystem::path, TemporaryFolder> copies;
  const std::lock_guard lock(mutex);
  const auto [place, isNew] = copies.try_emplace(programs);
  const std::filesystem::path copy = place->second.path() / "copy";
  if (isNew) {
    giveToServerUser(place->second.path());
    require(runProgram({"cp", "-r", programs.parent_path(), copy}), "copying the server's programs");
  }
  return copy / programs.filename();
}

/// The newest version of Debian's PostgreSQL that is installed; 0 where none is.
int debiansVersion() {
  int newest = 0;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", missing)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (std::filesystem::exists(entry.path() / "bin" / "initdb")) newest = std::max(newest, version);
  }
  return newest;
}

std::filesystem::path debiansPrograms(int version) {
  return std::filesystem::path("/usr/lib/postgresql") / std::to_string(version) / "bin";
}

}  // namespace

std::filesystem::path PostgresCluster::programs() {
  const int newest = debiansVersion();
  if (newest == 0) throw std::runtime_error("no PostgreSQL server is installed; ./dev setup installs it");
  return debiansPrograms(newest);
}

std::filesystem::path PostgresCluster::serverPrograms(int version) {
  if (std::filesystem::exists(debiansPrograms(version) / "initdb")) return debiansPrograms(version);
  const std::filesystem::path fromNpm = std::filesystem::path(HOTSWAP_SOURCE_DIR) / "tests" / "servers" /
                                        "node_modules" / ("postgres-" + std::to_string(version)) / "native" / "bin";
  if (!std::filesystem::exists(fromNpm / "initdb")) {
    throw std::runtime_error("there is no PostgreSQL " + std::to_string(version) +
                             "; `tools/setup.sh versions` installs those of tests/servers");
  }
  return withinReach(fromNpm);
}

PostgresCluster::PostgresCluster() : PostgresCluster(Options{}) {}

PostgresCluster::PostgresCluster(const Options& options)
    : serverPrograms_(options.version ? serverPrograms(*options.version) : programs()) {
  giveToServerUser(folder_.path());
  const std::filesystem::path data = folder_.path() / "data";
  require(runProgram({"cp", "-r", DataTemplate::of(serverPrograms_), data}, {}, true), "copying the data folder");
  std::ofstream configuration(data / "postgresql.conf", std::ios::app);
  configuration << baseSettings << "unix_socket_directories = '" << folder_.path().string() << "'\n";
  for (const auto& [name, value] : options.settings) configuration << name << " = '" << value << "'\n";
  configuration.close();
  start();
}

std::string PostgresCluster::uri(const std::string& database) const {
  return "postgresql://postgres:" + std::string(password) + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

ConnectionString PostgresCluster::connection(const std::string& database) const {
  return ConnectionString::parse(uri(database));
}

std::string PostgresCluster::psql(const std::string& sql, const std::string& database) const {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "script.sql";
  std::ofstream(file) << sql;
  const Finished finished =
      runProgram({programs() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", file, uri(database)});
  require(finished, "psql");
  return finished.output;
}

std::string PostgresCluster::makeDatabase() {
  const std::string name = "test_" + std::to_string(++databases_);
  psql("create database " + name);
  psql("create extension pg_stat_statements", name);
  return name;
}

void PostgresCluster::start() {
  // A restart keeps its port, and may have to wait until the processes of a killed server are gone.
  const bool restart = port_ != 0;
  for (int attempt = 0; attempt < (restart ? 100 : 5); ++attempt) {
    if (!restart) port_ = freePort();
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    process_ = std::make_unique<ServerProcess>(ServerProcess::Options{
        .command = {serverPrograms_ / "postgres", "-D", folder_.path() / "data", "-p", std::to_string(port_)},
        .environment = {},
        .output = folder_.path() / "server.log",
        .asServerUser = true,
        .deathSignal = SIGQUIT});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (process_->running() && std::chrono::steady_clock::now() < deadline) {
      if (runProgram({programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", std::to_string(port_)}).status == 0)
        return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  std::stringstream log;
  log << std::ifstream(folder_.path() / "server.log").rdbuf();
  throw std::runtime_error("PostgreSQL did not start: " + log.str());
}

void PostgresCluster::stop() {
  process_->signal(SIGINT);
  if (!process_->wait(std::chrono::seconds(60))) throw std::runtime_error("PostgreSQL did not stop");
}

void PostgresCluster::kill9() {
  // The children notice the death of their parent and end by themselves; the next start waits for that.
  process_->signal(SIGKILL);
  process_->wait(std::chrono::seconds(10));
}

PostgresCluster& sharedCluster() {
  static PostgresCluster cluster;
  return cluster;
}

}  // namespace hotswap::support
