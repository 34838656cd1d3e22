#include "api/schemas/build.h"
#include "api/schemas/schemas.h"
#include "domain/migration.h"

namespace hotswap::api::schema {

namespace {

std::vector<Field> summaryFields() {
  return {{"migrationId", text()},
          {"name", text()},
          {"description", text()},
          {"targetDatabaseId", text()},
          {"strategy", orNull(oneOf<Strategy>())},
          {"status", oneOf<MigrationStatus>()},
          {"riskLevel", oneOf<RiskLevel>()},
          {"requiresApproval", boolean()},
          {"estimatedDuration", orNull(number("seconds"))},
          {"dependencies", list(text())},
          {"tags", list(text())},
          {"checksum", text("SHA-256 of both scripts")},
          {"createdBy", text()},
          {"createdAt", timestamp()},
          {"updatedAt", timestamp()},
          {"version", integer("the number in the ETag")}};
}

std::vector<Field> fullFields() {
  std::vector<Field> fields = summaryFields();
  fields.push_back({"migrationScript", text()});
  fields.push_back({"rollbackScript", orNull(text())});
  return fields;
}

}  // namespace

void addMigrationSchemas(Json& schemas) {
  schemas["MigrationRequest"] =
      object({{"name", text("lower-case letters, digits and _, at most 128; unique in its database")},
              optional("description", orNull(text())),
              {"targetDatabaseId", text("id or name of the database")},
              {"migrationScript", text("at most 10 MiB")},
              optional("rollbackScript", orNull(text("required for Production"))),
              optional("strategy", orNull(oneOf<Strategy>())),
              optional("riskLevel", orNull(oneOf<RiskLevel>())),
              optional("estimatedDuration", orNull(number("seconds"))),
              optional("dependencies", orNull(list(text("id or name of a migration")))),
              optional("tags", orNull(list(text())))});
  schemas["MigrationSummary"] = object(summaryFields());
  schemas["Migration"] = object(fullFields());
  std::vector<Field> written = fullFields();
  written.push_back({"findings", list(reference("Finding"))});
  schemas["WrittenMigration"] = object(written);
  schemas["MigrationList"] = object({{"migrations", list(reference("MigrationSummary"))},
                                     {"total", integer()},
                                     {"limit", integer()},
                                     {"offset", integer()}});
}

}  // namespace hotswap::api::schema
