#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "db/postgres/postgres_statement.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

void need(Statement& statement, ObjectReference object, bool ifExists = false) {
  if (object.name.empty()) return;
  object.ifExists = ifExists;
  statement.needs.push_back(std::move(object));
}

bool sameName(const ObjectReference& a, const ObjectReference& b) { return a.schema == b.schema && a.name == b.name; }

/// What a constraint names: the table a foreign key leads to, its columns there, the index it makes.
/// `madeHere`: the table is made by the same statement, so that its own columns are not to be looked for.
void describeConstraint(const PgQuery__Constraint& constraint, const ObjectReference& table, bool madeHere,
                        Statement& statement) {
  const auto type = constraint.contype;
  if (type == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN && constraint.pktable != nullptr) {
    const ObjectReference parent = relation(*constraint.pktable);
    if (!(madeHere && sameName(parent, table))) {
      need(statement, parent);
      for (const std::string& column : stringsOf(nodes(constraint.n_pk_attrs, constraint.pk_attrs))) {
        need(statement, partOf(parent, Kind::Column, column));
      }
    }
  }
  const bool makesIndex = type == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY ||
                          type == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE ||
                          type == PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION;
  if (makesIndex && *constraint.conname != '\0') {
    statement.makes.push_back(partOf(table, Kind::Index, constraint.conname));
  }
}

/// Constraints that make a new column more than an addition: existing rows must meet them.
bool restricts(const PgQuery__Constraint& constraint) {
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NULL:
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE: return false;
    default: return true;
  }
}

/// Whether a new column with this constraint must be computed for every existing row. A default is not when it is the
/// same for all rows (PostgreSQL 11 and later keep it in the catalog); functions other than well-known ones may be
/// volatile.
bool fillsRows(const PgQuery__Constraint& constraint) {
  if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY ||
      constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED) {
    return true;
  }
  if (constraint.contype != PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT || constraint.raw_expr == nullptr) return false;
  // Volatile, though it changes nothing.
  const auto isRandom = [](std::string_view name) { return name == "random" || name == "gen_random_uuid"; };
  bool fills = false;
  walk(constraint.raw_expr->base, [&](const ProtobufCMessage& below) {
    if (below.descriptor == &pg_query__func_call__descriptor) {
      const auto& call = reinterpret_cast<const PgQuery__FuncCall&>(below);
      const std::string name = qualified(stringsOf(nodes(call.n_funcname, call.funcname))).name;
      fills = fills || isUnknownCall(below) || isRandom(name);
    }
    return !fills;
  });
  return fills;
}

struct ColumnEffect {
  bool restricts = false;
  bool fills = false;
};

ColumnEffect describeColumn(const PgQuery__ColumnDef& column, const ObjectReference& table, bool madeHere,
                            Statement& statement) {
  ColumnEffect effect;
  if (column.type_name != nullptr) {
    need(statement, typeOf(*column.type_name));
    effect.fills = isSerial(*column.type_name);
  }
  for (const auto* node : nodes(column.n_constraints, column.constraints)) {
    const PgQuery__Constraint& constraint = *node->constraint;
    describeConstraint(constraint, table, madeHere, statement);
    effect.restricts = effect.restricts || restricts(constraint);
    effect.fills = effect.fills || fillsRows(constraint);
  }
  return effect;
}

void describeCreate(const PgQuery__CreateStmt& create, Statement& statement) {
  const ObjectReference table = relation(*create.relation);
  ObjectReference made = table;
  made.ifExists = create.if_not_exists != 0;
  statement.makes.push_back(made);
  for (const auto* parent : nodes(create.n_inh_relations, create.inh_relations))
    need(statement, relation(*parent->range_var));
  if (create.of_typename != nullptr) need(statement, typeOf(*create.of_typename));
  const auto describeElement = [&](const PgQuery__Node* element) {
    if (element->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) {
      describeColumn(*element->column_def, table, true, statement);
    } else if (element->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
      describeConstraint(*element->constraint, table, true, statement);
    }
  };
  const auto elements = nodes(create.n_table_elts, create.table_elts);
  std::ranges::for_each(elements, describeElement);
  std::ranges::for_each(nodes(create.n_constraints, create.constraints), describeElement);
  // The table a foreign key leads to, a parent or a partitioned table is locked too, and behaves differently from then
  // on.
  statement.additive =
      std::ranges::none_of(statement.needs, [](const ObjectReference& object) { return object.kind == Kind::Table; });
  for (const auto* element : elements) {
    if (element->node_case == PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE)
      need(statement, relation(*element->table_like_clause->relation));
  }
}

