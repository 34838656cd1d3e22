#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/decode.h"
#include "api/http.h"
#include "domain/migration.h"

namespace hotswap::api {

/// Everything about a migration but its scripts, which lists leave out.
Json toSummaryJson(const Migration& migration);
Json toJson(const Migration& migration);

/// What a create or edit request holds, as written: the target and the dependencies may be ids or names.
struct MigrationRequest {
  std::string name;
  std::string description;
  std::string targetDatabase;
  std::string migrationScript;
  std::optional<std::string> rollbackScript;
  std::optional<Strategy> strategy;
  std::optional<RiskLevel> riskLevel;
  std::optional<Seconds> estimatedDuration;
  std::vector<std::string> dependencies;
  std::vector<std::string> tags;
};
MigrationRequest readMigrationRequest(ObjectReader& reader);

/// What a validate request asks for besides looking.
struct ValidateRequest {
  bool dryRun = false;
  bool rehearse = false;
};
ValidateRequest readValidateRequest(ObjectReader& reader);

}  // namespace hotswap::api
