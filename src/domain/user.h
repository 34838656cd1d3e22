#pragma once
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "domain/database.h"
#include "domain/enum_text.h"
#include "domain/ids.h"

namespace hotswap {

enum class Role { Admin, Developer, DBA, Viewer };
template <>
struct EnumTexts<Role> {
  static constexpr std::array entries{
      std::pair{Role::Admin, std::string_view("Admin")}, std::pair{Role::Developer, std::string_view("Developer")},
      std::pair{Role::DBA, std::string_view("DBA")}, std::pair{Role::Viewer, std::string_view("Viewer")}};
};

struct User {
  UserId id;
  std::string username;  ///< unique without regard to case
  Role role = Role::Viewer;
  std::string passwordHash;  ///< argon2id in its encoded form; never leaves the service
  bool disabled = false;
  TimePoint createdAt;
  TimePoint updatedAt;
};

/// Who asks: a user as known from the token, and from where.
struct Actor {
  std::string username;
  Role role = Role::Viewer;
  std::string address;  ///< of the client, empty for the service itself
  std::string traceId;
};

/// What a role may do. Environment matters for execution alone.
enum class Permission {
  Read,            ///< see migrations, executions, databases
  EditMigrations,  ///< create and change
  DeleteMigrations,
  Validate,
  Execute,
  ControlExecutions,  ///< cancel, roll back
  ManageDatabases,
  ManageUsers,
  ReadAudit,
};

/// Whether `role` has `permission` (service contract, section 7).
bool isAllowed(Role role, Permission permission);
/// Whether `role` may execute on a target of that environment: Developer everywhere but in Production.
bool mayExecuteIn(Role role, Environment environment);

}  // namespace hotswap
