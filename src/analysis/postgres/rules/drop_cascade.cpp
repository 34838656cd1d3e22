#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Views and tables that go, and tables that lose a foreign key, without being named.
std::vector<std::string> victims(const Look& look) {
  std::vector<std::string> names;
  const auto named = namedByDrop(look);
  const auto isNamed = [&](const Relation& relation) {
    return std::ranges::any_of(named, [&](const RelationName& name) {
      return look.before.lookUp(name.schema, name.name) == &relation || name.name == relation.schema;
    });
  };
  look.before.forEach([&](const Relation& relation) {
    if (relation.isIndex() || relation.kind == RelationKind::Sequence || relation.own) return;
    const Relation* left = look.after.find(relation.id);
    if (left == nullptr) {
      if (!isNamed(relation)) names.push_back(nameOf(relation).text());
      return;
    }
    if (left->constraints.size() == relation.constraints.size()) return;
    for (const Constraint& constraint : relation.constraints) {
      if (left->constraint(constraint.name) == nullptr && constraint.kind == Constraint::Kind::ForeignKey)
        names.push_back(fmt::format("{} of {}", constraint.name, nameOf(relation).text()));
    }
  });
  std::ranges::sort(names);
  return names;
}

bool cascades(const Look& look) {
  constexpr auto cascade = PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_DROP_STMT) return look.tree.drop_stmt->behavior == cascade;
  for (const auto type : {PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn, PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint}) {
    for (const auto* command : actions(look, type)) {
      if (command->behavior == cascade) return true;
    }
  }
  return false;
}

void check(const Look& look, Remarks& remarks) {
  if (!cascades(look)) return;
  std::string message = "CASCADE drops whatever depends on it, also what is not there yet when this is written.";
  if (const auto names = victims(look); !names.empty()) message += fmt::format(" With it go {}.", listed(names));
  remarks.add(std::move(message), "Name each object that is to go, the dependent ones first, and leave CASCADE out.");
}

}  // namespace

const Rule dropCascade{.info = {"drop-cascade", Severity::Warning, "what depends on an object is dropped with it"},
                       .check = check};

}  // namespace hotswap::analysis::postgres::rules
