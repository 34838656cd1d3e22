#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

/// What reading the tables of several tools has in common.
namespace hotswap::versioned {

/// Whether all of `wanted` are among `columns`.
bool hasColumns(const std::vector<std::string>& columns, std::initializer_list<std::string_view> wanted);

/// The moment that a column holds, as databases print it: `2026-01-31 12:00:00.123456`, a `T` for the space, an offset
/// such as `+00`, `+05:30` or `Z` behind; UTC where none is named. Nothing for any other text.
std::optional<TimePoint> momentOf(std::string_view text);

/// Throws Error (Conflict) with `what` and the details, unless there are none.
void refuseAny(const std::string& what, const std::vector<ErrorDetail>& details);

}  // namespace hotswap::versioned
