#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "base/text.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT) return;
  const PgQuery__CreateFunctionStmt& create = *look.tree.create_function_stmt;
  const auto options = tree::nodes(create.n_options, create.options);
  if (!tree::optionOn(options, "security")) return;
  for (const auto* node : options) {
    const PgQuery__DefElem& option = *node->def_elem;
    const bool sets = std::string_view(option.defname) == "set" && option.arg != nullptr &&
                      option.arg->node_case == PG_QUERY__NODE__NODE_VARIABLE_SET_STMT;
    if (sets && toLower(std::string_view(option.arg->variable_set_stmt->name)) == "search_path") return;
  }
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(create.n_funcname, create.funcname)));
  remarks.add(fmt::format("Who calls {} decides by their search path which tables and functions its owner's rights are "
                          "used on.",
                          name.name),
              "Add SET search_path = pg_catalog, pg_temp to the function, and name everything with its schema.");
}

}  // namespace

const Rule securityDefinerSearchPath{.info = {"security-definer-search-path", Severity::Warning,
                                              "a function runs with its owner's rights and its caller's search path"},
                                     .check = check};

}  // namespace hotswap::analysis::postgres::rules
