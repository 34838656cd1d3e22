#include <algorithm>
#include <set>

#include "analysis/postgres/inverse/alter_table.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// How values of a type are stored where nothing else is said (pg_type.typstorage); empty where that isn't known.
std::string_view usualStorage(const TypeUse& type) {
  static const std::set<std::string, std::less<>> extended{"text", "varchar", "bpchar", "bytea", "json",   "jsonb",
                                                           "xml",  "bit",     "varbit", "path",  "polygon"};
  static const std::set<std::string, std::less<>> plain{"int2", "int4", "int8", "bool", "float4",      "float8",
                                                        "date", "uuid", "time", "oid",  "timestamptz", "timestamp"};
  static const std::set<std::string, std::less<>> main{"numeric", "inet", "cidr"};
  if (type.array || extended.contains(type.name)) return "extended";
  if (plain.contains(type.name)) return "plain";
  if (main.contains(type.name)) return "main";
  return {};
}

/// The server has a cast from one type to the other, be it by way of their texts.
bool convertsBack(const TypeUse& from, const TypeUse& to) {
  static const std::set<std::string, std::less<>> texts{"text", "varchar", "bpchar"};
  static const std::set<std::string, std::less<>> numbers{"int2", "int4", "int8", "numeric", "float4", "float8"};
  static const std::set<std::string, std::less<>> moments{"timestamp", "timestamptz", "date"};
  static const std::set<std::string, std::less<>> documents{"json", "jsonb"};
  if (from.array != to.array) return texts.contains(from.array ? to.name : from.name);
  if (texts.contains(from.name) || texts.contains(to.name)) return true;
  const auto both = [&](const auto& types) { return types.contains(from.name) && types.contains(to.name); };
  return both(numbers) || both(moments) || both(documents) || from == to;
}

std::string_view storageWord(char storage) {
  switch (storage) {
    case 'p': return "plain";
    case 'e': return "external";
    case 'm': return "main";
    default: return "extended";
  }
}

}  // namespace

