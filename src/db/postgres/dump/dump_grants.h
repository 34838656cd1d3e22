#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "db/postgres/dump/dump_order.h"
#include "db/postgres/pinned_settings.h"

namespace hotswap::db::postgres {

/// What is to be said about the rights on one object.
struct DumpGrants {
  ObjectId id;         ///< of the object; {0, n} where it is none: default privileges, the database
  std::string object;  ///< as GRANT names it, e.g. `TABLE public.t`
  bool defaults = false;
  std::vector<std::string> orders;  ///< in the order in which they can be run
};

/// Rights in which objects differ from new ones. Throws SqlError.
std::vector<DumpGrants> readGrants(PinnedSettings& pinned, int serverVersion);

}  // namespace hotswap::db::postgres
