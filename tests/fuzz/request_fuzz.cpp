// Throws arbitrary bytes at everything that reads a request before it is trusted: target, query, trace, JSON, fields.
// The first byte chooses the decoder. Whatever it is, it must end in a value or in an Error that can be shown.
#include <cstddef>
#include <cstdint>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "api/decode.h"
#include "api/error_body.h"
#include "api/json/database_json.h"
#include "api/json/execution_json.h"
#include "api/json/migration_json.h"
#include "api/json/user_json.h"
#include "api/router.h"
#include "api/trace.h"
#include "domain/database.h"
#include "domain/migration.h"

namespace {

using namespace hotswap;
using namespace hotswap::api;

void decodeBody(unsigned char which, std::string_view body) {
  switch (which % 8) {
    case 0: static_cast<void>(decoded(body, readLoginRequest)); break;
    case 1: static_cast<void>(decoded(body, readNewUserRequest)); break;
    case 2: static_cast<void>(decoded(body, readChangeUserRequest)); break;
    case 3: static_cast<void>(checkFields(decoded(body, readDatabaseRequest))); break;
    case 4: static_cast<void>(decoded(body, readMigrationRequest)); break;
    case 5: static_cast<void>(checkFields(decoded(body, readExecuteRequest).options)); break;
    case 6: static_cast<void>(decoded(body, readReason)); break;
    default: static_cast<void>(decoded(body, readValidateRequest)); break;
  }
}

void readTarget(std::string_view text) {
  Request request;
  request.method = "GET";
  request.target = text;
  parseTarget(request);
  RouteTable routes;
  routes.add({.method = "GET", .path = "/api/v1/migrations/{id}/executions/{execId}"});
  static_cast<void>(routes.find(request.method, request.path));
  static_cast<void>(traceIdOf(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] >= 0x80) {
      readTarget(rest);
    } else {
      decodeBody(data[0], rest);
    }
  } catch (const hotswap::Error&) {
    // An answer is made of every refusal, so that one that can't be shown is found too.
    const auto response = hotswap::api::errorResponse(std::current_exception(), "trace", hotswap::TimePoint());
    if (response.status != 400 || !nlohmann::json::accept(response.body)) __builtin_trap();
  }
  return 0;
}