/// What one action of an ALTER TABLE adds to the picture.
class AlterTable {
 public:
  AlterTable(const PgQuery__AlterTableStmt& alter, Statement& statement)
      : table_(relation(*alter.relation, kindOf(alter.objtype))),
        ifExists_(alter.missing_ok != 0),
        alter_(alter),
        statement_(statement) {}

  void describe() {
    const auto commands = nodes(alter_.n_cmds, alter_.cmds);
    need(statement_, table_, ifExists_);
    statement_.kind = "ALTER " + std::string(nameOf(alter_.objtype));
    statement_.lockClass = LockClass::Weak;
    bool additive = !commands.empty();
    for (const auto* node : commands) {
      additive_ = false;
      lock_ = LockClass::Strong;
      describe(*node->alter_table_cmd);
      additive = additive && additive_;
      if (lock_ == LockClass::Strong) statement_.lockClass = LockClass::Strong;
    }
    if (commands.empty()) statement_.lockClass = LockClass::Strong;
    statement_.additive = additive;
    // What the statement adds itself needn't be there before.
    std::erase_if(statement_.needs, [&](const ObjectReference& needed) {
      return needed.kind == Kind::Column && std::ranges::any_of(statement_.makes, [&](const ObjectReference& made) {
               return made.kind == Kind::Column && made.name == needed.name && made.table == needed.table &&
                      made.schema == needed.schema;
             });
    });
  }

 private:
  void describe(const PgQuery__AlterTableCmd& command);
  void addColumn(const PgQuery__AlterTableCmd& command);
  void addConstraint(const PgQuery__Constraint& constraint);
  void addIndexConstraint(const PgQuery__Constraint& constraint);
  void partition(const PgQuery__AlterTableCmd& command);

  void needPart(Kind kind, const PgQuery__AlterTableCmd& command) {
    if (*command.name != '\0')
      need(statement_, partOf(table_, kind, command.name), ifExists_ || command.missing_ok != 0);
  }
  void dropPart(Kind kind, const PgQuery__AlterTableCmd& command) {
    ObjectReference part = partOf(table_, kind, command.name);
    part.ifExists = ifExists_ || command.missing_ok != 0;
    statement_.drops.push_back(std::move(part));
    statement_.destructive = true;
    if (command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) statement_.opaque = true;
  }

  ObjectReference table_;
  bool ifExists_;
  const PgQuery__AlterTableStmt& alter_;
  Statement& statement_;
  bool additive_ = false;               ///< of the present action
  LockClass lock_ = LockClass::Strong;  ///< of the present action
};

void AlterTable::addColumn(const PgQuery__AlterTableCmd& command) {
  const PgQuery__ColumnDef& column = *command.def->column_def;
  ObjectReference made = partOf(table_, Kind::Column, column.colname);
  made.ifExists = command.missing_ok != 0;
  statement_.makes.push_back(std::move(made));
  const ColumnEffect effect = describeColumn(column, table_, false, statement_);
  additive_ = !effect.restricts && !effect.fills;
  statement_.rewrites = statement_.rewrites || effect.fills;
}

void AlterTable::addConstraint(const PgQuery__Constraint& constraint) {
  if (*constraint.indexname != '\0') return addIndexConstraint(constraint);
  describeConstraint(constraint, table_, false, statement_);
  for (const std::string& column : stringsOf(nodes(constraint.n_fk_attrs, constraint.fk_attrs))) {
    need(statement_, partOf(table_, Kind::Column, column));
  }
  for (const std::string& column : stringsOf(nodes(constraint.n_keys, constraint.keys))) {
    need(statement_, partOf(table_, Kind::Column, column));
  }
  if (*constraint.conname != '\0') statement_.makes.push_back(partOf(table_, Kind::Constraint, constraint.conname));
}

/// The index becomes the constraint's and takes its name.
void AlterTable::addIndexConstraint(const PgQuery__Constraint& constraint) {
  const ObjectReference index = reference(Kind::Index, {table_.schema, constraint.indexname});
  const std::string name = *constraint.conname == '\0' ? constraint.indexname : constraint.conname;
  if (name == index.name) {
    need(statement_, index);
  } else {
    statement_.drops.push_back(index);
    statement_.makes.push_back(partOf(table_, Kind::Index, name));
  }
  statement_.makes.push_back(partOf(table_, Kind::Constraint, name));
}

