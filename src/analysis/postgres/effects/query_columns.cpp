#include <map>
#include <set>

#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/queries.h"
#include "analysis/postgres/effects/types.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// What the items of a FROM list bring, in order: alias and columns.
using Items = std::vector<std::pair<std::string, std::vector<Column>>>;

Column plain(const Column& column) {
  Column copy;
  copy.name = column.name;
  copy.type = column.type;
  copy.collation = column.collation;
  return copy;
}

class ColumnReader {
 public:
  explicit ColumnReader(Simulation& simulation) : simulation_(simulation) {}

  std::vector<Column> read(const PgQuery__Node& query) {
    if (query.node_case != PG_QUERY__NODE__NODE_SELECT_STMT) return {};
    return read(*query.select_stmt);
  }

 private:
  std::vector<Column> read(const PgQuery__SelectStmt& select) {
    if (select.with_clause != nullptr) {
      for (const auto* node : tree::nodes(select.with_clause->n_ctes, select.with_clause->ctes)) {
        const auto& with = *node->common_table_expr;
        std::vector<Column> columns = read(*with.ctequery);
        rename(columns, tree::stringsOf(tree::nodes(with.n_aliascolnames, with.aliascolnames)));
        with_[with.ctename] = std::move(columns);
      }
    }
    if (select.op != PG_QUERY__SET_OPERATION__SETOP_NONE && select.larg != nullptr) return read(*select.larg);
    if (select.n_values_lists > 0) return values(*select.values_lists[0]);
    Items items;
    for (const auto* item : tree::nodes(select.n_from_clause, select.from_clause)) take(*item, items);
    std::vector<Column> columns;
    for (const auto* node : tree::nodes(select.n_target_list, select.target_list))
      target(*node->res_target, items, columns);
    return columns;
  }

  static void rename(std::vector<Column>& columns, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size() && i < columns.size(); ++i) columns[i].name = names[i];
  }

  std::vector<Column> values(const PgQuery__Node& row) {
    std::vector<Column> columns;
    for (const auto* value : tree::nodes(row.list->n_items, row.list->items)) {
      Column column;
      column.name = "column" + std::to_string(columns.size() + 1);
      column.type = typeOfValue(*value, {}).type;
      columns.push_back(std::move(column));
    }
    return columns;
  }

  void take(const PgQuery__Node& item, Items& items) {
    switch (item.node_case) {
      case PG_QUERY__NODE__NODE_JOIN_EXPR: takeJoin(*item.join_expr, items); break;
      case PG_QUERY__NODE__NODE_RANGE_VAR: {
        const auto& range = *item.range_var;
        const std::string alias = range.alias == nullptr ? range.relname : range.alias->aliasname;
        std::vector<Column> columns;
        const auto with = with_.find(range.relname);
        if (*range.schemaname == '\0' && with != with_.end()) {
          columns = with->second;
        } else if (const Relation* relation = simulation_.find(range, true)) {
          for (const Column& column : relation->columns) columns.push_back(plain(column));
        }
        items.emplace_back(alias, std::move(columns));
        break;
      }
      case PG_QUERY__NODE__NODE_RANGE_SUBSELECT: {
        const auto& inner = *item.range_subselect;
        items.emplace_back(inner.alias == nullptr ? "" : inner.alias->aliasname, read(*inner.subquery));
        break;
      }
      default: break;
    }
  }

  /// USING and NATURAL bring their columns once, in front.
  void takeJoin(const PgQuery__JoinExpr& join, Items& items) {
    Items left;
    Items right;
    take(*join.larg, left);
    take(*join.rarg, right);
    std::set<std::string> shared;
    for (const std::string& name : tree::stringsOf(tree::nodes(join.n_using_clause, join.using_clause)))
      shared.insert(name);
    if (join.is_natural != 0) {
      for (const auto& [leftAlias, leftColumns] : left) {
        for (const auto& [rightAlias, rightColumns] : right) {
          for (const Column& one : leftColumns) {
            for (const Column& other : rightColumns) {
              if (one.name == other.name) shared.insert(one.name);
            }
          }
        }
      }
    }
    for (auto& item : left) items.push_back(std::move(item));
    for (auto& item : right) {
      joined_[item.first] = shared;
      items.push_back(std::move(item));
    }
  }

  void target(const PgQuery__ResTarget& target, const Items& items, std::vector<Column>& columns) {
    const PgQuery__Node& value = *target.val;
    if (value.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
      const auto fields = tree::nodes(value.column_ref->n_fields, value.column_ref->fields);
      if (fields.back()->node_case == PG_QUERY__NODE__NODE_A_STAR) {
        const std::string alias = fields.size() > 1 ? tree::stringOf(fields[fields.size() - 2]) : std::string();
        for (const auto& [name, all] : items) {
          if (!alias.empty() && alias != name) continue;
          for (const Column& column : all) {
            const auto joined = joined_.find(name);
            const bool told = alias.empty() && joined != joined_.end() && joined->second.contains(column.name);
            if (!told) columns.push_back(column);
          }
        }
        return;
      }
    }
    Column column = typeOfValue(value, items);
    column.name = *target.name != '\0' ? target.name : nameOfValue(value);
    columns.push_back(std::move(column));
  }

  static std::string nameOfValue(const PgQuery__Node& value) {
    if (value.node_case == PG_QUERY__NODE__NODE_SUB_LINK && value.sub_link->subselect != nullptr) {
      const auto& select = *value.sub_link->subselect->select_stmt;
      if (select.n_target_list == 1 && value.sub_link->sub_link_type == PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK) {
        const auto& inner = *select.target_list[0]->res_target;
        return *inner.name != '\0' ? inner.name : nameOfValue(*inner.val);
      }
      return "exists";
    }
    const std::string name = indexColumnName(value);
    return name == "expr" ? "?column?" : name;
  }

  Column typeOfValue(const PgQuery__Node& value, const Items& items) {
    Column column;
    if (value.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
      const auto fields = tree::nodes(value.column_ref->n_fields, value.column_ref->fields);
      const std::string name = tree::stringOf(fields.back());
      const std::string alias = fields.size() > 1 ? tree::stringOf(fields[fields.size() - 2]) : std::string();
      for (const auto& [item, columns] : items) {
        if (!alias.empty() && alias != item) continue;
        for (const Column& each : columns) {
          if (each.name == name) return plain(each);
        }
      }
      return column;
    }
    if (value.node_case == PG_QUERY__NODE__NODE_TYPE_CAST) {
      column.type = typeOf(*value.type_cast->type_name, simulation_.schema);
    } else if (value.node_case == PG_QUERY__NODE__NODE_A_CONST && value.a_const->isnull == 0) {
      switch (value.a_const->val_case) {
        case PG_QUERY__A__CONST__VAL_IVAL: column.type = {.schema = "pg_catalog", .name = "int4"}; break;
        case PG_QUERY__A__CONST__VAL_FVAL: column.type = {.schema = "pg_catalog", .name = "numeric"}; break;
        case PG_QUERY__A__CONST__VAL_BOOLVAL: column.type = {.schema = "pg_catalog", .name = "bool"}; break;
        default: column.type = {.schema = "pg_catalog", .name = "text"}; break;
      }
    }
    return column;
  }

  Simulation& simulation_;
  std::map<std::string, std::vector<Column>> with_;
  std::map<std::string, std::set<std::string>> joined_;
};

}  // namespace

std::vector<Column> columnsOf(const PgQuery__Node& query, Simulation& simulation) {
  return ColumnReader(simulation).read(query);
}

}  // namespace hotswap::analysis::postgres
