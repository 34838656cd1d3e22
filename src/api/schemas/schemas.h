#pragma once
#include "api/http.h"

namespace hotswap::api::schema {

// The JSON schemas of requests and answers, one function a resource: each adds its schemas by name.
void addErrorSchemas(Json& schemas);
void addUserSchemas(Json& schemas);
void addDatabaseSchemas(Json& schemas);
void addMigrationSchemas(Json& schemas);
void addReportSchemas(Json& schemas);
void addExecutionSchemas(Json& schemas);
void addHealthSchemas(Json& schemas);

}  // namespace hotswap::api::schema

namespace hotswap::api {

/// All of them, by name.
Json allSchemas();

}  // namespace hotswap::api
