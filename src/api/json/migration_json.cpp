#include "api/json/migration_json.h"

#include "api/json/json_values.h"

namespace hotswap::api {

Json toSummaryJson(const Migration& migration) {
  Json dependencies = Json::array();
  for (const MigrationId& id : migration.dependencies) dependencies.push_back(id.text());
  return Json{{"migrationId", migration.id.text()},
              {"name", migration.name},
              {"description", migration.description},
              {"targetDatabaseId", migration.targetDatabaseId.text()},
              {"strategy", toJson(migration.strategy)},
              {"status", toText(migration.status)},
              {"riskLevel", toText(migration.riskLevel)},
              {"requiresApproval", false},
              {"estimatedDuration", toJson(migration.estimatedDuration)},
              {"dependencies", std::move(dependencies)},
              {"tags", migration.tags},
              {"checksum", migration.checksum},
              {"createdBy", migration.createdBy},
              {"createdAt", toJson(migration.createdAt)},
              {"updatedAt", toJson(migration.updatedAt)},
              {"version", migration.version}};
}

Json toJson(const Migration& migration) {
  Json json = toSummaryJson(migration);
  json["migrationScript"] = migration.migrationScript;
  json["rollbackScript"] = toJson(migration.rollbackScript);
  return json;
}

MigrationRequest readMigrationRequest(ObjectReader& reader) {
  MigrationRequest request;
  request.name = reader.requiredText("name");
  request.description = reader.text("description").value_or("");
  request.targetDatabase = reader.requiredText("targetDatabaseId");
  request.migrationScript = reader.requiredText("migrationScript");
  request.rollbackScript = reader.text("rollbackScript");
  request.strategy = reader.choice<Strategy>("strategy");
  request.riskLevel = reader.choice<RiskLevel>("riskLevel");
  if (const auto estimated = reader.number("estimatedDuration")) {
    constexpr double week = 7 * 86'400.0;
    if (!(*estimated >= 0 && *estimated <= week))
      reader.problem("estimatedDuration", "must lie between 0 and 604800 seconds");
    request.estimatedDuration = Seconds(*estimated);
  }
  request.dependencies = reader.texts("dependencies");
  request.tags = reader.texts("tags");
  return request;
}

ValidateRequest readValidateRequest(ObjectReader& reader) {
  return {.dryRun = reader.boolean("dryRun").value_or(false), .rehearse = reader.boolean("rehearse").value_or(false)};
}

}  // namespace hotswap::api
