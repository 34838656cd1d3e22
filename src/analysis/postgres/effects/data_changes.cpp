#include "analysis/postgres/effects/data_changes.h"

#include <algorithm>
#include <set>

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;
constexpr LockMode writing = LockMode::RowExclusive;

bool overlaps(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::ranges::any_of(one,
                             [&](const std::string& each) { return std::ranges::find(other, each) != other.end(); });
}

std::vector<std::string> targetColumns(std::size_t count, PgQuery__Node* const* targets) {
  std::vector<std::string> columns;
  for (const auto* node : tree::nodes(count, targets)) columns.emplace_back(node->res_target->name);
  return columns;
}

/// The table or the tables that a target stands for: itself, its partitions, what an updatable view is over.
std::vector<ObjectId> writtenBy(ObjectId target, bool withChildren, Simulation& simulation) {
  simulation.lock(target, writing);
  const Relation& relation = simulation.at(target);
  if (relation.kind == RelationKind::View) {
    std::vector<ObjectId> ids;
    for (const Source& source : std::vector<Source>(relation.sources)) {
      const auto below = writtenBy(source.relation, true, simulation);
      ids.insert(ids.end(), below.begin(), below.end());
    }
    return ids;
  }
  if (!withChildren) return {target};
  std::vector<ObjectId> ids = simulation.withDescendants(target);
  for (const ObjectId id : ids) simulation.lock(id, writing);
  return ids;
}

/// Whether an index begins with the columns of a foreign key, so that the server needn't read the table to check it.
bool hasIndexOn(ObjectId table, const std::vector<std::string>& columns, const Simulation& simulation) {
  return std::ranges::any_of(simulation.schema.indexesOf(table), [&](const Relation* index) {
    const IndexShape& shape = index->index;
    return shape.valid && !shape.partial && !shape.keys.empty() &&
           std::ranges::find(columns, shape.keys.front()) != columns.end();
  });
}

/// Rows of `table` with values in `columns` come into being: the tables they refer to are looked into.
void checkReferences(ObjectId table, const std::vector<std::string>& columns, Simulation& simulation) {
  for (const Constraint& key : std::vector<Constraint>(simulation.at(table).constraints)) {
    if (key.kind != Constraint::Kind::ForeignKey || !overlaps(key.columns, columns)) continue;
    for (const ObjectId id : simulation.withDescendants(key.referenced)) simulation.lock(id, LockMode::RowShare);
  }
}

void triggersFire(ObjectId table, bool Trigger::*event, Simulation& simulation) {
  for (const Trigger& trigger : simulation.at(table).triggers) {
    if (trigger.*event && trigger.enabled != 'D')
      simulation.unknown("The trigger " + trigger.name + " of " + nameOf(simulation.at(table)).text() + " calls " +
                         trigger.function + ", whose doings are not known.");
  }
}

/// The rules of a table for an event; true where the statement is not carried out itself.
bool rulesApply(ObjectId table, char event, Simulation& simulation) {
  bool instead = false;
  for (const Rule& rule : std::vector<Rule>(simulation.at(table).rules)) {
    if (rule.event != event) continue;
    instead = instead || rule.instead;
    for (const Source& source : rule.sources) simulation.lock(source.relation, writing);
  }
  return instead;
}

/// Rows that others refer to go away or change their key; `done` ends circles.
void referencesGo(ObjectId table, const std::vector<std::string>& changed, bool isDelete, std::set<ObjectId>& done,
                  Simulation& simulation) {
  if (!done.insert(table).second) return;
  std::vector<std::pair<ObjectId, Constraint>> keys;
  for (const auto& [owner, key] : simulation.schema.foreignKeysTo(table)) keys.emplace_back(owner->id, *key);
  for (const auto& [owner, key] : keys) {
    if (!isDelete && !overlaps(key.referencedColumns, changed)) continue;
    const char action = isDelete ? key.onDelete : key.onUpdate;
    const bool writes = action != 'a' && action != 'r';
    simulation.lock(owner, writes ? writing : LockMode::RowShare);
    if (!hasIndexOn(owner, key.columns, simulation)) simulation.scan(owner);
    if (!writes) continue;
    if (isDelete && action == 'c') {
      simulation.lose(DataLoss::What::SomeRows, owner);
      referencesGo(owner, {}, true, done, simulation);
    } else {
      simulation.lose(DataLoss::What::Values, owner);
      referencesGo(owner, key.columns, false, done, simulation);
    }
  }
}

