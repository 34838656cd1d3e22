#include "api/schemas/build.h"
#include "api/schemas/schemas.h"

namespace hotswap::api::schema {

void addHealthSchemas(Json& schemas) {
  schemas["Health"] = object({{"status", text("`ok`")}, {"version", text()}, {"timestamp", timestamp()}});
  schemas["Readiness"] = object({{"status", text("`ready`")}, {"timestamp", timestamp()}});
}

}  // namespace hotswap::api::schema
