#include "analysis/postgres/effects/queries.h"

#include <algorithm>
#include <set>

#include "analysis/postgres/effects/data_changes.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

template <class Message>
const Message* as(const ProtobufCMessage& message, const ProtobufCMessageDescriptor& descriptor) {
  return message.descriptor == &descriptor ? reinterpret_cast<const Message*>(&message) : nullptr;
}

/// Names of all WITH queries; one of them hides the table of the same name.
std::set<std::string> withNames(const ProtobufCMessage& query) {
  std::set<std::string> names;
  tree::walk(query, [&](const ProtobufCMessage& message) {
    if (const auto* with = as<PgQuery__CommonTableExpr>(message, pg_query__common_table_expr__descriptor))
      names.insert(with->ctename);
    return true;
  });
  return names;
}

bool isColumnOf(const PgQuery__Node& node) { return node.node_case == PG_QUERY__NODE__NODE_COLUMN_REF; }

/// Columns that WHERE compares with something that is no column, all of which must hold.
void comparedColumns(const PgQuery__Node* where, std::set<std::string>& columns) {
  if (where == nullptr) return;
  if (where->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
      where->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR) {
    for (const auto* part : tree::nodes(where->bool_expr->n_args, where->bool_expr->args))
      comparedColumns(part, columns);
    return;
  }
  if (where->node_case != PG_QUERY__NODE__NODE_A_EXPR || where->a_expr->lexpr == nullptr ||
      where->a_expr->rexpr == nullptr)
    return;
  static const std::set<std::string, std::less<>> searchable{"=", "<", "<=", ">", ">=", "BETWEEN"};
  const PgQuery__AExpr& expression = *where->a_expr;
  if (!searchable.contains(tree::qualified(tree::stringsOf(tree::nodes(expression.n_name, expression.name))).name))
    return;
  const bool left = isColumnOf(*expression.lexpr);
  if (left == isColumnOf(*expression.rexpr)) return;
  const auto* column = left ? expression.lexpr->column_ref : expression.rexpr->column_ref;
  columns.insert(tree::stringOf(column->fields[column->n_fields - 1]));
}

class QueryReader {
 public:
  QueryReader(const ProtobufCMessage& query, QueryUse use, Simulation& simulation)
      : use_(use), simulation_(simulation), withNames_(withNames(query)) {}

  void read(const ProtobufCMessage& query) {
    tree::walk(query, [&](const ProtobufCMessage& message) {
      if (const auto* select = as<PgQuery__SelectStmt>(message, pg_query__select_stmt__descriptor)) {
        readSelect(*select);
      } else if (const auto* insert = as<PgQuery__InsertStmt>(message, pg_query__insert_stmt__descriptor)) {
        if (const Relation* target = simulation_.find(*insert->relation))
          insertInto(*insert, target->id, use_, simulation_);
      } else if (const auto* update = as<PgQuery__UpdateStmt>(message, pg_query__update_stmt__descriptor)) {
        readFrom(tree::nodes(update->n_from_clause, update->from_clause), {}, LockMode::AccessShare);
        if (const Relation* target = simulation_.find(*update->relation))
          updateRows(*update, target->id, isSearched(*target, update->where_clause), use_, simulation_);
      } else if (const auto* remove = as<PgQuery__DeleteStmt>(message, pg_query__delete_stmt__descriptor)) {
        readFrom(tree::nodes(remove->n_using_clause, remove->using_clause), {}, LockMode::AccessShare);
        if (const Relation* target = simulation_.find(*remove->relation))
          deleteRows(*remove, target->id, isSearched(*target, remove->where_clause), use_, simulation_);
      } else if (const auto* merge = as<PgQuery__MergeStmt>(message, pg_query__merge_stmt__descriptor)) {
        if (merge->source_relation != nullptr) readItem(*merge->source_relation, {}, LockMode::AccessShare);
        if (const Relation* target = simulation_.find(*merge->relation))
          mergeRows(*merge, target->id, use_, simulation_);
      } else if (message.descriptor == &pg_query__into_clause__descriptor) {
        return false;
      }
      return true;
    });
  }

