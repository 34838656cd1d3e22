#include "api/schemas/schemas.h"

#include <nlohmann/json.hpp>

namespace hotswap::api {

Json allSchemas() {
  Json schemas = Json::object();
  addErrorSchemas(schemas);
  addUserSchemas(schemas);
  addDatabaseSchemas(schemas);
  addMigrationSchemas(schemas);
  addReportSchemas(schemas);
  addExecutionSchemas(schemas);
  addHealthSchemas(schemas);
  return schemas;
}

}  // namespace hotswap::api
