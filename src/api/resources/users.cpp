#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "api/json/user_json.h"
#include "api/resources/query.h"
#include "api/resources/resources.h"
#include "secret/password.h"

namespace hotswap::api {

namespace {

constexpr const char* path = "/api/v1/users";
constexpr const char* pathOfOne = "/api/v1/users/{id}";

User findUser(const Context& context, const std::string& idOrName) {
  const auto& users = context.services.store.users();
  if (const auto id = UserId::parse(idOrName)) return users.get(*id);
  auto user = users.findByName(idOrName);
  if (!user) throw Error(ErrorCode::NotFound, "There is no such user.");
  return *std::move(user);
}

Response create(const Context& context, const Call& call) {
  const NewUserRequest request = decoded(call.request.body, readNewUserRequest);
  const Services& services = context.services;
  const TimePoint now = services.clock.now();
  const User user{.id = UserId::make(services.clock, services.random),
                  .username = request.username,
                  .role = request.role,
                  .passwordHash = secret::hashPassword(request.password),
                  .disabled = false,
                  .createdAt = now,
                  .updatedAt = now};
  services.store.users().add(user);
  context.authenticator.forget();
  context.audit(call.actor, "user.created", user.id.text(), user.username + " as " + std::string(toText(user.role)));
  Response response = jsonResponse(201, toJson(user));
  response.headers.emplace_back("Location", std::string(path) + "/" + user.id.text());
  return response;
}

Response list(const Context& context, const Call& call) {
  const store::PageRequest page = readPage(call);
  const auto found = context.services.store.users().list(page);
  Json users = Json::array();
  for (const User& user : found.items) users.push_back(toJson(user));
  return jsonResponse(
      200, Json{{"users", std::move(users)}, {"total", found.total}, {"limit", page.limit}, {"offset", page.offset}});
}

/// What the request makes different, in words; empty where all it names is so already. A password is always a new one.
std::string changesOf(const User& user, const ChangeUserRequest& request) {
  std::vector<std::string> changes;
  if (request.password) changes.emplace_back("password");
  if (request.role && *request.role != user.role) changes.push_back("role " + std::string(toText(*request.role)));
  if (request.disabled && *request.disabled != user.disabled) {
    changes.emplace_back(*request.disabled ? "disabled" : "enabled");
  }
  return fmt::format("{}", fmt::join(changes, "; "));
}

Response change(const Context& context, const Call& call) {
  User user = findUser(context, call.parameter("id"));
  const ChangeUserRequest request = decoded(call.request.body, [&](ObjectReader& reader) {
    ChangeUserRequest read = readChangeUserRequest(reader);
    if (read.password) {
      const std::string problem = passwordProblem(*read.password, user.username);
      if (!problem.empty()) reader.problem("password", problem);
    }
    return read;
  });
  const std::string changes = changesOf(user, request);
  // The time of the last change ends the tokens from before it, so it is left alone where nothing is new.
  if (changes.empty()) return jsonResponse(200, toJson(user));
  if (request.password) user.passwordHash = secret::hashPassword(*request.password);
  user.role = request.role.value_or(user.role);
  user.disabled = request.disabled.value_or(user.disabled);
  user.updatedAt = context.services.clock.now();
  context.services.store.users().update(user);
  context.authenticator.forget();
  context.audit(call.actor, "user.updated", user.id.text(), user.username + ": " + changes);
  return jsonResponse(200, toJson(user));
}

Response remove(const Context& context, const Call& call) {
  const User user = findUser(context, call.parameter("id"));
  context.services.store.users().remove(user.id);
  context.authenticator.forget();
  context.audit(call.actor, "user.deleted", user.id.text(), user.username);
  return {.status = 204, .contentType = {}, .body = {}, .headers = {}, .stream = {}};
}

}  // namespace

void addUserRoutes(RouteTable& routes, const Context& context) {
  routes.add({.method = "POST",
              .path = path,
              .permission = Permission::ManageUsers,
              .work = Work::Password,
              .operationId = "createUser",
              .tag = "users",
              .summary = "A new user",
              .requestSchema = "NewUser",
              .answers = {{.status = 201, .description = "The user", .schema = "User"}},
              .handle = [&context](const Call& call) { return create(context, call); }});
  routes.add({.method = "GET",
              .path = path,
              .permission = Permission::ManageUsers,
              .operationId = "listUsers",
              .tag = "users",
              .summary = "All users, by name",
              .query = withPage(),
              .answers = {{.status = 200, .description = "The users", .schema = "UserList"}},
              .handle = [&context](const Call& call) { return list(context, call); }});
  routes.add({.method = "GET",
              .path = pathOfOne,
              .permission = Permission::ManageUsers,
              .operationId = "getUser",
              .tag = "users",
              .summary = "One user, by id or name",
              .answers = {{.status = 200, .description = "The user", .schema = "User"}},
              .handle = [&context](const Call& call) {
                return jsonResponse(200, toJson(findUser(context, call.parameter("id"))));
              }});
  routes.add(
      {.method = "PUT",
       .path = pathOfOne,
       .permission = Permission::ManageUsers,
       .work = Work::Password,
       .operationId = "changeUser",
       .tag = "users",
       .summary = "Changes a user's password, role or state; where one of them is new, tokens made before stop working",
       .requestSchema = "UserChange",
       .answers = {{.status = 200, .description = "The user as it is now", .schema = "User"}},
       .handle = [&context](const Call& call) { return change(context, call); }});
  routes.add({.method = "DELETE",
              .path = pathOfOne,
              .permission = Permission::ManageUsers,
              .operationId = "deleteUser",
              .tag = "users",
              .summary = "Deletes a user",
              .answers = {{.status = 204, .description = "Deleted", .schema = {}}},
              .handle = [&context](const Call& call) { return remove(context, call); }});
}

}  // namespace hotswap::api
