#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api/http.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "domain/enum_text.h"

namespace hotswap::api {

// Single values as they stand in answers; what is absent is null.

inline Json toJson(TimePoint at) { return toRfc3339(at); }
inline Json toJson(Seconds duration) { return duration.count(); }
inline Json toJson(const std::string& text) { return text; }
inline Json toJson(double number) { return number; }
template <TextEnum Enum>
Json toJson(Enum value) {
  return toText(value);
}
template <class Value>
Json toJson(const std::optional<Value>& value) {
  return value ? toJson(*value) : Json(nullptr);
}
inline Json seconds(Milliseconds duration) { return std::chrono::duration_cast<Seconds>(duration).count(); }
/// A text that means nothing when it is empty.
inline Json textOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace hotswap::api
