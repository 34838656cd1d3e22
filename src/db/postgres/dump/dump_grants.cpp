#include "db/postgres/dump/dump_grants.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// One GRANT or REVOKE; the order is that in which they stand: what is taken away first, then rights on the whole
/// before those on columns.
struct Change {
  bool grant = false;
  std::string columns;
  std::string grantor;
  std::string grantee;
  bool grantable = false;
  auto operator<=>(const Change&) const = default;
};

struct Object {
  std::string owner;
  std::map<Change, std::set<std::string>> changes;
};

/// Privileges in the order of the manual (chapter 5.8), which people know them by.
std::vector<std::string> inOrder(const std::set<std::string>& privileges) {
  static constexpr std::array known{"SELECT",   "INSERT", "UPDATE",  "DELETE",    "TRUNCATE", "REFERENCES", "TRIGGER",
                                    "MAINTAIN", "CREATE", "CONNECT", "TEMPORARY", "EXECUTE",  "USAGE"};
  std::vector<std::string> sorted(privileges.begin(), privileges.end());
  std::ranges::stable_sort(sorted, {}, [](const std::string& one) { return std::ranges::find(known, one); });
  return sorted;
}

std::string order(const std::string& object, bool defaults, const std::string& owner, const Change& change,
                  const std::set<std::string>& privileges) {
  std::vector<std::string> names = inOrder(privileges);
  if (!defaults && !change.columns.empty()) {
    for (std::string& name : names) name += " (" + change.columns + ")";
  }
  std::string sql = fmt::format("{} {} ON {} {} {}{};", change.grant ? "GRANT" : "REVOKE", fmt::join(names, ", "),
                                defaults ? change.columns : object, change.grant ? "TO" : "FROM", change.grantee,
                                change.grant && change.grantable ? " WITH GRANT OPTION" : "");
  if (defaults) return object + " " + sql;
  if (change.grantor == owner) return sql;
  return "SET ROLE " + change.grantor + ";\n" + sql + "\nRESET ROLE;";
}

/// Whoever passes a right on must have got it before.
std::vector<std::string> orders(const std::string& name, bool defaults, Object object) {
  std::vector<std::string> orders;
  std::set<std::string> able{object.owner};
  while (!object.changes.empty()) {
    auto next = std::ranges::find_if(object.changes, [&](const auto& one) { return able.contains(one.first.grantor); });
    // Somebody who has lost the right to pass it on since: it is tried all the same.
    if (next == object.changes.end()) next = object.changes.begin();
    if (next->first.grant && next->first.grantable) able.insert(next->first.grantee);
    orders.push_back(order(name, defaults, object.owner, next->first, next->second));
    object.changes.erase(next);
  }
  return orders;
}

}  // namespace

std::vector<DumpGrants> readGrants(PinnedSettings& pinned, int serverVersion) {
  std::map<std::tuple<ObjectId, std::string, bool>, Object> objects;
  for (const std::string& query : dumpGrantQueries(serverVersion)) {
    const Rows rows = pinned.read(dumpPrelude + query);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (!rows.at(row, 2)) continue;  // dropped in this very moment
      const std::string action = rows.text(row, 5);
      Object& object =
          objects[{{rows.integer(row, 0), rows.integer(row, 1)}, rows.text(row, 2), action.starts_with("default")}];
      object.owner = rows.text(row, 3);
      const Change change{.grant = action.ends_with("grant"),
                          .columns = rows.text(row, 4),
                          .grantor = rows.text(row, 6),
                          .grantee = rows.text(row, 7),
                          .grantable = rows.boolean(row, 8)};
      object.changes[change].insert(rows.text(row, 9));
    }
  }
  std::vector<DumpGrants> grants;
  for (const auto& [key, object] : objects) {
    const auto& [id, name, defaults] = key;
    grants.push_back({.id = id, .object = name, .defaults = defaults, .orders = orders(name, defaults, object)});
  }
  return grants;
}

}  // namespace hotswap::db::postgres
