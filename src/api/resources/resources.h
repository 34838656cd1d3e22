#pragma once
#include "api/context.h"
#include "api/router.h"

namespace hotswap::api {

// The resources of the API, one function and one file each. The context outlives the table.
void addLoginRoutes(RouteTable& routes, const Context& context);
void addUserRoutes(RouteTable& routes, const Context& context);
void addDatabaseRoutes(RouteTable& routes, const Context& context);
void addMigrationRoutes(RouteTable& routes, const Context& context);
void addMigrationActionRoutes(RouteTable& routes, const Context& context);
void addExecutionRoutes(RouteTable& routes, const Context& context);
void addExecutionActionRoutes(RouteTable& routes, const Context& context);
void addHealthRoutes(RouteTable& routes, const Context& context);
void addMetricsRoutes(RouteTable& routes, const Context& context);
void addDocumentRoutes(RouteTable& routes, const Context& context);

/// All of them. The OpenAPI document is made when it is asked for, from the table as it is then: the table stays where
/// it is.
void addAllRoutes(RouteTable& routes, const Context& context);

}  // namespace hotswap::api
