#include <algorithm>
#include <iterator>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/partition.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// INCLUDING flags as the server numbers them.
enum Including : std::uint32_t {
  Constraints = 1U << 2U,
  Defaults = 1U << 3U,
  Generated = 1U << 4U,
  Identity = 1U << 5U,
  Indexes = 1U << 6U,
  StatisticsToo = 1U << 7U,
  Storage = 1U << 8U
};

class CreateTable {
 public:
  CreateTable(const PgQuery__CreateStmt& statement, bool foreign, Simulation& simulation)
      : statement_(statement), simulation_(simulation) {
    if (foreign) table_.kind = RelationKind::ForeignTable;
  }

  void play() {
    table_.schema = simulation_.schemaFor(*statement_.relation);
    table_.name = statement_.relation->relname;
    table_.persistence = *statement_.relation->relpersistence == '\0' ? 'p' : *statement_.relation->relpersistence;
    if (simulation_.schema.find(table_.schema, table_.name) != nullptr) {
      if (statement_.if_not_exists == 0) simulation_.fail("relation \"" + table_.name + "\" already exists");
      return;
    }
    describe();
    inherit();
    elements();
    const bool partition = statement_.partbound != nullptr;
    if (partition) bound();
    if (simulation_.failed()) return;
    id_ = simulation_.make(std::move(table_));
    for (const auto& [column, identity] : sequences_) makeSequence(id_, column, identity, simulation_);
    for (const auto& [constraint, column] : ordered()) {
      if (simulation_.failed()) return;
      addConstraint(id_, *constraint, {.column = column}, simulation_);
    }
    for (const Source& like : likes_) copyParts(like.relation);
    if (partition) becomePartition();
  }

 private:
  void describe() {
    if (table_.kind == RelationKind::ForeignTable) table_.replicaIdentity = 'n';
    if (statement_.partspec != nullptr) {
      table_.kind = RelationKind::PartitionedTable;
      table_.partitionBy = *statement_.partspec->strategy;
      if (table_.partitionBy >= 'A' && table_.partitionBy <= 'Z')
        table_.partitionBy = static_cast<char>(table_.partitionBy + ' ');
      for (const auto* node : tree::nodes(statement_.partspec->n_part_params, statement_.partspec->part_params))
        table_.partitionKey.emplace_back(node->partition_elem->name);
    }
    if (table_.kind == RelationKind::Table)
      table_.accessMethod = *statement_.access_method == '\0' ? "heap" : statement_.access_method;
    const std::string tablespace = statement_.tablespacename;
    if (tablespace != "pg_default") table_.tablespace = tablespace;
    for (const auto* node : tree::nodes(statement_.n_options, statement_.options)) {
      const PgQuery__DefElem& option = *node->def_elem;
      if (*option.defnamespace == '\0' && std::string_view(option.defname) != "oids")
        table_.options[option.defname] = optionText(option);
    }
    if (statement_.of_typename != nullptr) copyType(*statement_.of_typename);
  }

  void copyType(const PgQuery__TypeName& name) {
    const auto qualified = tree::qualified(tree::stringsOf(tree::nodes(name.n_names, name.names)));
    const Type* type = simulation_.schema.type(qualified.schema, qualified.name);
    if (type == nullptr) return;
    table_.typedBy = type->schema + "." + type->name;
    if (const Relation* attributes = simulation_.schema.find(type->relation)) table_.columns = attributes->columns;
  }

  void inherit() {
    for (const auto* node : tree::nodes(statement_.n_inh_relations, statement_.inh_relations)) {
      const Relation* parent = simulation_.find(*node->range_var);
      if (parent == nullptr) return;
      const bool partition = statement_.partbound != nullptr;
      simulation_.lock(*parent, partition ? LockMode::AccessExclusive : LockMode::ShareUpdateExclusive);
      table_.parents.push_back(parent->id);
      for (Column column : parent->columns) {
        if (Column* same = table_.column(column.name)) {
          ++same->inherited;
          continue;
        }
        column.local = false;
        column.inherited = 1;
        column.identity = ' ';
        table_.columns.push_back(std::move(column));
      }
      for (Constraint constraint : parent->constraints) {
        if (constraint.kind != Constraint::Kind::Check || constraint.noInherit) continue;
        if (Constraint* same = table_.constraint(constraint.name)) {
          ++same->inherited;
          continue;
        }
        constraint.local = false;
        constraint.inherited = 1;
        constraint.validated = true;
        table_.constraints.push_back(std::move(constraint));
      }
    }
  }

