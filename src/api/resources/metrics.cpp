#include "api/resources/resources.h"

namespace hotswap::api {

void addMetricsRoutes(RouteTable& routes, const Context& context) {
  if (!context.settings.metrics) return;
  const std::string type = "text/plain; version=0.0.4; charset=utf-8";
  routes.add(
      {.method = "GET",
       .path = "/metrics",
       .permission = {},
       .operationId = "getMetrics",
       .tag = "service",
       .summary = "Prometheus metrics of the service",
       .answers = {{.status = 200, .description = "Text exposition format 0.0.4", .schema = {}, .contentType = type}},
       .handle = [&context, type](const Call& /*call*/) -> Response {
         return {.status = 200,
                 .contentType = type,
                 .body = context.services.metrics.exposition(),
                 .headers = {},
                 .stream = {}};
       }});
}

}  // namespace hotswap::api
