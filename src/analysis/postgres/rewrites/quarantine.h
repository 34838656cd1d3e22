#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres::rewrites {

/// The name under which something waits to be dropped for good: `dropped_20301231_orders`, cut to the length that names
/// may have.
std::string quarantineName(std::string_view name, std::chrono::sys_days today);

}  // namespace hotswap::analysis::postgres::rewrites
