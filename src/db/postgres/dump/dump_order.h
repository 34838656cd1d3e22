#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hotswap::db::postgres {

/// What PostgreSQL calls an object: the catalog it stands in and its number there. It never gets into a script.
using ObjectId = std::pair<std::int64_t, std::int64_t>;

/// Who needs whom.
using Needs = std::map<ObjectId, std::set<ObjectId>>;

/// The objects that need themselves by way of others, by the group in which all need each other; the groups are
/// numbered from 1. Linear in objects and needs.
std::map<ObjectId, std::size_t> circles(const Needs& needs);

/// Where a statement likes to stand: by stage, in it by group (an object with everything that is told about it), in it
/// by place. Names decide, so that equal schemas have equal scripts.
struct Place {
  int stage = 0;
  std::string group;
  std::string inGroup;
  auto operator<=>(const Place&) const = default;
};

/// One or more statements, with their semicolons; empty for what exists without being made.
struct DumpEntry {
  ObjectId id;
  Place place;
  std::string sql;
  std::set<ObjectId> needs;  ///< ids that are no entry's count for nothing
};

/// Entries as they can be run: each after all it needs, otherwise by its place. Where a circle is left, the first by
/// place of what remains goes first.
std::vector<DumpEntry> ordered(std::vector<DumpEntry> entries);

}  // namespace hotswap::db::postgres
