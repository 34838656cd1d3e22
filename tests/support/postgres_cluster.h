#pragma once
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "domain/connection_string.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::support {

/// Every major version that HotSwap promises to work with. The newest that Debian has comes from there, the others from
/// tests/servers.
inline constexpr std::array postgresVersions{12, 13, 14, 15, 16, 17, 18};

/// A PostgreSQL server on a free loopback port, in a temporary folder, with pg_stat_statements loaded. User `postgres`
/// (superuser), password `secret-postgres-pw`.
/// Starting takes about half a second once a first one of its version has made the template folder (two seconds).
class PostgresCluster {
 public:
  using Settings = std::map<std::string, std::string>;
  struct Options {
    std::optional<int> version{};  ///< major; nothing: the newest that Debian has installed
    Settings settings{};           ///< of postgresql.conf
  };
  static constexpr const char* password = "secret-postgres-pw";

  PostgresCluster();
  /// Throws std::runtime_error where there is no server of that version, or it doesn't start.
  explicit PostgresCluster(const Options& options);

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

  /// The folder of the programs of the newest version that Debian has installed, e.g. /usr/lib/postgresql/15/bin. Its
  /// clients, such as psql and pg_dump, serve for servers up to its own version and mostly beyond.
  static std::filesystem::path programs();
  /// The folder of a major version's `initdb` and `postgres`, which the server user can run.
  static std::filesystem::path serverPrograms(int version);

 private:
  TemporaryFolder folder_;
  std::filesystem::path serverPrograms_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

/// One server for all tests of a process that only need databases of their own.
PostgresCluster& sharedCluster();

}  // namespace hotswap::support
