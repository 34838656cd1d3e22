#include "api/schemas/build.h"
#include "api/schemas/schemas.h"
#include "domain/database.h"

namespace hotswap::api::schema {

void addDatabaseSchemas(Json& schemas) {
  const std::string connection =
      "`Host=…;Port=…;Database=…;Username=…;Password=…;SSL Mode=…`, a libpq string, a URI, or a reference such as "
      "`env:NAME`. "
      "Where it is read back its password is `****`; sent back unchanged, that keeps the stored one.";
  schemas["ReplicaRequest"] = object({optional("replicaId", orNull(text("of a replica that is there already"))),
                                      {"connectionString", text(connection)},
                                      optional("role", orNull(oneOf<ReplicaRole>())),
                                      optional("trafficWeight", orNull(number("share of the read traffic, 0 to 1")))});
  schemas["DatabaseRequest"] = object({{"name", text("unique; letters, digits, _, - and ., at most 128")},
                                       optional("description", orNull(text())),
                                       {"type", oneOf<DatabaseType>()},
                                       {"environment", oneOf<Environment>()},
                                       {"masterConnectionString", text(connection)},
                                       optional("replicas", orNull(list(reference("ReplicaRequest")))),
                                       optional("config", orNull(anyObject()))});
  schemas["Replica"] = object({{"replicaId", text()},
                               {"connectionString", text("with the password masked")},
                               {"role", oneOf<ReplicaRole>()},
                               {"trafficWeight", number()}});
  schemas["Database"] = object({{"databaseId", text()},
                                {"name", text()},
                                {"description", text()},
                                {"type", oneOf<DatabaseType>()},
                                {"environment", oneOf<Environment>()},
                                {"masterConnectionString", text("with the password masked")},
                                {"replicas", list(reference("Replica"))},
                                {"health", oneOf<HealthStatus>()},
                                {"config", anyObject()},
                                {"createdAt", timestamp()},
                                {"updatedAt", timestamp()},
                                {"version", integer("the number in the ETag")}});
  schemas["DatabaseList"] = object(
      {{"databases", list(reference("Database"))}, {"total", integer()}, {"limit", integer()}, {"offset", integer()}});
  schemas["InstanceHealth"] = object({{"instance", text("`primary` or a replica's id")},
                                      {"status", oneOf<HealthStatus>()},
                                      {"message", orNull(text("why it is unhealthy"))},
                                      {"serverVersion", orNull(text())},
                                      {"role", orNull(text("`primary` or `standby`"))},
                                      {"replicationLagSeconds", orNull(number())},
                                      {"responseTimeMs", orNull(number())},
                                      {"checkedAt", timestamp()}});
  schemas["DatabaseHealth"] = object({{"databaseId", text()},
                                      {"name", text()},
                                      {"status", oneOf<HealthStatus>()},
                                      {"instances", list(reference("InstanceHealth"))},
                                      {"checkedAt", timestamp()}});
}

}  // namespace hotswap::api::schema