bool AlterTableInverse::invertColumn(const Command& command) {
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn: addColumn(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault: columnDefault(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull: columnNull(command, true); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull: columnNull(command, false); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType: columnType(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage: columnStorage(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetCompression: columnSetting(command, command.subtype); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions: columnOptions(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity: identity(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression: {
      const Column* column = before_ == nullptr ? nullptr : before_->column(command.name);
      if (column == nullptr || column->generated) way_.lose("A column can't be made a computed one again.");
      return true;
    }
    default: return false;
  }
}

void AlterTableInverse::addColumn(const Command& command) {
  const std::string name = command.def->column_def->colname;
  if (before_ != nullptr && before_->column(name) != nullptr) {
    if (command.missing_ok == 0) way_.lose("The column " + name + " is not the one from before.");
    return;
  }
  if (command.missing_ok != 0 && (before_ == nullptr || !before_->known))
    way_.lose("Whether the column " + name + " was there before is not known without the database.");
  // A heir that had such a column keeps it.
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn, name);
  if (before_ == nullptr || only()) return;
  for (const Relation* below : way_.before.descendantsOf(before_->id)) {
    if (below->column(name) != nullptr && !before_->isPartition())
      way_.lose("The column " + name + " of " + nameOf(*below).text() + " counts as an inherited one, too.");
  }
}

void AlterTableInverse::columnDefault(const Command& command) {
  const Relation* table = known("the default of " + std::string(command.name));
  if (table == nullptr) return;
  const std::vector<const Relation*> tables = reached();
  const bool none = std::ranges::none_of(tables, [&](const Relation* each) {
    const Column* column = each->column(command.name);
    return column != nullptr && column->hasDefault;
  });
  if (none || tables.size() == 1) return way_.setDefault(*table, command.name, only());
  for (const Relation* each : tables) way_.setDefault(*each, command.name, true);
}

void AlterTableInverse::columnNull(const Command& command, bool set) {
  const Relation* table = known("whether " + std::string(command.name) + " takes NULL");
  if (table == nullptr) return;
  const Column* column = table->column(command.name);
  if (column == nullptr) return way_.missDefinition("whether " + std::string(command.name) + " takes NULL");
  if (column->notNull != set)
    simply(set ? PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull : PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull, command.name);
  for (const Relation* below : reached()) {
    const Column* there = below->column(command.name);
    const Relation* now = way_.after.find(below->id);
    if (below == table || there == nullptr || now == nullptr) continue;
    const Column* later = now->column(command.name);
    if (later == nullptr) continue;
    const bool moved = column->notNull != set ? there->notNull != column->notNull : later->notNull != there->notNull;
    if (moved)
      way_.alter(*below,
                 way_.action(there->notNull ? PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull
                                            : PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull,
                             command.name),
                 true);
  }
}

void AlterTableInverse::columnType(const Command& command) {
  const Relation* table = known("the type of " + std::string(command.name));
  if (table == nullptr) return;
  const Column* column = table->column(command.name);
  if (column == nullptr) return way_.missDefinition("the type of " + std::string(command.name));
  auto* type = way_.trees.type(column->type);
  if (type == nullptr) {
    const PgQuery__TypeName* known = way_.definitions.columnType(*table, command.name);
    if (known == nullptr) return way_.missDefinition("the type of " + std::string(command.name));
    type = way_.trees.copy(*known);
  }
  auto* definition = way_.trees.make(pg_query__column_def__init);
  definition->type_name = type;
  if (!column->collation.empty()) {
    auto* collation = way_.trees.make(pg_query__collate_clause__init);
    collation->n_collname = 1;
    collation->collname = way_.trees.list({way_.trees.string(column->collation)});
    definition->coll_clause = collation;
  }
  const Column* now = after_ == nullptr ? nullptr : after_->column(command.name);
  const bool sameFamily =
      now != nullptr && now->type.name == column->type.name && now->type.array == column->type.array;
  if (!sameFamily && (now == nullptr || !convertsBack(now->type, column->type)))
    return way_.lose("No conversion back to the type of " + std::string(command.name) + " is known.");
  if (!sameFamily && !column->generated && table->kind != RelationKind::ForeignTable) {
    auto* field = way_.trees.make(pg_query__column_ref__init);
    field->n_fields = 1;
    field->fields = way_.trees.list({way_.trees.string(command.name)});
    auto* cast = way_.trees.make(pg_query__type_cast__init);
    cast->arg = way_.trees.node(field);
    cast->type_name = type;
    definition->raw_default = way_.trees.node(cast);
  }
  const std::vector<const Relation*> tables = reached();
  const bool hasDefault = column->hasDefault && !column->generated;
  if (hasDefault && !sameFamily) simply(PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault, command.name);
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType, command.name, way_.trees.node(definition));
  if (hasDefault) {
    for (const Relation* each : tables) way_.setDefault(*each, command.name, true);
  }
}

void AlterTableInverse::columnStorage(const Command& command) {
  const Relation* table = known("how " + std::string(command.name) + " is stored");
  if (table == nullptr) return;
  for (const Relation* each : reached()) {
    const Column* column = each->column(command.name);
    if (column == nullptr) continue;
    const std::string_view word = column->storage != ' ' ? storageWord(column->storage) : usualStorage(column->type);
    if (word.empty()) return way_.missDefinition("how " + std::string(command.name) + " is stored");
    way_.alter(*each, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_SetStorage, command.name, way_.trees.string(word)),
               true);
  }
}

void AlterTableInverse::columnSetting(const Command& command, Action action) {
  const Relation* table = known("what is set for " + std::string(command.name));
  if (table == nullptr) return;
  for (const Relation* each : reached()) {
    const Relation* holder = each->isIndex() ? way_.before.find(each->index.table) : each;
    if (holder == nullptr || !way_.definitions.knows(subjectOf(*holder)))
      return way_.missDefinition("what is set for " + std::string(command.name));
    PgQuery__Node* old = nullptr;
    way_.definitions.about(subjectOf(*holder), [&](const Definition& one) {
      if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
      if (std::string_view(one.tree->alter_table_stmt->relation->relname) != each->name) return;
      for (const auto* other : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
        const auto* done = other->alter_table_cmd;
        if (done->subtype == action && std::string_view(done->name) == command.name && done->num == command.num)
          old = done->def;
      }
    });
    if (old == nullptr) {
      old = action == PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics ? way_.trees.integer(-1)
                                                                   : way_.trees.string("default");
    }
    auto* back = way_.action(action, command.name, old);
    back->num = command.num;
    way_.alter(*each, back, !each->isIndex());
  }
}

void AlterTableInverse::columnOptions(const Command& command) {
  const Relation* table = known("the options of " + std::string(command.name));
  if (table == nullptr) return;
  if (!way_.definitions.knows(subjectOf(*table)))
    return way_.missDefinition("the options of " + std::string(command.name));
  std::map<std::string, PgQuery__Node*> values;
  way_.definitions.about(subjectOf(*table), [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* other : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      const auto* done = other->alter_table_cmd;
      if (std::string_view(done->name) != command.name || done->def == nullptr) continue;
      if (done->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions) {
        for (auto* option : tree::nodes(done->def->list->n_items, done->def->list->items))
          values[option->def_elem->defname] = option;
      } else if (done->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions) {
        for (auto* option : tree::nodes(done->def->list->n_items, done->def->list->items))
          values.erase(option->def_elem->defname);
      }
    }
  });
  std::vector<PgQuery__Node*> set;
  std::vector<PgQuery__Node*> reset;
  for (const auto* option : tree::nodes(command.def->list->n_items, command.def->list->items)) {
    const auto old = values.find(option->def_elem->defname);
    if (old != values.end()) {
      set.push_back(old->second);
    } else {
      reset.push_back(way_.trees.node(way_.trees.option(option->def_elem->defname, nullptr)));
    }
  }
  const auto say = [&](Action action, const std::vector<PgQuery__Node*>& items) {
    if (items.empty()) return;
    auto* list = way_.trees.make(pg_query__list__init);
    list->n_items = items.size();
    list->items = way_.trees.list(items);
    simply(action, command.name, way_.trees.node(list));
  };
  say(PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions, set);
  if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions)
    say(PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions, reset);
}

