#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

bool holds(const std::vector<std::string>& functions, const std::string& name) {
  return std::ranges::find(functions, name) != functions.end();
}

/// What keeps results of the function: indexes, checks, generated columns.
std::vector<std::string> keepersOf(const std::string& function, const KnownSchema& schema) {
  std::vector<std::string> keepers;
  schema.forEach([&](const Relation& relation) {
    if (relation.own) return;
    const bool stored = relation.isIndex() || relation.kind == RelationKind::MaterializedView;
    if (stored && holds(relation.functions, function)) keepers.push_back(nameOf(relation).text());
    for (const Constraint& constraint : relation.constraints) {
      if (holds(constraint.functions, function)) keepers.push_back(constraint.name);
    }
    for (const Column& column : relation.columns) {
      if (column.generated && holds(column.functions, function)) keepers.push_back(relation.name + "." + column.name);
    }
  });
  std::ranges::sort(keepers);
  return keepers;
}

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT || look.tree.create_function_stmt->replace == 0)
    return;
  const PgQuery__CreateFunctionStmt& create = *look.tree.create_function_stmt;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(create.n_funcname, create.funcname)));
  const Routine* routine = look.before.routine(name.schema, name.name);
  if (routine == nullptr) return;
  const auto keepers = keepersOf(routine->schema + "." + routine->name, look.before);
  if (keepers.empty()) return;
  remarks.add(fmt::format("{} keep what the old body of {} gave: queries miss rows, and a restored dump may fail.",
                          listed(keepers), name.name),
              "Make a function of another name, build the index (or add the check) with it, and drop the old one.");
}

}  // namespace

const Rule replaceFunctionInUse{
    .info = {"replace-function-in-use", Severity::Warning, "a function that stored values depend on gets another body"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
