#pragma once
#include <optional>
#include <string>

#include "api/decode.h"
#include "api/http.h"
#include "domain/execution.h"

namespace hotswap::api {

Json toJson(const Phase& phase);
Json toJson(const Execution& execution);
Json toJson(const LogEntry& entry);

/// What an execute request holds. Fields left out are filled by the migration, the target or the configuration.
struct ExecuteRequest {
  std::optional<Environment> environment;
  std::optional<Strategy> strategy;
  ExecutionOptions options;  ///< without the strategy
};
/// Over the contract's defaults, and over those of the configuration.
ExecuteRequest readExecuteRequest(ObjectReader& reader);
ExecuteRequest readExecuteRequestOver(ObjectReader& reader, const ExecutionOptions& defaults);

/// The `reason` of a cancel or rollback request, empty where none is given.
std::string readReason(ObjectReader& reader);

}  // namespace hotswap::api
