#include "analysis/postgres/effects/names.h"

#include <algorithm>
#include <functional>

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr std::size_t longestName = 63;

/// The server's makeObjectName: the longer of the two first parts is cut first.
std::string objectName(std::string first, std::string second, const std::string& label) {
  const std::size_t overhead = (second.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
  while (first.size() + second.size() + overhead > longestName) {
    std::string& longer = first.size() > second.size() ? first : second;
    longer.pop_back();
  }
  std::string name = first;
  if (!second.empty()) name += "_" + second;
  if (!label.empty()) name += "_" + label;
  return name;
}

std::string freeName(const std::string& first, const std::string& second, const std::string& label,
                     const std::function<bool(const std::string&)>& taken) {
  std::string name = objectName(first, second, label);
  for (int number = 1; taken(name); ++number) name = objectName(first, second, label + std::to_string(number));
  return name;
}

}  // namespace

std::string freeRelationName(const KnownSchema& schema, const std::string& schemaName, const std::string& table,
                             const std::string& column, const std::string& label) {
  return freeName(table, column, label,
                  [&](const std::string& name) { return schema.find(schemaName, name) != nullptr; });
}

std::string freeConstraintName(const Relation& table, const std::string& column, const std::string& label) {
  return freeName(table.name, column, label,
                  [&](const std::string& name) { return table.constraint(name) != nullptr; });
}

std::string joinedColumns(const std::vector<std::string>& columns) {
  std::string joined;
  for (const std::string& column : columns) {
    if (!joined.empty()) joined += '_';
    joined += column;
    if (joined.size() > longestName) break;
  }
  return joined;
}

std::string indexColumnName(const PgQuery__Node& expression) {
  namespace tree = db::postgres;
  switch (expression.node_case) {
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return tree::qualified(
                 tree::stringsOf(tree::nodes(expression.func_call->n_funcname, expression.func_call->funcname)))
          .name;
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return tree::stringOf(expression.column_ref->fields[expression.column_ref->n_fields - 1]);
    case PG_QUERY__NODE__NODE_TYPE_CAST: {
      const std::string inner =
          expression.type_cast->arg == nullptr ? "expr" : indexColumnName(*expression.type_cast->arg);
      if (inner != "expr") return inner;
      const auto* type = expression.type_cast->type_name;
      return tree::qualified(tree::stringsOf(tree::nodes(type->n_names, type->names))).name;
    }
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE: return indexColumnName(*expression.collate_clause->arg);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR: return "coalesce";
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR: return "array";
    case PG_QUERY__NODE__NODE_ROW_EXPR: return "row";
    case PG_QUERY__NODE__NODE_CASE_EXPR: return "case";
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
      return expression.min_max_expr->op == PG_QUERY__MIN_MAX_OP__IS_GREATEST ? "greatest" : "least";
    default: return "expr";
  }
}

}  // namespace hotswap::analysis::postgres
