#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "domain/enum_text.h"
#include "domain/ids.h"

namespace hotswap {

enum class DatabaseType { PostgreSQL, MySQL, SqlServer, Oracle, SQLite };
template <>
struct EnumTexts<DatabaseType> {
  static constexpr std::array entries{std::pair{DatabaseType::PostgreSQL, std::string_view("PostgreSQL")},
                                      std::pair{DatabaseType::MySQL, std::string_view("MySQL")},
                                      std::pair{DatabaseType::SqlServer, std::string_view("SqlServer")},
                                      std::pair{DatabaseType::Oracle, std::string_view("Oracle")},
                                      std::pair{DatabaseType::SQLite, std::string_view("SQLite")}};
};

enum class Environment { Development, QA, Staging, Production };
template <>
struct EnumTexts<Environment> {
  static constexpr std::array entries{std::pair{Environment::Development, std::string_view("Development")},
                                      std::pair{Environment::QA, std::string_view("QA")},
                                      std::pair{Environment::Staging, std::string_view("Staging")},
                                      std::pair{Environment::Production, std::string_view("Production")}};
};

enum class ReplicaRole { SyncReplica, AsyncReplica, ShadowReplica };
template <>
struct EnumTexts<ReplicaRole> {
  static constexpr std::array entries{std::pair{ReplicaRole::SyncReplica, std::string_view("SyncReplica")},
                                      std::pair{ReplicaRole::AsyncReplica, std::string_view("AsyncReplica")},
                                      std::pair{ReplicaRole::ShadowReplica, std::string_view("ShadowReplica")}};
};

enum class HealthStatus { Unknown, Healthy, Unhealthy };
template <>
struct EnumTexts<HealthStatus> {
  static constexpr std::array entries{std::pair{HealthStatus::Unknown, std::string_view("Unknown")},
                                      std::pair{HealthStatus::Healthy, std::string_view("Healthy")},
                                      std::pair{HealthStatus::Unhealthy, std::string_view("Unhealthy")}};
};

/// What one instance answered when it was last asked.
struct InstanceHealth {
  std::string instance;  ///< `primary` or a replica's id
  HealthStatus status = HealthStatus::Unknown;
  std::string message;  ///< why it is unhealthy, empty otherwise
  std::string serverVersion;
  std::string role;  ///< `primary` or `standby`, empty where unknown
  std::optional<Seconds> replicationLag;
  std::optional<Seconds> responseTime;
  TimePoint checkedAt;
};

struct Replica {
  ReplicaId id;
  std::string connectionString;  ///< plain while in memory, or a reference; the store holds it encrypted
  ReplicaRole role = ReplicaRole::AsyncReplica;
  double trafficWeight = 0;  ///< share of the read traffic, 0 to 1
};

/// A database that is migrated: a primary and its replicas.
struct DatabaseTarget {
  DatabaseId id;
  std::string name;  ///< unique; letters, digits, `_`, `-`, `.`, at most 128
  std::string description;
  DatabaseType type = DatabaseType::PostgreSQL;
  Environment environment = Environment::Development;
  std::string masterConnectionString;  ///< as Replica::connectionString
  std::vector<Replica> replicas;
  HealthStatus health = HealthStatus::Unknown;
  std::string config = "{}";  ///< settings of this target as JSON text (an object), e.g. {"lockTimeoutSeconds": 2}
  TimePoint createdAt;
  TimePoint updatedAt;
  std::int64_t version = 1;  ///< as Migration::version
};

/// What is wrong with the fields as a caller gave them, connection strings included; empty where nothing is.
std::vector<ErrorDetail> checkFields(const DatabaseTarget& database);

/// A connection string as it may be shown: references as they are, all others masked.
std::string maskedConnectionString(const std::string& connectionString);

}  // namespace hotswap