void AlterTableInverse::identity(const Command& command) {
  const Relation* table = known("the identity of " + std::string(command.name));
  if (table == nullptr) return;
  const Column* column = table->column(command.name);
  if (column == nullptr) return way_.missDefinition("the identity of " + std::string(command.name));
  if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity)
    return simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity, command.name);
  if (column->identity == ' ') return;
  if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity) {
    const bool generation = command.def->list->n_items == 1 &&
                            std::string_view(command.def->list->items[0]->def_elem->defname) == "generated";
    if (!generation) return way_.lose("The settings and the position of the column's sequence are not told.");
    auto* kind = way_.trees.make(pg_query__integer__init);
    kind->ival = static_cast<unsigned char>(column->identity);
    auto* list = way_.trees.make(pg_query__list__init);
    list->n_items = 1;
    list->items = way_.trees.list({way_.trees.node(way_.trees.option("generated", way_.trees.node(kind)))});
    return simply(PG_QUERY__ALTER_TABLE_TYPE__AT_SetIdentity, command.name, way_.trees.node(list));
  }
  const PgQuery__ColumnDef* made = way_.definitions.column(*table, command.name);
  const PgQuery__Constraint* old =
      made == nullptr ? nullptr : columnConstraint(*made, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY);
  if (old == nullptr) return way_.missDefinition("the identity of " + std::string(command.name));
  way_.lose("The position of the sequence of " + nameOf(*table).text() + "." + command.name + " is lost.");
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity, command.name, way_.trees.node(way_.trees.copy(*old)));
}

}  // namespace hotswap::analysis::postgres
