#pragma once
#include <string>

#include "api/context.h"
#include "domain/execution.h"

namespace hotswap::api {

/// Executions are reached by two ways: under their migration, as the contract has it, and by their id alone.
constexpr const char* executionOfMigration = "/api/v1/migrations/{id}/executions/{execId}";
constexpr const char* executionAlone = "/api/v1/executions/{execId}";

/// The execution a call is about. Throws Error (NotFound) where there is none, or none of the migration named.
Execution findExecution(const Context& context, const Call& call);

/// Adds a route under both paths; `make(path, suffix of the operation's name)` gives it.
template <class Make>
void addBoth(RouteTable& routes, const std::string& action, Make make) {
  routes.add(make(executionOfMigration + action, std::string("OfMigration")));
  routes.add(make(executionAlone + action, std::string()));
}

}  // namespace hotswap::api
