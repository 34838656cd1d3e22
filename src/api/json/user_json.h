#pragma once
#include <optional>
#include <string>

#include "api/decode.h"
#include "api/http.h"
#include "domain/user.h"

namespace hotswap::api {

/// A user as it may be shown: without the password's hash.
Json toJson(const User& user);

struct LoginRequest {
  std::string username;
  std::string password;
};
LoginRequest readLoginRequest(ObjectReader& reader);

struct NewUserRequest {
  std::string username;
  std::string password;
  Role role = Role::Viewer;
};
NewUserRequest readNewUserRequest(ObjectReader& reader);

/// What is left out stays as it is.
struct ChangeUserRequest {
  std::optional<std::string> password;
  std::optional<Role> role;
  std::optional<bool> disabled;
};
ChangeUserRequest readChangeUserRequest(ObjectReader& reader);

/// What is wrong with a password for that user, empty where nothing is: at least 12 characters, at most 1,024 bytes,
/// not the username.
std::string passwordProblem(const std::string& password, const std::string& username);

}  // namespace hotswap::api
