#include "api/resources/resources.h"

namespace hotswap::api {

void addAllRoutes(RouteTable& routes, const Context& context) {
  addLoginRoutes(routes, context);
  addUserRoutes(routes, context);
  addDatabaseRoutes(routes, context);
  addMigrationRoutes(routes, context);
  addMigrationActionRoutes(routes, context);
  addExecutionRoutes(routes, context);
  addExecutionActionRoutes(routes, context);
  addHealthRoutes(routes, context);
  addMetricsRoutes(routes, context);
  addDocumentRoutes(routes, context);
}

}  // namespace hotswap::api
