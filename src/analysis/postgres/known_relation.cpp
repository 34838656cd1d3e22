#include "analysis/postgres/known_relation.h"

#include <algorithm>

namespace hotswap::analysis::postgres {

namespace {

template <class Items>
auto* named(Items& items, std::string_view name) {
  const auto found = std::ranges::find_if(items, [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Column* Relation::column(std::string_view columnName) const { return named(columns, columnName); }
Column* Relation::column(std::string_view columnName) { return named(columns, columnName); }
const Constraint* Relation::constraint(std::string_view constraintName) const {
  return named(constraints, constraintName);
}
Constraint* Relation::constraint(std::string_view constraintName) { return named(constraints, constraintName); }

const Constraint* Relation::primaryKey() const {
  const auto found = std::ranges::find(constraints, Constraint::Kind::PrimaryKey, &Constraint::kind);
  return found == constraints.end() ? nullptr : &*found;
}

}  // namespace hotswap::analysis::postgres
