#include "api/schemas/build.h"
#include "api/schemas/schemas.h"

namespace hotswap::api::schema {

void addErrorSchemas(Json& schemas) {
  Json code = text();
  code["enum"] = {"VALIDATION_ERROR",    "UNAUTHORIZED",       "FORBIDDEN",
                  "NOT_FOUND",           "METHOD_NOT_ALLOWED", "CONFLICT",
                  "PRECONDITION_FAILED", "PAYLOAD_TOO_LARGE",  "UNSUPPORTED_MEDIA_TYPE",
                  "RATE_LIMIT_EXCEEDED", "INTERNAL_ERROR",     "UNAVAILABLE"};
  schemas["ErrorDetail"] = object({{"field", text("JSON path of the field, or name of the parameter or script")},
                                   {"message", text()},
                                   optional("line", integer("in the script, from 1")),
                                   optional("column", integer("in the script, from 1, in characters"))});
  schemas["Error"] =
      object({{"error", object({{"code", code},
                                {"message", text("one sentence for a person")},
                                {"details", list(reference("ErrorDetail"))},
                                {"traceId", text("finds the log lines of this request")},
                                {"timestamp", timestamp()},
                                optional("sqlState", text("the server's SQLSTATE")),
                                optional("line", integer()),
                                optional("column", integer()),
                                optional("statement", text("the statement that is refused or failed"))})}});
}

}  // namespace hotswap::api::schema
