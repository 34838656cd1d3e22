#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "versioned/version.h"

namespace hotswap::versioned {

/// How a folder writes its migrations.
enum class Layout {
  Pairs,     ///< `0001_create_users.up.sql`, `0001_create_users.down.sql`, `R_views.sql`
  Sections,  ///< `0001_create_users.sql` with `-- migrate:up` and `-- migrate:down`, `R_views.sql`
  Flyway,    ///< `V1__create_users.sql`, `U1__create_users.sql`, `R__views.sql`
};

/// For a person: `pairs (0001_name.up.sql)`.
std::string_view describe(Layout layout);

/// What the name of a file says.
struct FileName {
  enum class Part { Forward, Back, Both, Repeatable } part = Part::Forward;
  /// The layout it belongs to; nothing for a repeatable one of pairs or sections, which look the same.
  std::optional<Layout> layout;
  std::optional<Version> version;  ///< absent for a repeatable one
  std::string description;         ///< `create users`: underscores are spaces
};

/// Nothing where the name is none of a migration's.
std::optional<FileName> parseFileName(std::string_view name);

}  // namespace hotswap::versioned
