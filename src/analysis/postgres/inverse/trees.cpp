#include "analysis/postgres/inverse/trees.h"

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace hotswap::analysis::postgres {

char* Trees::text(std::string_view text) {
  auto* copy = static_cast<char*>(memory_.allocate(text.size() + 1, 1));
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

PgQuery__Node** Trees::list(const std::vector<PgQuery__Node*>& nodes) {
  auto** items = static_cast<PgQuery__Node**>(
      memory_.allocate(sizeof(PgQuery__Node*) * (nodes.size() + 1), alignof(PgQuery__Node*)));
  std::copy(nodes.begin(), nodes.end(), items);
  return items;
}

/// All members of the union are pointers to messages.
PgQuery__Node* Trees::wrap(PgQuery__Node__NodeCase kind, void* message) {
  auto* node = make(pg_query__node__init);
  node->node_case = kind;
  node->alias = static_cast<PgQuery__Alias*>(message);
  return node;
}

PgQuery__Node* Trees::node(PgQuery__AlterTableStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_TABLE_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__AlterTableCmd* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_TABLE_CMD, message);
}
PgQuery__Node* Trees::node(PgQuery__AlterDomainStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__AlterEnumStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_ENUM_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__AlterObjectSchemaStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__AlterOwnerStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_OWNER_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__AlterSeqStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_ALTER_SEQ_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__ColumnDef* message) { return wrap(PG_QUERY__NODE__NODE_COLUMN_DEF, message); }
PgQuery__Node* Trees::node(PgQuery__ColumnRef* message) { return wrap(PG_QUERY__NODE__NODE_COLUMN_REF, message); }
PgQuery__Node* Trees::node(PgQuery__CommentStmt* message) { return wrap(PG_QUERY__NODE__NODE_COMMENT_STMT, message); }
PgQuery__Node* Trees::node(PgQuery__Constraint* message) { return wrap(PG_QUERY__NODE__NODE_CONSTRAINT, message); }
PgQuery__Node* Trees::node(PgQuery__CreateStmt* message) { return wrap(PG_QUERY__NODE__NODE_CREATE_STMT, message); }
PgQuery__Node* Trees::node(PgQuery__DefElem* message) { return wrap(PG_QUERY__NODE__NODE_DEF_ELEM, message); }
PgQuery__Node* Trees::node(PgQuery__DropStmt* message) { return wrap(PG_QUERY__NODE__NODE_DROP_STMT, message); }
PgQuery__Node* Trees::node(PgQuery__DropRoleStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_DROP_ROLE_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__IndexStmt* message) { return wrap(PG_QUERY__NODE__NODE_INDEX_STMT, message); }
PgQuery__Node* Trees::node(PgQuery__Integer* message) { return wrap(PG_QUERY__NODE__NODE_INTEGER, message); }
PgQuery__Node* Trees::node(PgQuery__List* message) { return wrap(PG_QUERY__NODE__NODE_LIST, message); }
PgQuery__Node* Trees::node(PgQuery__ObjectWithArgs* message) {
  return wrap(PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS, message);
}
PgQuery__Node* Trees::node(PgQuery__PartitionCmd* message) { return wrap(PG_QUERY__NODE__NODE_PARTITION_CMD, message); }
PgQuery__Node* Trees::node(PgQuery__RefreshMatViewStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__RenameStmt* message) { return wrap(PG_QUERY__NODE__NODE_RENAME_STMT, message); }
PgQuery__Node* Trees::node(PgQuery__ReplicaIdentityStmt* message) {
  return wrap(PG_QUERY__NODE__NODE_REPLICA_IDENTITY_STMT, message);
}
PgQuery__Node* Trees::node(PgQuery__RoleSpec* message) { return wrap(PG_QUERY__NODE__NODE_ROLE_SPEC, message); }
PgQuery__Node* Trees::node(PgQuery__TypeCast* message) { return wrap(PG_QUERY__NODE__NODE_TYPE_CAST, message); }
PgQuery__Node* Trees::node(PgQuery__TypeName* message) { return wrap(PG_QUERY__NODE__NODE_TYPE_NAME, message); }
PgQuery__Node* Trees::node(PgQuery__ViewStmt* message) { return wrap(PG_QUERY__NODE__NODE_VIEW_STMT, message); }
PgQuery__Node* Trees::node(PgQuery__GrantStmt* message) { return wrap(PG_QUERY__NODE__NODE_GRANT_STMT, message); }

PgQuery__Node* Trees::string(std::string_view content) {
  auto* message = make(pg_query__string__init);
  message->sval = text(content);
  return wrap(PG_QUERY__NODE__NODE_STRING, message);
}

PgQuery__Node* Trees::integer(int value) {
  auto* message = make(pg_query__integer__init);
  message->ival = value;
  return node(message);
}

PgQuery__Node* Trees::names(std::initializer_list<std::string_view> parts) {
  std::vector<PgQuery__Node*> items;
  for (const std::string_view part : parts) {
    if (!part.empty()) items.push_back(string(part));
  }
  auto* message = make(pg_query__list__init);
  message->n_items = items.size();
  message->items = list(items);
  return node(message);
}

PgQuery__Node* Trees::constant(int value) {
  auto* number = make(pg_query__integer__init);
  number->ival = value;
  auto* message = make(pg_query__a__const__init);
  message->val_case = PG_QUERY__A__CONST__VAL_IVAL;
  message->ival = number;
  return wrap(PG_QUERY__NODE__NODE_A_CONST, message);
}

PgQuery__RangeVar* Trees::range(std::string_view schema, std::string_view name, bool only) {
  auto* message = make(pg_query__range_var__init);
  message->schemaname = text(schema);
  message->relname = text(name);
  message->inh = only ? 0 : 1;
  message->relpersistence = text("p");
  return message;
}

PgQuery__RangeVar* Trees::range(const Relation& relation, bool only) {
  return range(relation.schema, relation.name, only);
}

PgQuery__TypeName* Trees::type(const TypeUse& use) {
  if (use.name.empty()) return nullptr;
  constexpr int header = 4;
  std::vector<int> modifiers;
  if (use.modifier >= 0) {
    if (use.name == "varchar" || use.name == "bpchar") {
      modifiers.push_back(use.modifier - header);
    } else if (use.name == "numeric") {
      constexpr int scaleBits = 0x7FF;
      modifiers.push_back((use.modifier - header) >> 16);
      modifiers.push_back((((use.modifier - header) & scaleBits) ^ 1024) - 1024);
    } else if (use.name == "bit" || use.name == "varbit" || use.name.starts_with("time")) {
      modifiers.push_back(use.modifier);
    } else {
      return nullptr;
    }
  }
  auto* message = make(pg_query__type_name__init);
  std::vector<PgQuery__Node*> parts;
  if (!use.schema.empty()) parts.push_back(string(use.schema));
  parts.push_back(string(use.name));
  message->n_names = parts.size();
  message->names = list(parts);
  message->typemod = -1;
  std::vector<PgQuery__Node*> brackets;
  for (const int modifier : modifiers) brackets.push_back(constant(modifier));
  message->n_typmods = brackets.size();
  message->typmods = list(brackets);
  if (use.array) {
    message->n_array_bounds = 1;
    message->array_bounds = list({integer(-1)});
  }
  return message;
}

PgQuery__RoleSpec* Trees::role(std::string_view name) {
  auto* message = make(pg_query__role_spec__init);
  message->roletype = PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING;
  message->rolename = text(name);
  return message;
}

PgQuery__DefElem* Trees::option(std::string_view name, PgQuery__Node* value) {
  auto* message = make(pg_query__def_elem__init);
  message->defname = text(name);
  message->arg = value;
  message->defaction = PG_QUERY__DEF_ELEM_ACTION__DEFELEM_UNSPEC;
  return message;
}

std::string deparsed(const PgQuery__Node& statement) {
  PgQuery__RawStmt raw = PG_QUERY__RAW_STMT__INIT;
  raw.stmt = const_cast<PgQuery__Node*>(&statement);
  std::array<PgQuery__RawStmt*, 1> statements{&raw};
  PgQuery__ParseResult result = PG_QUERY__PARSE_RESULT__INIT;
  result.n_stmts = 1;
  result.stmts = statements.data();
  std::string packed(pg_query__parse_result__get_packed_size(&result), '\0');
  pg_query__parse_result__pack(&result, reinterpret_cast<std::uint8_t*>(packed.data()));
  PgQueryProtobuf protobuf{};
  protobuf.len = packed.size();
  protobuf.data = packed.data();
  const PgQueryDeparseResult written = pg_query_deparse_protobuf(protobuf);
  std::string text = written.error == nullptr ? written.query : "";
  pg_query_free_deparse_result(written);
  return text;
}

}  // namespace hotswap::analysis::postgres
