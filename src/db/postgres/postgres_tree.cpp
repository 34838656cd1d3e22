#include "db/postgres/postgres_tree.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

const ProtobufCMessage* child(const PgQuery__Node& node) {
  // Every member of the union is a pointer to a message, so that any of them gives the one that is set.
  return node.node_case == PG_QUERY__NODE__NODE__NOT_SET ? nullptr
                                                         : reinterpret_cast<const ProtobufCMessage*>(node.alias);
}

/// Calls `visit` for each message directly below `message`.
template <class Visit>
void forEachChild(const ProtobufCMessage& message, const Visit& visit) {
  // Scripts that load rows consist of constants for the most part, and nothing below them matters to anybody.
  if (message.descriptor == &pg_query__a__const__descriptor) return;
  if (message.descriptor == &pg_query__node__descriptor) {
    if (const auto* below = child(reinterpret_cast<const PgQuery__Node&>(message))) visit(*below);
    return;
  }
  const auto* base = reinterpret_cast<const char*>(&message);
  for (unsigned i = 0; i < message.descriptor->n_fields; ++i) {
    const ProtobufCFieldDescriptor& field = message.descriptor->fields[i];
    if (field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
      const auto count = *reinterpret_cast<const std::size_t*>(base + field.quantifier_offset);
      const auto* items = *reinterpret_cast<ProtobufCMessage* const* const*>(base + field.offset);
      for (std::size_t item = 0; item < count; ++item) visit(*items[item]);
    } else if ((field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0U ||
               *reinterpret_cast<const std::uint32_t*>(base + field.quantifier_offset) == field.id) {
      if (const auto* below = *reinterpret_cast<const ProtobufCMessage* const*>(base + field.offset)) visit(*below);
    }
  }
}

template <class Message>
const Message* as(const ProtobufCMessage& message, const ProtobufCMessageDescriptor& descriptor) {
  return message.descriptor == &descriptor ? reinterpret_cast<const Message*>(&message) : nullptr;
}

/// Collects relation names, knowing which names are those of WITH queries at each place.
class TableCollector {
 public:
  std::vector<ObjectReference> take() { return std::move(tables_); }

  void collect(const ProtobufCMessage& message) {
    if (const auto* range = as<PgQuery__RangeVar>(message, pg_query__range_var__descriptor)) {
      const bool isWithQuery =
          *range->schemaname == '\0' && std::ranges::find(withQueries_, range->relname) != withQueries_.end();
      if (!isWithQuery) add(*range);
      return;
    }
    // A locking clause names aliases, SELECT INTO names what it makes.
    if (message.descriptor == &pg_query__locking_clause__descriptor ||
        message.descriptor == &pg_query__into_clause__descriptor) {
      return;
    }
    const Parts parts = partsOf(message);
    const std::size_t outer = withQueries_.size();
    if (parts.with != nullptr) enter(*parts.with);
    if (parts.target != nullptr) add(*parts.target);
    forEachChild(message, [&](const ProtobufCMessage& below) {
      const bool seen = (parts.with != nullptr && &below == &parts.with->base) ||
                        (parts.target != nullptr && &below == &parts.target->base);
      if (!seen) collect(below);
    });
    withQueries_.resize(outer);
  }

 private:
  struct Parts {
    const PgQuery__WithClause* with = nullptr;
    const PgQuery__RangeVar* target = nullptr;  ///< never a WITH query
  };

  static Parts partsOf(const ProtobufCMessage& message) {
    if (const auto* s = as<PgQuery__SelectStmt>(message, pg_query__select_stmt__descriptor))
      return {s->with_clause, nullptr};
    if (const auto* s = as<PgQuery__InsertStmt>(message, pg_query__insert_stmt__descriptor))
      return {s->with_clause, s->relation};
    if (const auto* s = as<PgQuery__UpdateStmt>(message, pg_query__update_stmt__descriptor))
      return {s->with_clause, s->relation};
    if (const auto* s = as<PgQuery__DeleteStmt>(message, pg_query__delete_stmt__descriptor))
      return {s->with_clause, s->relation};
    if (const auto* s = as<PgQuery__MergeStmt>(message, pg_query__merge_stmt__descriptor))
      return {s->with_clause, s->relation};
    return {};
  }

  void enter(const PgQuery__WithClause& with) {
    const auto queries = nodes(with.n_ctes, with.ctes);
    const auto nameOfQuery = [](const PgQuery__Node* node) { return std::string(node->common_table_expr->ctename); };
    if (with.recursive != 0) std::ranges::transform(queries, std::back_inserter(withQueries_), nameOfQuery);
    for (const auto* query : queries) {
      collect(query->base);
      if (with.recursive == 0) withQueries_.push_back(nameOfQuery(query));
    }
  }

  void add(const PgQuery__RangeVar& range) {
    if (seen_.emplace(range.schemaname, range.relname).second) tables_.push_back(relation(range));
  }

  std::vector<ObjectReference> tables_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::vector<std::string> withQueries_;
};

/// Functions that change nothing and depend on nothing but the rows they see; what migrations use in queries.
bool isWellKnown(std::string_view name) {
  static const std::set<std::string, std::less<>> known{"abs",
                                                        "age",
                                                        "array_agg",
                                                        "array_length",
                                                        "array_to_string",
                                                        "avg",
                                                        "bool_and",
                                                        "bool_or",
                                                        "btrim",
                                                        "cardinality",
                                                        "ceil",
                                                        "char_length",
                                                        "concat",
                                                        "concat_ws",
                                                        "count",
                                                        "current_database",
                                                        "current_schema",
                                                        "current_setting",
                                                        "date_part",
                                                        "date_trunc",
                                                        "dense_rank",
                                                        "exists",
                                                        "extract",
                                                        "first_value",
                                                        "floor",
                                                        "format",
                                                        "gen_random_uuid",
                                                        "generate_series",
                                                        "initcap",
                                                        "json_agg",
                                                        "json_build_object",
                                                        "jsonb_agg",
                                                        "jsonb_build_object",
                                                        "jsonb_set",
                                                        "lag",
                                                        "last_value",
                                                        "lead",
                                                        "left",
                                                        "length",
                                                        "lower",
                                                        "lpad",
                                                        "ltrim",
                                                        "max",
                                                        "md5",
                                                        "min",
                                                        "mod",
                                                        "now",
                                                        "overlay",
                                                        "pg_sleep",
                                                        "pg_sleep_for",
                                                        "pg_sleep_until",
                                                        "position",
                                                        "random",
                                                        "rank",
                                                        "regexp_replace",
                                                        "repeat",
                                                        "replace",
                                                        "right",
                                                        "round",
                                                        "row_number",
                                                        "rpad",
                                                        "rtrim",
                                                        "split_part",
                                                        "string_agg",
                                                        "string_to_array",
                                                        "strpos",
                                                        "substr",
                                                        "substring",
                                                        "sum",
                                                        "timezone",
                                                        "to_char",
                                                        "to_date",
                                                        "to_jsonb",
                                                        "to_number",
                                                        "to_regclass",
                                                        "to_timestamp",
                                                        "to_tsvector",
                                                        "translate",
                                                        "trim",
                                                        "trunc",
                                                        "unnest",
                                                        "upper",
                                                        "version"};
  return known.contains(name);
}

}  // namespace

