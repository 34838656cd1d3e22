#include "api/resources/execution_lookup.h"

namespace hotswap::api {

Execution findExecution(const Context& context, const Call& call) {
  const auto id = ExecutionId::parse(call.parameter("execId"));
  if (!id) throw Error(ErrorCode::NotFound, "There is no such execution.");
  Execution execution = context.services.store.executions().get(*id);
  if (call.path.contains("id") &&
      context.services.store.migrations().find(call.parameter("id")).id != execution.migrationId) {
    throw Error(ErrorCode::NotFound, "This migration has no such execution.");
  }
  return execution;
}

}  // namespace hotswap::api
