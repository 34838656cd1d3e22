#pragma once
#include "base/id.h"

namespace hotswap {

struct MigrationTag {
  static constexpr std::string_view prefix = "mig-";
};
struct DatabaseTag {
  static constexpr std::string_view prefix = "db-";
};
struct ExecutionTag {
  static constexpr std::string_view prefix = "exec-";
};
struct UserTag {
  static constexpr std::string_view prefix = "usr-";
};
struct ReplicaTag {
  static constexpr std::string_view prefix = "rep-";
};

using MigrationId = Id<MigrationTag>;
using DatabaseId = Id<DatabaseTag>;
using ExecutionId = Id<ExecutionTag>;
using UserId = Id<UserTag>;
using ReplicaId = Id<ReplicaTag>;

}  // namespace hotswap