 private:
  void readSelect(const PgQuery__SelectStmt& select) {
    std::set<std::string> compared;
    comparedColumns(select.where_clause, compared);
    LockMode mode = LockMode::AccessShare;
    if (select.n_locking_clause > 0) mode = LockMode::RowShare;
    readFrom(tree::nodes(select.n_from_clause, select.from_clause), compared, mode);
  }

  void readFrom(tree::Nodes items, const std::set<std::string>& compared, LockMode mode) {
    for (const auto* item : items) readItem(*item, compared, mode);
  }

  void readItem(const PgQuery__Node& item, const std::set<std::string>& compared, LockMode mode) {
    if (item.node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
      readItem(*item.join_expr->larg, compared, mode);
      readItem(*item.join_expr->rarg, compared, mode);
      return;
    }
    if (item.node_case == PG_QUERY__NODE__NODE_RANGE_TABLE_SAMPLE) {
      readItem(*item.range_table_sample->relation, compared, mode);
      return;
    }
    if (item.node_case != PG_QUERY__NODE__NODE_RANGE_VAR) return;
    const PgQuery__RangeVar& range = *item.range_var;
    if (*range.schemaname == '\0' && withNames_.contains(range.relname)) return;
    if (std::string_view(range.schemaname).starts_with("pg_") ||
        std::string_view(range.schemaname) == "information_schema" ||
        (*range.schemaname == '\0' && std::string_view(range.relname).starts_with("pg_")))
      return;
    const Relation* relation = simulation_.find(range);
    if (relation == nullptr) return;
    simulation_.lock(*relation, mode);
    if (use_ == QueryUse::Define) return;
    const bool scans = use_ == QueryUse::Run && !isSearchedBy(*relation, compared);
    readRelation(relation->id, mode, range.inh != 0, scans, simulation_);
  }

  [[nodiscard]] bool isSearchedBy(const Relation& relation, const std::set<std::string>& compared) const {
    if (relation.kind == RelationKind::View) {
      return !relation.sources.empty() && std::ranges::all_of(relation.sources, [&](const Source& source) {
        return isSearchedBy(simulation_.at(source.relation), compared);
      });
    }
    return std::ranges::any_of(simulation_.schema.indexesOf(relation.id), [&](const Relation* index) {
      const IndexShape& shape = index->index;
      return shape.valid && !shape.partial && !shape.keys.empty() && compared.contains(shape.keys.front());
    });
  }
  [[nodiscard]] bool isSearched(const Relation& relation, const PgQuery__Node* where) const {
    std::set<std::string> compared;
    comparedColumns(where, compared);
    return isSearchedBy(relation, compared);
  }

  QueryUse use_;
  Simulation& simulation_;
  std::set<std::string> withNames_;
};

/// The relations of a FROM list by alias, for finding whose a column is.
class SourceReader {
 public:
  SourceReader(const ProtobufCMessage& query, Simulation& simulation)
      : simulation_(simulation), withNames_(withNames(query)) {}

  std::vector<Source> read(const ProtobufCMessage& query) {
    tree::walk(query, [&](const ProtobufCMessage& message) {
      if (const auto* range = as<PgQuery__RangeVar>(message, pg_query__range_var__descriptor)) {
        add(*range);
      } else if (const auto* reference = as<PgQuery__ColumnRef>(message, pg_query__column_ref__descriptor)) {
        references_.push_back(reference);
      } else if (const auto* join = as<PgQuery__JoinExpr>(message, pg_query__join_expr__descriptor)) {
        for (const std::string& name : tree::stringsOf(tree::nodes(join->n_using_clause, join->using_clause)))
          joined_.insert(name);
        natural_ = natural_ || join->is_natural != 0;
      }
      return true;
    });
    for (const auto* reference : references_) resolve(*reference);
    for (const std::string& name : joined_) {
      for (const auto& [alias, id] : aliases_) use(id, name);
    }
    if (natural_) useShared();
    std::vector<Source> sources;
    for (auto& [id, columns] : columns_) sources.push_back({id, {columns.begin(), columns.end()}});
    return sources;
  }