std::string stringOf(const PgQuery__Node* node) {
  return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : std::string();
}

std::vector<std::string> stringsOf(const PgQuery__Node* node) {
  if (node == nullptr) return {};
  if (node->node_case == PG_QUERY__NODE__NODE_LIST) return stringsOf(nodes(node->list->n_items, node->list->items));
  if (node->node_case == PG_QUERY__NODE__NODE_TYPE_NAME)
    return stringsOf(nodes(node->type_name->n_names, node->type_name->names));
  return {stringOf(node)};
}

std::vector<std::string> stringsOf(Nodes items) {
  std::vector<std::string> parts;
  std::ranges::transform(items, std::back_inserter(parts), stringOf);
  return parts;
}

QualifiedName qualified(const std::vector<std::string>& parts) {
  if (parts.empty()) return {};
  return {parts.size() > 1 ? parts[parts.size() - 2] : std::string(), parts.back()};
}

ObjectReference relation(const PgQuery__RangeVar& range, Kind kind) {
  const bool temporary = *range.relpersistence == 't' && *range.schemaname == '\0';
  return reference(kind, {temporary ? "pg_temp" : range.schemaname, range.relname});
}

ObjectReference reference(Kind kind, const QualifiedName& name) {
  ObjectReference object;
  object.kind = kind;
  object.schema = name.schema;
  object.name = name.name;
  return object;
}

