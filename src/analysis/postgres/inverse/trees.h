#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <cstddef>
#include <initializer_list>
#include <memory_resource>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/postgres/known_relation.h"

namespace hotswap::analysis::postgres {

/// Makes parse trees. What it makes lives as long as it does, and may hold parts of trees that live longer.
class Trees {
 public:
  Trees() = default;
  Trees(const Trees&) = delete;
  Trees& operator=(const Trees&) = delete;

  template <class Message>
  Message* make(void (*init)(Message*)) {
    auto* message = new (memory_.allocate(sizeof(Message), alignof(Message))) Message;
    init(message);
    return message;
  }
  /// A shallow copy, to be changed.
  template <class Message>
  Message* copy(const Message& original) {
    return new (memory_.allocate(sizeof(Message), alignof(Message))) Message(original);
  }
  char* text(std::string_view text);
  PgQuery__Node** list(const std::vector<PgQuery__Node*>& nodes);

  PgQuery__Node* node(PgQuery__AlterTableStmt* message);
  PgQuery__Node* node(PgQuery__AlterTableCmd* message);
  PgQuery__Node* node(PgQuery__AlterDomainStmt* message);
  PgQuery__Node* node(PgQuery__AlterEnumStmt* message);
  PgQuery__Node* node(PgQuery__AlterObjectSchemaStmt* message);
  PgQuery__Node* node(PgQuery__AlterOwnerStmt* message);
  PgQuery__Node* node(PgQuery__AlterSeqStmt* message);
  PgQuery__Node* node(PgQuery__ColumnDef* message);
  PgQuery__Node* node(PgQuery__ColumnRef* message);
  PgQuery__Node* node(PgQuery__CommentStmt* message);
  PgQuery__Node* node(PgQuery__Constraint* message);
  PgQuery__Node* node(PgQuery__CreateStmt* message);
  PgQuery__Node* node(PgQuery__DefElem* message);
  PgQuery__Node* node(PgQuery__DropStmt* message);
  PgQuery__Node* node(PgQuery__DropRoleStmt* message);
  PgQuery__Node* node(PgQuery__IndexStmt* message);
  PgQuery__Node* node(PgQuery__Integer* message);
  PgQuery__Node* node(PgQuery__List* message);
  PgQuery__Node* node(PgQuery__ObjectWithArgs* message);
  PgQuery__Node* node(PgQuery__PartitionCmd* message);
  PgQuery__Node* node(PgQuery__RefreshMatViewStmt* message);
  PgQuery__Node* node(PgQuery__RenameStmt* message);
  PgQuery__Node* node(PgQuery__ReplicaIdentityStmt* message);
  PgQuery__Node* node(PgQuery__RoleSpec* message);
  PgQuery__Node* node(PgQuery__TypeCast* message);
  PgQuery__Node* node(PgQuery__TypeName* message);
  PgQuery__Node* node(PgQuery__ViewStmt* message);
  PgQuery__Node* node(PgQuery__GrantStmt* message);
  PgQuery__Node* string(std::string_view content);
  PgQuery__Node* integer(int value);
  /// A List of names, those that are empty left out.
  PgQuery__Node* names(std::initializer_list<std::string_view> parts);
  PgQuery__Node* constant(int value);

  PgQuery__RangeVar* range(std::string_view schema, std::string_view name, bool only = false);
  PgQuery__RangeVar* range(const Relation& relation, bool only = false);
  /// The type with what stands in brackets behind it; nullptr where that can't be told from its number.
  PgQuery__TypeName* type(const TypeUse& use);
  PgQuery__RoleSpec* role(std::string_view name);
  PgQuery__DefElem* option(std::string_view name, PgQuery__Node* value);

 private:
  PgQuery__Node* wrap(PgQuery__Node__NodeCase kind, void* message);
  std::pmr::monotonic_buffer_resource memory_;
};

/// A statement as SQL, by libpg_query's deparser; empty where that can't write it.
std::string deparsed(const PgQuery__Node& statement);

}  // namespace hotswap::analysis::postgres
