#include "domain/user.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace hotswap {
namespace {

struct Rule {
  Permission permission;
  const char* name;
  std::set<Role> roles;
};

const std::set<Role> everybody{Role::Admin, Role::Developer, Role::DBA, Role::Viewer};

/// Sections 2 and 7 of the contract.
std::vector<Rule> rules() {
  return {{Permission::Read, "Read", everybody},
          {Permission::EditMigrations, "EditMigrations", {Role::Admin, Role::Developer}},
          {Permission::DeleteMigrations, "DeleteMigrations", {Role::Admin}},
          {Permission::Validate, "Validate", {Role::Admin, Role::Developer, Role::DBA}},
          {Permission::Execute, "Execute", {Role::Admin, Role::Developer, Role::DBA}},
          {Permission::ControlExecutions, "ControlExecutions", {Role::Admin, Role::DBA}},
          {Permission::ManageDatabases, "ManageDatabases", {Role::Admin, Role::DBA}},
          {Permission::ManageUsers, "ManageUsers", {Role::Admin}},
          {Permission::ReadAudit, "ReadAudit", {Role::Admin, Role::DBA}}};
}

TEST(Permissions, AreThoseOfTheContract) {
  for (const Rule& rule : rules()) {
    for (const Role role : everybody) {
      EXPECT_EQ(isAllowed(role, rule.permission), rule.roles.contains(role)) << toText(role) << " " << rule.name;
    }
  }
}

TEST(Permissions, LeaveNothingButReadingToAViewer) {
  for (const Rule& rule : rules()) {
    EXPECT_EQ(isAllowed(Role::Viewer, rule.permission), rule.permission == Permission::Read) << rule.name;
  }
}

TEST(Permissions, KeepDevelopersOutOfProduction) {
  for (const auto& [environment, text] : EnumTexts<Environment>::entries) {
    EXPECT_TRUE(mayExecuteIn(Role::Admin, environment)) << text;
    EXPECT_TRUE(mayExecuteIn(Role::DBA, environment)) << text;
    EXPECT_EQ(mayExecuteIn(Role::Developer, environment), environment != Environment::Production) << text;
    EXPECT_FALSE(mayExecuteIn(Role::Viewer, environment)) << text;
  }
}

TEST(Permissions, GrantNothing_ToARoleThatDoesNotExist) {
  const Role unknown = static_cast<Role>(99);
  for (const Rule& rule : rules()) {
    EXPECT_EQ(isAllowed(unknown, rule.permission), rule.permission == Permission::Read) << rule.name;
  }
  EXPECT_FALSE(mayExecuteIn(unknown, Environment::Development));
}

}  // namespace
}  // namespace hotswap