  void elements() {
    for (const auto* node : tree::nodes(statement_.n_table_elts, statement_.table_elts)) {
      if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) {
        addColumn(*node->column_def);
      } else if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
        constraints_.emplace_back(node->constraint, std::string());
      } else if (node->node_case == PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE) {
        copyColumns(*node->table_like_clause);
      }
    }
    for (const auto* node : tree::nodes(statement_.n_constraints, statement_.constraints))
      constraints_.emplace_back(node->constraint, std::string());
    // The columns of a primary key hold no null.
    for (const auto& [constraint, column] : constraints_) {
      if (constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) continue;
      for (const std::string& key : tree::stringsOf(tree::nodes(constraint->n_keys, constraint->keys))) {
        if (Column* found = table_.column(key)) found->notNull = true;
      }
    }
  }

  void addColumn(const PgQuery__ColumnDef& definition) {
    const NewColumn made = newColumn(definition, simulation_);
    for (const PgQuery__Constraint* constraint : made.constraints)
      constraints_.emplace_back(constraint, definition.colname);
    if (made.serial || made.column.identity != ' ')
      sequences_.emplace_back(definition.colname, made.column.identity != ' ');
    if (Column* same = table_.column(definition.colname)) {
      // Inherited as well, or told by the type: what is said here comes on top.
      same->notNull = same->notNull || made.column.notNull;
      if (made.column.hasDefault) {
        same->hasDefault = true;
        same->functions = made.column.functions;
        same->sequences = made.column.sequences;
      }
      if (statement_.partbound == nullptr) same->local = true;
      return;
    }
    table_.columns.push_back(made.column);
  }

  void copyColumns(const PgQuery__TableLikeClause& like) {
    const Relation* source = simulation_.find(*like.relation);
    if (source == nullptr) return;
    simulation_.lock(*source, LockMode::AccessShare);
    const auto includes = [&](Including flag) { return (like.options & flag) != 0; };
    for (const Column& column : source->columns) {
      Column copy;
      copy.name = column.name;
      copy.type = column.type;
      copy.collation = column.collation;
      copy.notNull = column.notNull;
      if (column.generated ? includes(Generated) : includes(Defaults)) {
        copy.hasDefault = column.hasDefault;
        copy.generated = column.generated;
        copy.computedFrom = column.computedFrom;
        copy.functions = column.functions;
        copy.sequences = column.sequences;
      }
      if (column.identity != ' ' && includes(Identity)) {
        copy.identity = column.identity;
        sequences_.emplace_back(column.name, true);
      }
      if (includes(Storage)) copy.storage = column.storage;
      table_.columns.push_back(std::move(copy));
    }
    if (includes(Constraints)) {
      for (Constraint constraint : source->constraints) {
        if (constraint.kind != Constraint::Kind::Check) continue;
        constraint.local = true;
        constraint.inherited = 0;
        constraint.validated = true;
        table_.constraints.push_back(std::move(constraint));
      }
    }
    likeOptions_ = like.options;
    likes_.push_back({source->id, {}});
  }

  /// Indexes and statistics of LIKE.
  void copyParts(ObjectId source) {
    const Relation from = simulation_.at(source);
    if ((likeOptions_ & Including::Indexes) != 0) {
      for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(source)))
        copyIndex(from, *index);
    }
    if ((likeOptions_ & Including::StatisticsToo) != 0) {
      for (const Statistics& each : from.statistics) {
        const Relation& table = simulation_.at(id_);
        const std::string name = table.schema + "." + table.name + "_" + joinedColumns(each.columns) + "_stat";
        simulation_.edit(id_, [&](Relation& relation) { relation.statistics.push_back({name, each.columns}); });
      }
    }
  }

  void copyIndex(const Relation& from, const Relation& index) {
    IndexPlan plan;
    plan.shape = index.index;
    plan.shape.clustered = plan.shape.replicaIdentity = false;
    plan.functions = index.functions;
    plan.nameParts = index.index.expressions ? index.index.keyNames : index.index.keys;
    plan.nameParts.insert(plan.nameParts.end(), index.index.included.begin(), index.index.included.end());
    const auto constraint = std::ranges::find_if(from.constraints, [&](const Constraint& each) {
      return each.index == index.id && each.kind != Constraint::Kind::ForeignKey;
    });
    if (constraint == from.constraints.end()) {
      makeIndex(id_, plan, "", false, simulation_);
      return;
    }
    Constraint copy = *constraint;
    const Relation& table = simulation_.at(id_);
    const bool primary = copy.kind == Constraint::Kind::PrimaryKey;
    copy.name =
        freeRelationName(simulation_.schema, table.schema, table.name, primary ? "" : joinedColumns(plan.nameParts),
                         primary                                 ? "pkey"
                         : copy.kind == Constraint::Kind::Unique ? "key"
                                                                 : "excl");
    copy.index = 0;
    copy.local = true;
    copy.inherited = 0;
    simulation_.edit(id_, [&](Relation& relation) { relation.constraints.push_back(copy); });
    makeIndex(id_, plan, copy.name, false, simulation_);
  }

  /// Checks first, keys next, foreign keys last: as the server makes them.
  [[nodiscard]] std::vector<std::pair<const PgQuery__Constraint*, std::string>> ordered() const {
    const auto rank = [](const PgQuery__Constraint& constraint) {
      if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK) return 0;
      if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) return 1;
      return constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN ? 3 : 2;
    };
    auto sorted = constraints_;
    std::ranges::stable_sort(sorted, {}, [&](const auto& pair) { return rank(*pair.first); });
    return sorted;
  }

  void bound() { table_.bound = boundText(*statement_.partbound); }

  void becomePartition() {
    const ObjectId parent = simulation_.at(id_).parents.front();
    if (simulation_.at(id_).bound != "DEFAULT")
      checkDefaultPartition(parent, id_, simulation_.at(id_).bound, simulation_);
    for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(parent))) {
      simulation_.lock(*index, LockMode::ShareUpdateExclusive);
      cloneIndex(index->id, id_, simulation_);
    }
    cloneTriggers(parent, id_, simulation_);
    cloneForeignKeys(parent, id_, false, simulation_);
    for (const auto& [owner, key] : simulation_.schema.foreignKeysTo(parent)) {
      if (!owner->isPartition()) simulation_.lock(*owner, LockMode::ShareRowExclusive);
    }
  }

  const PgQuery__CreateStmt& statement_;
  Simulation& simulation_;
  Relation table_;
  ObjectId id_ = 0;
  std::uint32_t likeOptions_ = 0;
  std::vector<Source> likes_;
  std::vector<std::pair<std::string, bool>> sequences_;  ///< column, identity
  std::vector<std::pair<const PgQuery__Constraint*, std::string>> constraints_;
};

}  // namespace

bool playCreateTable(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT: CreateTable(*node.create_stmt, false, simulation).play(); return true;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      CreateTable(*node.create_foreign_table_stmt->base_stmt, true, simulation).play();
      return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
