#include "analysis/postgres/inverse/restore.h"

#include <algorithm>
#include <set>

#include "analysis/postgres/inverse/restore_part.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Object = PgQuery__ObjectType;

/// What relations that are still there have lost.
struct LostParts {
  std::set<std::string> columns, constraints, indexes, triggers, policies, rules, statistics, defaults;

  [[nodiscard]] bool none() const {
    return columns.empty() && constraints.empty() && indexes.empty() && triggers.empty() && policies.empty() &&
           rules.empty() && statistics.empty() && defaults.empty();
  }
};

template <class Part>
std::set<std::string> missing(const std::vector<Part>& before, const std::vector<Part>& after) {
  std::set<std::string> names;
  for (const Part& part : before) names.insert(part.name);
  for (const Part& part : after) names.erase(part.name);
  return names;
}

class Restoration {
 public:
  Restoration(WayBack& way, bool concurrently) : way_(way), concurrently_(concurrently) {}

  void run() {
    find();
    const bool columns = std::ranges::any_of(parts_, [](const auto& each) { return !each.second.columns.empty(); });
    if (columns) {
      // What columns are made of comes before them.
      way_.definitions.forEach([&](const Definition& one) {
        if (isFoundation(one)) consider(one);
      });
      for (auto& [id, parts] : parts_) addColumns(*way_.before.find(id), parts);
    }
    way_.definitions.forEach([&](const Definition& one) {
      if (!columns || !isFoundation(one)) consider(one);
    });
    for (auto& [id, parts] : parts_) finish(*way_.before.find(id), parts);
    tellMissing();
  }

 private:
  void find() {
    way_.before.forEach([&](const Relation& relation) {
      const Relation* now = way_.after.find(relation.id);
      if (now != nullptr) return compare(relation, *now);
      const Relation* table = relation.isIndex() ? way_.before.find(relation.index.table) : nullptr;
      if (table == nullptr) {
        if (relation.kind != RelationKind::CompositeType) wanted_.insert(subjectOf(relation));
        if (relation.kind == RelationKind::Sequence && !relation.identitySequence)
          way_.lose("The position of the sequence " + nameOf(relation).text() + " is lost.");
      } else if (way_.after.find(table->id) != nullptr && !ofConstraint(*table, relation.id)) {
        parts_[table->id].indexes.insert(relation.name);
      }
    });
    way_.before.forEachType([&](const Type& type) {
      if (way_.after.type(type.schema, type.name) == nullptr && !ofRelation(type))
        wanted_.insert({.kind = Subject::Kind::Type, .schema = type.schema, .name = type.name});
    });
    way_.before.forEachRoutine([&](const Routine& routine) {
      const Routine* left = way_.after.routine(routine.schema, routine.name);
      if (left != nullptr && left->overloads >= routine.overloads) return;
      const Subject subject{.kind = Subject::Kind::Routine, .schema = routine.schema, .name = routine.name};
      if (routine.overloads > 1) {
        way_.lose("Which of the functions named " + routine.name + " is gone is not known.");
      } else {
        wanted_.insert(subject);
      }
    });
    for (const auto& [name, own] : way_.before.schemas) {
      if (!way_.after.schemas.contains(name))
        wanted_.insert({.kind = Subject::Kind::Schema, .schema = {}, .name = name});
    }
  }

  static bool isFoundation(const Definition& one) {
    return one.subjects[0].kind == Subject::Kind::Type || one.subjects[0].kind == Subject::Kind::Schema ||
           one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_SEQ_STMT;
  }

  /// The row type of a table goes and comes with it.
  [[nodiscard]] bool ofRelation(const Type& type) const {
    const Relation* relation = way_.before.find(type.relation);
    return relation != nullptr && relation->kind != RelationKind::CompositeType;
  }

  static bool ofConstraint(const Relation& table, ObjectId index) {
    return std::ranges::any_of(table.constraints, [&](const Constraint& constraint) {
      return constraint.index == index && constraint.kind != Constraint::Kind::ForeignKey;
    });
  }