void AlterTable::partition(const PgQuery__AlterTableCmd& command) {
  const PgQuery__PartitionCmd& partition = *command.def->partition_cmd;
  if (partition.name != nullptr) need(statement_, relation(*partition.name, table_.kind));
  if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition) return;
  statement_.destructive = true;
  if (partition.concurrent != 0) {
    lock_ = LockClass::Weak;
    statement_.transactional = false;
    const ObjectReference child = relation(*partition.name, table_.kind);
    statement_.concurrentDetach = ConcurrentDetach{table_.schema, table_.name, child.schema, child.name};
  }
}

#define HOTSWAP_ACTION(action) PG_QUERY__ALTER_TABLE_TYPE__AT_##action
void AlterTable::describe(const PgQuery__AlterTableCmd& command) {
  switch (command.subtype) {
    case HOTSWAP_ACTION(AddColumn): addColumn(command); break;
    case HOTSWAP_ACTION(DropColumn): dropPart(Kind::Column, command); break;
    case HOTSWAP_ACTION(DropConstraint): dropPart(Kind::Constraint, command); break;
    case HOTSWAP_ACTION(AddConstraint):
      if (command.def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) addConstraint(*command.def->constraint);
      break;
    case HOTSWAP_ACTION(ValidateConstraint):
      lock_ = LockClass::Weak;
      needPart(Kind::Constraint, command);
      break;
    case HOTSWAP_ACTION(AlterConstraint):
      if (command.def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
        need(statement_, partOf(table_, Kind::Constraint, command.def->constraint->conname), ifExists_);
      }
      break;
    case HOTSWAP_ACTION(AlterColumnType):
      statement_.destructive = true;
      statement_.rewrites = true;
      needPart(Kind::Column, command);
      if (command.def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF && command.def->column_def->type_name != nullptr) {
        need(statement_, typeOf(*command.def->column_def->type_name));
      }
      break;
    case HOTSWAP_ACTION(SetStatistics):  // ALTER INDEX numbers the column instead of naming it
    case HOTSWAP_ACTION(SetOptions):
    case HOTSWAP_ACTION(ResetOptions):
      lock_ = LockClass::Weak;
      needPart(Kind::Column, command);
      break;
    case HOTSWAP_ACTION(ColumnDefault):
    case HOTSWAP_ACTION(DropNotNull):
    case HOTSWAP_ACTION(SetNotNull):
    case HOTSWAP_ACTION(DropExpression):
    case HOTSWAP_ACTION(SetStorage):
    case HOTSWAP_ACTION(SetCompression):
    case HOTSWAP_ACTION(SetIdentity):
    case HOTSWAP_ACTION(AlterColumnGenericOptions):
    case HOTSWAP_ACTION(AddIdentity): needPart(Kind::Column, command); break;
    case HOTSWAP_ACTION(DropIdentity):
      // IF EXISTS here is about the identity, not the column.
      need(statement_, partOf(table_, Kind::Column, command.name), ifExists_);
      break;
    case HOTSWAP_ACTION(SetRelOptions):
    case HOTSWAP_ACTION(ResetRelOptions):
      lock_ = alter_.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ? LockClass::Strong : LockClass::Weak;
      break;
    case HOTSWAP_ACTION(DropCluster): lock_ = LockClass::Weak; break;
    case HOTSWAP_ACTION(ClusterOn):
      lock_ = LockClass::Weak;
      need(statement_, reference(Kind::Index, {table_.schema, command.name}));
      break;
    case HOTSWAP_ACTION(SetLogged):
    case HOTSWAP_ACTION(SetUnLogged):
    case HOTSWAP_ACTION(SetAccessMethod):
    case HOTSWAP_ACTION(SetTableSpace): statement_.rewrites = true; break;
    case HOTSWAP_ACTION(AttachPartition):
    case HOTSWAP_ACTION(DetachPartition):
    case HOTSWAP_ACTION(DetachPartitionFinalize): partition(command); break;
    case HOTSWAP_ACTION(AddInherit):
    case HOTSWAP_ACTION(DropInherit):
      if (command.def != nullptr && command.def->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) {
        need(statement_, relation(*command.def->range_var));
      }
      break;
    case HOTSWAP_ACTION(EnableTrig):
    case HOTSWAP_ACTION(EnableAlwaysTrig):
    case HOTSWAP_ACTION(EnableReplicaTrig):
    case HOTSWAP_ACTION(DisableTrig): needPart(Kind::Trigger, command); break;
    default: break;
  }
}
#undef HOTSWAP_ACTION

}  // namespace

bool describeTable(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      statement.kind = "CREATE TABLE";
      describeCreate(*node.create_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      statement.kind = "CREATE FOREIGN TABLE";
      describeCreate(*node.create_foreign_table_stmt->base_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT: AlterTable(*node.alter_table_stmt, statement).describe(); return true;
    default: return false;
  }
}

}  // namespace hotswap::db::postgres