bool isStored(const Relation& relation) { return relation.kind == RelationKind::Table; }

}  // namespace

void addRows(ObjectId target, const std::vector<std::string>& columns, Simulation& simulation) {
  if (rulesApply(target, 'i', simulation)) {
    simulation.lock(target, writing);
    return;
  }
  for (const ObjectId id :
       writtenBy(target, simulation.at(target).kind == RelationKind::PartitionedTable, simulation)) {
    triggersFire(id, &Trigger::onInsert, simulation);
    std::vector<std::string> given = columns;
    for (const Column& column : simulation.at(id).columns) {
      if (columns.empty() || column.hasDefault) given.push_back(column.name);
    }
    checkReferences(id, given, simulation);
  }
}

void insertInto(const PgQuery__InsertStmt& insert, ObjectId target, QueryUse use, Simulation& simulation) {
  simulation.lock(target, writing);
  if (use == QueryUse::Define) return;
  addRows(target, targetColumns(insert.n_cols, insert.cols), simulation);
  const bool updates = insert.on_conflict_clause != nullptr &&
                       insert.on_conflict_clause->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE;
  if (updates && use == QueryUse::Run) simulation.lose(DataLoss::What::Values, target);
}

void updateRows(const PgQuery__UpdateStmt& update, ObjectId target, bool searched, QueryUse use,
                Simulation& simulation) {
  simulation.lock(target, writing);
  if (use == QueryUse::Define || rulesApply(target, 'u', simulation)) return;
  const std::vector<std::string> columns = targetColumns(update.n_target_list, update.target_list);
  std::set<ObjectId> done;
  for (const ObjectId id : writtenBy(target, update.relation->inh != 0, simulation)) {
    if (use != QueryUse::Run) continue;
    if (!searched) simulation.scan(id);
    if (isStored(simulation.at(id))) simulation.lose(DataLoss::What::Values, id);
    triggersFire(id, &Trigger::onUpdate, simulation);
    checkReferences(id, columns, simulation);
    referencesGo(id, columns, false, done, simulation);
  }
}

void deleteRows(const PgQuery__DeleteStmt& remove, ObjectId target, bool searched, QueryUse use,
                Simulation& simulation) {
  simulation.lock(target, writing);
  if (use == QueryUse::Define || rulesApply(target, 'd', simulation)) return;
  std::set<ObjectId> done;
  const bool all = remove.where_clause == nullptr && remove.n_using_clause == 0;
  for (const ObjectId id : writtenBy(target, remove.relation->inh != 0, simulation)) {
    if (use != QueryUse::Run) continue;
    if (!searched) simulation.scan(id);
    if (isStored(simulation.at(id))) simulation.lose(all ? DataLoss::What::AllRows : DataLoss::What::SomeRows, id);
    triggersFire(id, &Trigger::onDelete, simulation);
    referencesGo(id, {}, true, done, simulation);
  }
}

void mergeRows(const PgQuery__MergeStmt& merge, ObjectId target, QueryUse use, Simulation& simulation) {
  simulation.lock(target, writing);
  if (use == QueryUse::Define) return;
  for (const ObjectId id : writtenBy(target, merge.relation->inh != 0, simulation)) {
    if (use != QueryUse::Run) continue;
    simulation.scan(id);
    for (const auto* node : tree::nodes(merge.n_merge_when_clauses, merge.merge_when_clauses)) {
      const auto command = node->merge_when_clause->command_type;
      if (command == PG_QUERY__CMD_TYPE__CMD_UPDATE) simulation.lose(DataLoss::What::Values, id);
      if (command == PG_QUERY__CMD_TYPE__CMD_DELETE) simulation.lose(DataLoss::What::SomeRows, id);
    }
  }
}

}  // namespace hotswap::analysis::postgres