 private:
  void add(const PgQuery__RangeVar& range) {
    if (*range.schemaname == '\0' && withNames_.contains(range.relname)) return;
    const Relation* relation = simulation_.find(range, true);
    if (relation == nullptr) return;
    columns_[relation->id];
    aliases_.emplace_back(range.alias == nullptr ? range.relname : range.alias->aliasname, relation->id);
  }

  void use(ObjectId id, const std::string& column) {
    if (simulation_.at(id).column(column) != nullptr) columns_[id].insert(column);
  }
  void useAll(ObjectId id) {
    for (const Column& column : simulation_.at(id).columns) columns_[id].insert(column.name);
  }
  void useShared() {
    for (const auto& [alias, id] : aliases_) {
      for (const Column& column : std::vector<Column>(simulation_.at(id).columns)) {
        const bool shared = std::ranges::any_of(aliases_, [&, self = id](const auto& other) {
          return other.second != self && simulation_.at(other.second).column(column.name) != nullptr;
        });
        if (shared) use(id, column.name);
      }
    }
  }

  void resolve(const PgQuery__ColumnRef& reference) {
    const auto fields = tree::nodes(reference.n_fields, reference.fields);
    const bool star = fields.back()->node_case == PG_QUERY__NODE__NODE_A_STAR;
    const std::string name = tree::stringOf(fields.back());
    const std::string qualifier = fields.size() > 1 ? tree::stringOf(fields[fields.size() - 2]) : std::string();
    for (const auto& [alias, id] : aliases_) {
      if (!qualifier.empty() && alias != qualifier) continue;
      if (star) {
        useAll(id);
      } else {
        use(id, name);
      }
    }
  }

  Simulation& simulation_;
  std::set<std::string> withNames_;
  std::vector<std::pair<std::string, ObjectId>> aliases_;
  std::vector<const PgQuery__ColumnRef*> references_;
  std::set<std::string> joined_;
  bool natural_ = false;
  std::map<ObjectId, std::set<std::string>> columns_;
};

const ProtobufCMessage* queryOf(const PgQuery__Node& node) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT: return &node.select_stmt->base;
    case PG_QUERY__NODE__NODE_INSERT_STMT: return &node.insert_stmt->base;
    case PG_QUERY__NODE__NODE_UPDATE_STMT: return &node.update_stmt->base;
    case PG_QUERY__NODE__NODE_DELETE_STMT: return &node.delete_stmt->base;
    case PG_QUERY__NODE__NODE_MERGE_STMT: return &node.merge_stmt->base;
    default: return nullptr;
  }
}

}  // namespace

void readRelation(ObjectId id, LockMode mode, bool withChildren, bool scans, Simulation& simulation) {
  const Relation& relation = simulation.at(id);
  simulation.lock(id, mode);
  if (relation.kind == RelationKind::View) {
    for (const Source& source : std::vector<Source>(relation.sources))
      readRelation(source.relation, mode, true, scans, simulation);
    return;
  }
  if (scans) simulation.scan(id);
  if (!withChildren) return;
  for (const Relation* child : simulation.schema.descendantsOf(id)) {
    simulation.lock(*child, mode);
    if (scans) simulation.scan(child->id);
  }
}

bool runQuery(const PgQuery__Node& node, QueryUse use, Simulation& simulation) {
  const ProtobufCMessage* query = queryOf(node);
  if (query == nullptr) return false;
  QueryReader(*query, use, simulation).read(*query);
  return true;
}

void lookUpSubqueries(const ProtobufCMessage& expression, Simulation& simulation) {
  QueryReader(expression, QueryUse::Define, simulation).read(expression);
}

std::vector<Source> sourcesOf(const ProtobufCMessage& query, Simulation& simulation) {
  return SourceReader(query, simulation).read(query);
}

}  // namespace hotswap::analysis::postgres
