#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "domain/connection_string.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::support {

/// A PostgreSQL server of the newest version installed, on a free loopback port, in a temporary folder, with
/// pg_stat_statements loaded. User `postgres` (superuser), password `secret-postgres-pw`.
/// Starting takes about half a second once a first one has made the template folder.
class PostgresCluster {
 public:
  using Settings = std::map<std::string, std::string>;
  static constexpr const char* password = "secret-postgres-pw";

  explicit PostgresCluster(const Settings& settings = {});

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string uri(const std::string& database = "postgres") const;
  [[nodiscard]] ConnectionString connection(const std::string& database = "postgres") const;
  /// Runs SQL through psql, one statement after the other, and returns what it prints (unaligned, rows only). Throws
  /// std::runtime_error with the server's words where a statement fails.
  std::string psql(const std::string& sql, const std::string& database = "postgres") const;
  /// A new empty database with pg_stat_statements; returns its name.
  std::string makeDatabase();

  void start();
  /// Ends all sessions and writes everything (fast shutdown).
  void stop();
  /// The power fails: SIGKILL to the server and all its processes.
  void kill9();

  /// The folder of the newest installed version's programs, e.g. /usr/lib/postgresql/15/bin.
  static std::filesystem::path programs();

 private:
  TemporaryFolder folder_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

/// One server for all tests of a process that only need databases of their own.
PostgresCluster& sharedCluster();

}  // namespace hotswap::support
