#pragma once
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace hotswap {

/// One row of the audit trail: who did what to which object, or was refused.
struct AuditRow {
  std::int64_t sequence = 0;  ///< given by the store, ascending
  TimePoint time;
  std::string user;
  std::string address;
  std::string event;    ///< e.g. `login.succeeded`, `migration.created`, `execution.rolled_back`
  std::string object;   ///< id of what it is about, empty where there is none
  std::string details;  ///< one sentence or JSON text; never a secret
  std::string traceId;
};

}  // namespace hotswap
