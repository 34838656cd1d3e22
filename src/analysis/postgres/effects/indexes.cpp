#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// A name that no earlier column of the index has, as the server numbers them.
std::string freshPart(const std::string& name, const std::vector<std::string>& taken) {
  std::string fresh = name;
  for (int number = 1; holds(taken, fresh); ++number) fresh = name + std::to_string(number);
  return fresh;
}

/// The constraint of the table that an index of this shape stands for, one that has no index yet.
Constraint* waitingConstraint(Relation& table, const std::string& name) {
  Constraint* found = table.constraint(name);
  return found != nullptr && found->index == 0 && found->kind != Constraint::Kind::Check &&
                 found->kind != Constraint::Kind::ForeignKey
             ? found
             : nullptr;
}

const Constraint* constraintOf(const Relation& table, ObjectId index) {
  const auto found = std::ranges::find_if(table.constraints, [&](const Constraint& each) {
    return each.index == index && each.kind != Constraint::Kind::ForeignKey;
  });
  return found == table.constraints.end() ? nullptr : &*found;
}

bool fits(const IndexShape& one, const IndexShape& other) {
  return one.keys == other.keys && one.included == other.included && one.unique == other.unique &&
         one.method == other.method && !one.expressions && !other.expressions && !one.partial && !other.partial;
}

}  // namespace

IndexPlan indexPlan(const PgQuery__IndexStmt& statement, Simulation& simulation) {
  IndexPlan plan;
  plan.shape.method = *statement.access_method == '\0' ? "btree" : statement.access_method;
  if (plan.shape.method == "rtree") plan.shape.method = "gist";
  plan.shape.unique = statement.unique != 0;
  std::vector<std::string> reads;
  const auto take = [&](const ProtobufCMessage& expression) {
    ExpressionFacts facts = factsOf(expression, simulation);
    std::ranges::move(facts.columns, std::back_inserter(reads));
    std::ranges::move(facts.functions, std::back_inserter(plan.functions));
  };
  for (const auto* node : tree::nodes(statement.n_index_params, statement.index_params)) {
    const PgQuery__IndexElem& element = *node->index_elem;
    plan.shape.keys.emplace_back(element.name);
    plan.shape.ordinary = plan.shape.ordinary && element.n_opclass == 0 && element.n_collation == 0 &&
                          element.ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DEFAULT &&
                          element.nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT;
    std::string part = element.name;
    if (element.expr != nullptr) {
      plan.shape.expressions = true;
      take(element.expr->base);
      part = indexColumnName(*element.expr);
    }
    plan.nameParts.push_back(freshPart(part, plan.nameParts));
  }
  if (plan.shape.expressions) plan.shape.keyNames = plan.nameParts;
  for (const auto* node : tree::nodes(statement.n_index_including_params, statement.index_including_params)) {
    // A constraint's INCLUDE is a list of names, an index's one of elements.
    const std::string name =
        node->node_case == PG_QUERY__NODE__NODE_INDEX_ELEM ? node->index_elem->name : tree::stringOf(node);
    plan.shape.included.push_back(name);
    plan.nameParts.push_back(freshPart(name, plan.nameParts));
  }
  if (statement.where_clause != nullptr) {
    plan.shape.partial = true;
    take(statement.where_clause->base);
  }
  std::ranges::sort(reads);
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  std::erase_if(reads, [&](const std::string& column) {
    return holds(plan.shape.keys, column) || holds(plan.shape.included, column);
  });
  plan.shape.reads = std::move(reads);
  std::ranges::sort(plan.functions);
  plan.functions.erase(std::unique(plan.functions.begin(), plan.functions.end()), plan.functions.end());
  return plan;
}

ObjectId makeIndex(ObjectId table, const IndexPlan& plan, std::string name, bool onlyThis, Simulation& simulation) {
  const Relation& owner = simulation.at(table);
  const bool partitioned = owner.kind == RelationKind::PartitionedTable;
  Relation index;
  index.schema = owner.schema;
  index.name = std::move(name);
  if (index.name.empty())
    index.name = freeRelationName(simulation.schema, owner.schema, owner.name, joinedColumns(plan.nameParts), "idx");
  index.kind = partitioned ? RelationKind::PartitionedIndex : RelationKind::Index;
  index.persistence = owner.persistence;
  index.replicaIdentity = 'n';
  index.index = plan.shape;
  index.index.table = table;
  // An index ON ONLY a partitioned table is valid when all partitions have one.
  const bool hasPartitions = partitioned && !simulation.schema.childrenOf(table).empty();
  index.index.valid = !(onlyThis && hasPartitions);
  index.functions = plan.functions;
  const std::string made = index.name;
  simulation.scan(table);
  const ObjectId id = simulation.make(std::move(index));
  simulation.edit(table, [&](Relation& relation) {
    if (Constraint* constraint = waitingConstraint(relation, made)) constraint->index = id;
  });
  simulation.build(id);
  if (!partitioned || onlyThis) return id;
  for (const Relation* child : std::vector<const Relation*>(simulation.schema.childrenOf(table)))
    cloneIndex(id, child->id, simulation);
  return id;
}

void cloneIndex(ObjectId parentIndex, ObjectId partition, Simulation& simulation) {
  const Relation parent = simulation.at(parentIndex);
  const Constraint* found = constraintOf(simulation.at(parent.index.table), parentIndex);
  std::optional<Constraint> constraint;
  if (found != nullptr) constraint = *found;
  for (const Relation* index : std::vector<const Relation*>(simulation.schema.indexesOf(partition))) {
    const Constraint* own = constraintOf(simulation.at(partition), index->id);
    const bool sameUse = constraint ? own != nullptr && own->kind == constraint->kind : true;
    if (!index->parents.empty() || !fits(index->index, parent.index) || !sameUse || !index->index.valid) continue;
    const ObjectId id = index->id;
    simulation.edit(id, [&](Relation& relation) { relation.parents = {parentIndex}; });
    if (own != nullptr && constraint) {
      const std::string name = own->name;
      simulation.edit(partition, [&](Relation& relation) {
        relation.constraint(name)->inherited = 1;
        relation.constraint(name)->local = false;
      });
    }
    return;
  }
  IndexPlan plan;
  plan.shape = parent.index;
  plan.shape.replicaIdentity = plan.shape.clustered = false;
  plan.functions = parent.functions;
  plan.nameParts = parent.index.expressions ? parent.index.keyNames : parent.index.keys;
  plan.nameParts.insert(plan.nameParts.end(), parent.index.included.begin(), parent.index.included.end());
  const Relation& child = simulation.at(partition);
  std::string name;
  if (constraint) {
    name = constraint->kind == Constraint::Kind::PrimaryKey
               ? freeRelationName(simulation.schema, child.schema, child.name, "", "pkey")
               : freeRelationName(simulation.schema, child.schema, child.name, joinedColumns(plan.nameParts), "key");
    Constraint copy = *constraint;
    copy.name = name;
    copy.index = 0;
    copy.local = false;
    copy.inherited = 1;
    simulation.edit(partition, [&](Relation& relation) { relation.constraints.push_back(copy); });
  }
  // Made as a child from the start: its own partitions' indexes follow it.
  const ObjectId id = makeIndex(partition, plan, name, false, simulation);
  simulation.edit(id, [&](Relation& relation) { relation.parents = {parentIndex}; });
}

}  // namespace hotswap::analysis::postgres