ObjectReference partOf(const ObjectReference& table, Kind kind, std::string name) {
  ObjectReference object = reference(kind, {table.schema, std::move(name)});
  object.table = table.name;
  return object;
}

ObjectReference objectOf(PgQuery__ObjectType type, const PgQuery__Node* node) {
  const Kind kind = kindOf(type);
  if (node == nullptr) return reference(Kind::Other, {});
  if (node->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) return relation(*node->range_var, kind);
  if (node->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS) {
    const auto* function = node->object_with_args;
    return reference(kind, qualified(stringsOf(nodes(function->n_objname, function->objname))));
  }
  std::vector<std::string> parts = stringsOf(node);
  if (kind == Kind::Column || kind == Kind::Constraint || kind == Kind::Trigger ||
      type == PG_QUERY__OBJECT_TYPE__OBJECT_RULE || type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY) {
    if (parts.size() < 2) return reference(Kind::Other, {});
    std::string name = parts.back();
    parts.pop_back();
    return partOf(reference(Kind::Table, qualified(parts)), kind, std::move(name));
  }
  return reference(kind, qualified(parts));
}

bool isSerial(const PgQuery__TypeName& type) {
  constexpr std::array serials{"serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"};
  return type.n_names == 1 && std::ranges::find(serials, stringOf(type.names[0])) != serials.end();
}

ObjectReference typeOf(const PgQuery__TypeName& type) {
  if (type.pct_type != 0 || isSerial(type)) return reference(Kind::Type, {});
  return reference(Kind::Type, qualified(stringsOf(nodes(type.n_names, type.names))));
}

const PgQuery__DefElem* option(Nodes options, std::string_view name) {
  for (const auto* node : options) {
    if (node->node_case == PG_QUERY__NODE__NODE_DEF_ELEM && node->def_elem->defname == name) return node->def_elem;
  }
  return nullptr;
}

bool optionOn(Nodes options, std::string_view name, bool otherwise) {
  const PgQuery__DefElem* found = option(options, name);
  if (found == nullptr) return otherwise;
  if (found->arg == nullptr) return true;
  switch (found->arg->node_case) {
    case PG_QUERY__NODE__NODE_BOOLEAN: return found->arg->boolean->boolval != 0;
    case PG_QUERY__NODE__NODE_INTEGER: return found->arg->integer->ival != 0;
    default: break;
  }
  const std::string value = toLower(qualified(stringsOf(found->arg)).name);
  return value != "false" && value != "off" && value != "0" && value != "no";
}

void walk(const ProtobufCMessage& message, const std::function<bool(const ProtobufCMessage&)>& visit) {
  if (!visit(message)) return;
  forEachChild(message, [&](const ProtobufCMessage& below) { walk(below, visit); });
}

void change(ProtobufCMessage& message, const std::function<void(ProtobufCMessage&)>& edit) {
  edit(message);
  if (const auto* field = protobuf_c_message_descriptor_get_field_by_name(message.descriptor, "location");
      field != nullptr && field->type == PROTOBUF_C_TYPE_INT32) {
    *reinterpret_cast<std::int32_t*>(reinterpret_cast<char*>(&message) + field->offset) = 0;
  }
  forEachChild(message, [&](const ProtobufCMessage& below) { change(const_cast<ProtobufCMessage&>(below), edit); });
}

std::vector<ObjectReference> tablesIn(const ProtobufCMessage& message) {
  TableCollector collector;
  collector.collect(message);
  return collector.take();
}

bool isUnknownCall(const ProtobufCMessage& message) {
  const auto* call = as<PgQuery__FuncCall>(message, pg_query__func_call__descriptor);
  if (call == nullptr) return false;
  const QualifiedName name = qualified(stringsOf(nodes(call->n_funcname, call->funcname)));
  return !((name.schema.empty() || name.schema == "pg_catalog") && isWellKnown(name.name));
}

}  // namespace hotswap::db::postgres
