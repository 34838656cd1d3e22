#include <memory>
#include <nlohmann/json.hpp>

#include "api/json/json_values.h"
#include "api/json/user_json.h"
#include "api/resources/resources.h"
#include "secret/password.h"

namespace hotswap::api {

namespace {

/// Hash of a password that nobody knows: checked where the user is unknown, so that both cases take as long.
std::string dummyHash(Random& random) { return secret::hashPassword(secret::makePassword(random)); }

Response login(const Context& context, const std::string& dummy, const Call& call) {
  const LoginRequest request = decoded(call.request.body, readLoginRequest);
  const Services& services = context.services;
  const auto user = services.store.users().findByName(request.username);
  const bool right = secret::verifyPassword(request.password, user ? user->passwordHash : dummy);
  Actor actor = call.actor;
  if (!user || !right || user->disabled) {
    // The name as it was typed may be a password in the wrong field: only known names go into the trail.
    actor.username = user ? user->username : "";
    context.audit(actor, "login.failed", user ? user->id.text() : "",
                  !user ? "unknown user" : (right ? "user is disabled" : "wrong password"));
    throw Error(ErrorCode::Unauthorized, "The username or the password is wrong.");
  }
  actor.username = user->username;
  actor.role = user->role;
  context.audit(actor, "login.succeeded", user->id.text(), "");
  const TimePoint expires = services.clock.now() + services.tokens.lifetime();
  return jsonResponse(200, Json{{"token", services.tokens.sign(*user)},
                                {"expiresAt", toJson(expires)},
                                {"user", {{"username", user->username}, {"role", toText(user->role)}}}});
}

}  // namespace

void addLoginRoutes(RouteTable& routes, const Context& context) {
  routes.add({.method = "POST",
              .path = "/api/v1/authentication/login",
              .permission = {},
              .work = Work::Password,
              .operationId = "login",
              .tag = "authentication",
              .summary = "A token for a user's name and password",
              .requestSchema = "LoginRequest",
              .bodyLimit = std::size_t{16} * 1024,
              .answers = {{.status = 200, .description = "The token and when it runs out", .schema = "Login"}},
              .handle = [&context, dummy = dummyHash(context.services.random)](const Call& call) {
                return login(context, dummy, call);
              }});
}

}  // namespace hotswap::api
