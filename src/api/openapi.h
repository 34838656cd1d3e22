#pragma once
#include <string>

#include "api/http.h"
#include "api/router.h"

namespace hotswap::api {

/// The OpenAPI 3.0.3 document of the routes, made from the very table that the server finds its way by.
Json openApiDocument(const RouteTable& routes, const std::string& version);

}  // namespace hotswap::api
