#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace hotswap::api {

/// The trace id in a `traceparent` header (W3C Trace Context, level 1, version 00 and later), nothing where it is none.
std::optional<std::string> traceIdOf(std::string_view traceparent);
/// 32 random hexadecimal digits, never all zero.
std::string makeTraceId(Random& random);
/// A `traceparent` for an answer: the trace, and a new span of ours.
std::string makeTraceparent(const std::string& traceId, Random& random);

}  // namespace hotswap::api
