#include "api/json/user_json.h"

#include <algorithm>

#include "api/json/json_values.h"
#include "base/text.h"

namespace hotswap::api {

namespace {

constexpr std::size_t longestPassword = 1024;
constexpr std::size_t shortestPassword = 12;
constexpr std::size_t longestUsername = 64;

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == '@';
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Json toJson(const User& user) {
  return Json{
      {"userId", user.id.text()},  {"username", user.username},           {"role", toText(user.role)},
      {"disabled", user.disabled}, {"createdAt", toJson(user.createdAt)}, {"updatedAt", toJson(user.updatedAt)}};
}

LoginRequest readLoginRequest(ObjectReader& reader) {
  LoginRequest request{.username = reader.requiredText("username"), .password = reader.requiredText("password")};
  if (request.username.size() > longestPassword) reader.problem("username", "is longer than 1024 bytes");
  if (request.password.size() > longestPassword) reader.problem("password", "is longer than 1024 bytes");
  return request;
}

NewUserRequest readNewUserRequest(ObjectReader& reader) {
  NewUserRequest request;
  request.username = reader.requiredText("username");
  request.password = reader.requiredText("password");
  request.role = reader.requiredChoice<Role>("role");
  if (request.username.empty() || request.username.size() > longestUsername ||
      !std::ranges::all_of(request.username, isNameCharacter)) {
    reader.problem("username", "must have 1 to 64 letters, digits, _, -, . or @");
  } else if (UserId::parse(request.username)) {
    reader.problem("username", "looks like a user id; choose another name");
  }
  if (const std::string problem = passwordProblem(request.password, request.username); !problem.empty()) {
    reader.problem("password", problem);
  }
  return request;
}

ChangeUserRequest readChangeUserRequest(ObjectReader& reader) {
  ChangeUserRequest request;
  request.password = reader.text("password");
  request.role = reader.choice<Role>("role");
  request.disabled = reader.boolean("disabled");
  return request;
}

std::string passwordProblem(const std::string& password, const std::string& username) {
  if (characters(password) < shortestPassword) return "must have at least 12 characters";
  if (password.size() > longestPassword) return "is longer than 1024 bytes";
  if (toLower(password) == toLower(username)) return "must not be the username";
  return {};
}

}  // namespace hotswap::api
