#pragma once
#include <soci/soci.h>

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "domain/enum_text.h"

// How HotSwap's own types stand in the store's columns: ids and enumerations as text, moments as milliseconds since the
// epoch, durations as milliseconds or as seconds (double precision), what is absent as NULL. SOCI finds these by type,
// so that stores bind and read domain values as they are.

// NOLINTBEGIN(readability-identifier-naming): the names are SOCI's
namespace soci {

template <class Tag>
struct type_conversion<hotswap::Id<Tag>> {
  using base_type = std::string;
  static void from_base(const base_type& in, indicator /*null*/, hotswap::Id<Tag>& out) {
    out = hotswap::Id<Tag>::trusted(in);
  }
  static void to_base(const hotswap::Id<Tag>& in, base_type& out, indicator& null) {
    out = in.text();
    null = i_ok;
  }
};

template <hotswap::TextEnum Enum>
struct type_conversion<Enum, void> {
  using base_type = std::string;
  static void from_base(const base_type& in, indicator /*null*/, Enum& out) {
    const auto value = hotswap::fromText<Enum>(in);
    if (!value) {
      throw hotswap::Error(hotswap::ErrorCode::InternalError,
                           "The store holds a value that this version of HotSwap doesn't know.");
    }
    out = *value;
  }
  static void to_base(const Enum& in, base_type& out, indicator& null) {
    out = std::string(hotswap::toText(in));
    null = i_ok;
  }
};

template <>
struct type_conversion<hotswap::TimePoint> {
  using base_type = long long;
  static void from_base(base_type in, indicator /*null*/, hotswap::TimePoint& out) {
    out = hotswap::TimePoint(hotswap::Milliseconds(in));
  }
  static void to_base(const hotswap::TimePoint& in, base_type& out, indicator& null) {
    out = in.time_since_epoch().count();
    null = i_ok;
  }
};

template <>
struct type_conversion<hotswap::Milliseconds> {
  using base_type = long long;
  static void from_base(base_type in, indicator /*null*/, hotswap::Milliseconds& out) {
    out = hotswap::Milliseconds(in);
  }
  static void to_base(const hotswap::Milliseconds& in, base_type& out, indicator& null) {
    out = in.count();
    null = i_ok;
  }
};

template <>
struct type_conversion<hotswap::Seconds> {
  using base_type = double;
  static void from_base(base_type in, indicator /*null*/, hotswap::Seconds& out) { out = hotswap::Seconds(in); }
  static void to_base(const hotswap::Seconds& in, base_type& out, indicator& null) {
    out = in.count();
    null = i_ok;
  }
};

template <class Value>
struct type_conversion<std::optional<Value>> {
  using base_type = typename type_conversion<Value>::base_type;
  static void from_base(const base_type& in, indicator null, std::optional<Value>& out) {
    if (null == i_null) {
      out.reset();
      return;
    }
    type_conversion<Value>::from_base(in, null, out.emplace());
  }
  static void to_base(const std::optional<Value>& in, base_type& out, indicator& null) {
    if (in) {
      type_conversion<Value>::to_base(*in, out, null);
    } else {
      null = i_null;
    }
  }
};

}  // namespace soci
// NOLINTEND(readability-identifier-naming)
