#include "domain/user.h"

namespace hotswap {

bool isAllowed(Role role, Permission permission) {
  if (role == Role::Admin || permission == Permission::Read) return true;
  switch (permission) {
    case Permission::EditMigrations: return role == Role::Developer;
    case Permission::Validate:
    case Permission::Execute: return role == Role::Developer || role == Role::DBA;
    case Permission::ControlExecutions:
    case Permission::ManageDatabases:
    case Permission::ReadAudit: return role == Role::DBA;
    case Permission::Read:
    case Permission::DeleteMigrations:
    case Permission::ManageUsers: return false;
  }
  return false;
}

bool mayExecuteIn(Role role, Environment environment) {
  if (!isAllowed(role, Permission::Execute)) return false;
  return role != Role::Developer || environment != Environment::Production;
}

}  // namespace hotswap
