#include "support/postgres_cluster.h"

#include <unistd.h>

#include <csignal>
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

/// A data folder made once a process; every cluster starts from a copy of it.
const std::filesystem::path& dataTemplate() {
  static const TemporaryFolder folder;
  static const std::filesystem::path data = folder.path() / "data";
  static std::once_flag once;
  std::call_once(once, [] {
    giveToServerUser(folder.path());
    const std::filesystem::path passwordFile = folder.path() / "password";
    std::ofstream(passwordFile) << PostgresCluster::password << '\n';
    require(runProgram({PostgresCluster::programs() / "initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256",
                        "--pwfile=" + passwordFile.string(), "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"},
                       {}, true),
            "initdb");
    std::filesystem::remove(passwordFile);
  });
  return data;
}

}  // namespace

std::filesystem::path PostgresCluster::programs() {
  std::filesystem::path newest;
  int newestVersion = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newestVersion && std::filesystem::exists(entry.path() / "bin" / "initdb")) {
      newestVersion = version;
      newest = entry.path() / "bin";
    }
  }
  if (newest.empty()) throw std::runtime_error("no PostgreSQL server is installed; ./dev setup installs it");
  return newest;
}

PostgresCluster::PostgresCluster(const Settings& settings) {
  giveToServerUser(folder_.path());
  const std::filesystem::path data = folder_.path() / "data";
  require(runProgram({"cp", "-r", dataTemplate(), data}, {}, true), "copying the data folder");
  std::ofstream configuration(data / "postgresql.conf", std::ios::app);
  configuration << baseSettings << "unix_socket_directories = '" << folder_.path().string() << "'\n";
  for (const auto& [name, value] : settings) configuration << name << " = '" << value << "'\n";
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
        .command = {programs() / "postgres", "-D", folder_.path() / "data", "-p", std::to_string(port_)},
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
