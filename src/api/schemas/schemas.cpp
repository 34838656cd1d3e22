#include "api/schemas/schemas.h"

#include <nlohmann/json.hpp>

namespace hotswap::api {

Json allSchemas() {
  Json schemas = Json::object();
  schema::addErrorSchemas(schemas);
  schema::addUserSchemas(schemas);
  schema::addDatabaseSchemas(schemas);
  schema::addMigrationSchemas(schemas);
  schema::addReportSchemas(schemas);
  schema::addExecutionSchemas(schemas);
  schema::addHealthSchemas(schemas);
  return schemas;
}

}  // namespace hotswap::api