  void compare(const Relation& before, const Relation& after) {
    LostParts parts;
    parts.columns = missing(before.columns, after.columns);
    parts.constraints = missing(before.constraints, after.constraints);
    parts.triggers = missing(before.triggers, after.triggers);
    parts.policies = missing(before.policies, after.policies);
    parts.rules = missing(before.rules, after.rules);
    parts.statistics = missing(before.statistics, after.statistics);
    for (const Column& column : before.columns) {
      const Column* now = after.column(column.name);
      if (now != nullptr && column.hasDefault && !now->hasDefault) parts.defaults.insert(column.name);
    }
    // What came down from a parent comes back with the parent's.
    for (const Column& column : before.columns) {
      if (!column.local) parts.columns.erase(column.name);
    }
    for (const Constraint& constraint : before.constraints) {
      if (!constraint.local) parts.constraints.erase(constraint.name);
    }
    for (const Trigger& trigger : before.triggers) {
      if (trigger.inherited) parts.triggers.erase(trigger.name);
    }
    if (!parts.none()) parts_[before.id].merge(std::move(parts));
  }

  void addColumns(const Relation& table, const LostParts& parts) {
    for (const Column& column : table.columns) {
      if (!parts.columns.contains(column.name)) continue;
      const PgQuery__ColumnDef* known = way_.definitions.column(table, column.name);
      if (known == nullptr) {
        way_.missDefinition("the column " + nameOf(table).text() + "." + column.name);
        continue;
      }
      auto* made = way_.trees.copy(*known);
      const bool mayBeEmpty = column.hasDefault || column.identity != ' ';
      if (column.notNull && !mayBeEmpty) {
        // Rows have nothing to put there.
        std::vector<PgQuery__Node*> constraints;
        for (auto* each : tree::nodes(made->n_constraints, made->constraints)) {
          if (each->constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) constraints.push_back(each);
        }
        made->n_constraints = constraints.size();
        made->constraints = way_.trees.list(constraints);
        way_.lose("The column " + nameOf(table).text() + "." + column.name +
                  " comes back without NOT NULL, as its values are lost.");
      }
      way_.alter(table, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn, {}, way_.trees.node(made)));
      if (table.columns.back().name != column.name)
        way_.lose("The column " + nameOf(table).text() + "." + column.name + " comes back as the last one.");
    }
  }

  void consider(const Definition& one) {
    if (std::ranges::any_of(one.subjects, [&](const Subject& subject) { return wanted_.contains(subject); })) {
      for (const Subject& subject : one.subjects) found_.insert(subject);
      return runWhole(one);
    }
    if (one.subjects[0].kind != Subject::Kind::Relation) return;
    const Relation* table = way_.before.find(one.subjects[0].schema, one.subjects[0].name);
    if (table == nullptr) return;
    const auto entry = parts_.find(table->id);
    if (entry == parts_.end()) return;
    considerPart(one, *table, entry->second);
  }

  /// What is said of a relation or type that is gone.
  void runWhole(const Definition& one) {
    if (one.tree->node_case == PG_QUERY__NODE__NODE_CREATE_STMT && one.tree->create_stmt->partbound != nullptr)
      return makePartition(one);
    if (one.tree->node_case == PG_QUERY__NODE__NODE_INDEX_STMT && comesWithParent(one.tree->index_stmt->idxname, one))
      return;
    if (const auto* command = onlyCommand(*one.tree);
        command != nullptr && command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition &&
        isIndexAttached(*command))
      return;
    way_.run(one);
  }

  [[nodiscard]] bool isIndexAttached(const PgQuery__AlterTableCmd& command) const {
    const auto* range = command.def->partition_cmd->name;
    const Relation* index = way_.before.lookUp(range->schemaname, range->relname);
    return index != nullptr && index->isIndex() && survives(*index);
  }

  /// The index is a part of one that is still there, and is made by itself with its table.
  [[nodiscard]] bool survives(const Relation& index) const {
    return std::ranges::any_of(index.parents, [&](ObjectId parent) {
      const Relation* whole = way_.before.find(parent);
      return way_.after.find(parent) != nullptr || (whole != nullptr && survives(*whole));
    });
  }

  [[nodiscard]] bool comesWithParent(const std::string& index, const Definition& one) const {
    const Relation* found = way_.before.find(one.subjects[0].schema, index);
    return found != nullptr && survives(*found);
  }

  void makePartition(const Definition& one) {
    auto* made = way_.trees.copy(*one.tree->create_stmt);
    const Relation* table = way_.before.find(one.subjects[0].schema, one.subjects[0].name);
    std::vector<PgQuery__Node*> elements;
    for (auto* element : tree::nodes(made->n_table_elts, made->table_elts)) {
      if (table != nullptr && element->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
        const Constraint* constraint = table->constraint(element->constraint->conname);
        const Relation* index = constraint == nullptr ? nullptr : way_.before.find(constraint->index);
        if (index != nullptr && survives(*index)) continue;
      }
      elements.push_back(element);
    }
    made->n_table_elts = elements.size();
    made->table_elts = way_.trees.list(elements);
    way_.run(way_.trees.node(made));
  }

  void considerPart(const Definition& one, const Relation& table, LostParts& parts) {
    const auto take = [&](std::set<std::string>& names, const std::string& name) {
      if (names.erase(name) != 0) way_.run(one);
    };
    switch (one.tree->node_case) {
      case PG_QUERY__NODE__NODE_INDEX_STMT: {
        const std::string name = one.tree->index_stmt->idxname;
        const Relation* index = way_.before.find(table.schema, name);
        if (index == nullptr || !parts.indexes.contains(name)) return;
        parts.indexes.erase(name);
        if (!index->parents.empty()) return;  // it comes back with the whole
        restored_.insert(name);
        way_.makeIndex(*index, concurrently_);
        return;
      }
      case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        restored_.insert(one.tree->create_trig_stmt->trigname);
        return take(parts.triggers, one.tree->create_trig_stmt->trigname);
      case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
        restored_.insert(one.tree->create_policy_stmt->policy_name);
        return take(parts.policies, one.tree->create_policy_stmt->policy_name);
      case PG_QUERY__NODE__NODE_RULE_STMT:
        restored_.insert(one.tree->rule_stmt->rulename);
        return take(parts.rules, one.tree->rule_stmt->rulename);
      case PG_QUERY__NODE__NODE_CREATE_STATS_STMT: {
        const auto* statistics = one.tree->create_stats_stmt;
        const std::vector<std::string> names =
            tree::stringsOf(tree::nodes(statistics->n_defnames, statistics->defnames));
        const std::string name = (names.size() > 1 ? "" : table.schema + ".") + joined(names);
        return take(parts.statistics, name);
      }
      case PG_QUERY__NODE__NODE_COMMENT_STMT: return comment(one, table, parts);
      case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT: return alteration(one, parts);
      default: return;
    }
  }

  static std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ".") + name;
    return text;
  }

  void comment(const Definition& one, const Relation& table, const LostParts& parts) {
    const auto* comment = one.tree->comment_stmt;
    const std::string name = lastNameOf(comment->object);
    const bool column = comment->objtype == Object::PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN;
    const bool constraint = comment->objtype == Object::PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT;
    if (column && parts.columns.contains(name)) late_.push_back(&one);
    if (constraint && parts.constraints.contains(name)) late_.push_back(&one);
    if (!column && !constraint && restored_.contains(name) && table.name != name) way_.run(one);
  }

  void alteration(const Definition& one, const LostParts& parts) {
    const auto* command = onlyCommand(*one.tree);
    if (command == nullptr) return;
    const std::string name = command->name;
    switch (command->subtype) {
      case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaRule:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysRule:
        if (restored_.contains(name)) way_.run(one);
        return;
      case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression:
        if (parts.columns.contains(name)) way_.run(one);
        return;
      default: return;
    }
  }

  /// Constraints stand inside of their table's statement, so that they come after everything else; keys come before
  /// what refers to them.
  void finish(const Relation& table, LostParts& parts) {
    for (const bool foreign : {false, true}) {
      for (const Constraint& constraint : table.constraints) {
        if (!parts.constraints.contains(constraint.name)) continue;
        if ((constraint.kind == Constraint::Kind::ForeignKey) != foreign) continue;
        if (foreign) {
          foreignKeys_.emplace_back(&table, &constraint);
        } else {
          addOwn(table, constraint, parts);
        }
      }
    }
    for (const std::string& column : parts.defaults) way_.setDefault(table, column, true);
    for (const std::string& name : parts.indexes) {
      const Relation* index = way_.before.find(table.schema, name);
      if (index == nullptr || index->parents.empty()) way_.missDefinition("the index " + name);
    }
    for (const std::string& name : parts.triggers) way_.missDefinition("the trigger " + name);
    for (const std::string& name : parts.policies) way_.missDefinition("the policy " + name);
    for (const std::string& name : parts.rules) way_.missDefinition("the rule " + name);
    for (const std::string& name : parts.statistics) way_.missDefinition("the statistics " + name);
    for (const Relation* index : way_.before.indexesOf(table.id)) {
      if (restored_.contains(index->name)) restoreUse(table, index->id);
    }
  }

  void addOwn(const Relation& table, const Constraint& constraint, const LostParts& parts) {
    const bool overLost = std::ranges::any_of(
        constraint.columns, [&](const std::string& column) { return parts.columns.contains(column); });
    const bool check = constraint.kind == Constraint::Kind::Check;
    if (overLost && constraint.kind == Constraint::Kind::PrimaryKey) {
      unmade_.insert(constraint.index);
      return way_.lose("The key " + constraint.name + " can only come back when its columns have values again.");
    }
    if (overLost && check) tellUnchecked(constraint);
    way_.addConstraint(table, constraint, constraint.validated && !(overLost && check));
    restoreUse(table, constraint.index);
    for (const Relation* heir : way_.after.descendantsOf(table.id)) {
      const Relation* was = way_.before.find(heir->id);
      const Constraint* old = was == nullptr ? nullptr : was->constraint(constraint.name);
      if (old != nullptr && !old->local && heir->constraint(constraint.name) != nullptr)
        way_.lose("The constraint " + constraint.name + " of " + nameOf(*heir).text() + " stays its own, too.");
    }
  }

  void addForeignKey(const Relation& table, const Constraint& constraint) {
    if (unmade_.contains(constraint.index))
      return way_.lose("The constraint " + constraint.name + " can only come back after the key that it leads to.");
    const Relation* referenced = way_.after.find(constraint.referenced);
    const bool rowsLost =
        referenced == nullptr || std::ranges::any_of(constraint.referencedColumns, [&](const std::string& column) {
          return referenced->column(column) == nullptr;
        });
    if (rowsLost && constraint.validated) tellUnchecked(constraint);
    // A partitioned table takes no key that isn't checked.
    if (rowsLost && table.kind == RelationKind::PartitionedTable) return;
    way_.addConstraint(table, constraint, constraint.validated && !rowsLost);
  }

  void tellUnchecked(const Constraint& constraint) {
    way_.lose("The constraint " + constraint.name + " can't be checked before the rows are there again.");
  }

  /// A table is clustered on an index, or known by it to its subscribers.
  void restoreUse(const Relation& table, ObjectId id) {
    const Relation* index = way_.before.find(id);
    if (index == nullptr) return;
    if (index->index.clustered) way_.alter(table, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn, index->name));
    if (index->index.replicaIdentity) {
      auto* identity = way_.trees.make(pg_query__replica_identity_stmt__init);
      identity->identity_type = way_.trees.text("i");
      identity->name = way_.trees.text(index->name);
      way_.alter(table, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity, {}, way_.trees.node(identity)));
    }
  }

  void tellMissing() {
    for (const auto& [table, constraint] : foreignKeys_) addForeignKey(*table, *constraint);
    for (const Definition* comment : late_) way_.run(*comment);
    for (const Subject& subject : wanted_) {
      if (!found_.contains(subject) || !way_.definitions.knows(subject)) {
        const bool identity = [&] {
          const Relation* relation = way_.before.find(subject.schema, subject.name);
          return subject.kind == Subject::Kind::Relation && relation != nullptr && relation->identitySequence;
        }();
        if (!identity) way_.missDefinition((subject.schema.empty() ? "" : subject.schema + ".") + subject.name);
      }
    }
  }

  struct Parts : LostParts {
    void merge(LostParts&& other) {
      columns.merge(other.columns);
      constraints.merge(other.constraints);
      indexes.merge(other.indexes);
      triggers.merge(other.triggers);
      policies.merge(other.policies);
      rules.merge(other.rules);
      statistics.merge(other.statistics);
      defaults.merge(other.defaults);
    }
  };

  WayBack& way_;
  bool concurrently_;
  std::set<Subject> wanted_;
  std::set<Subject> found_;
  std::map<ObjectId, Parts> parts_;
  std::set<std::string> restored_;
  std::vector<std::pair<const Relation*, const Constraint*>> foreignKeys_;
  std::vector<const Definition*> late_;
  std::set<ObjectId> unmade_;  ///< indexes of keys that don't come back
};

}  // namespace

void restoreLost(WayBack& way, bool concurrently) { Restoration(way, concurrently).run(); }

}  // namespace hotswap::analysis::postgres
