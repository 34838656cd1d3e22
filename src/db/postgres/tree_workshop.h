#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hotswap::db::postgres {

/// Where parse trees are made and changed: all that comes from it lives as long as it does, so that trees may share
/// parts and nobody frees a node. Used by one thread at a time.
class TreeWorkshop {
 public:
  TreeWorkshop() = default;
  TreeWorkshop(const TreeWorkshop&) = delete;
  TreeWorkshop& operator=(const TreeWorkshop&) = delete;

  /// The tree of one statement that this program wrote itself. Throws std::logic_error where it is none.
  PgQuery__Node* parse(std::string_view sql);
  /// The tree of an expression, such as parts of the schema's model hold as text; nullptr where it can't be read.
  PgQuery__Node* parseExpression(std::string_view sql);

  /// A copy of a message with everything below it.
  template <class Message>
  Message* copy(const Message& message) {
    return reinterpret_cast<Message*>(copyOf(message.base));
  }
  /// A copy of a message alone; what lies below is shared.
  template <class Message>
  Message* shallow(const Message& message) {
    static_assert(std::is_trivially_copyable_v<Message>);
    return new (memory(sizeof(Message))) Message(message);
  }
  char* text(std::string_view value);
  PgQuery__Node** list(const std::vector<PgQuery__Node*>& nodes);
  PgQuery__Node* string(std::string_view value);
  PgQuery__Node* node(PgQuery__AlterTableStmt* statement);
  PgQuery__Node* node(PgQuery__AlterTableCmd* action);
  PgQuery__Node* node(PgQuery__Constraint* constraint);

  /// The statement as SQL; empty where the deparser can't write it so that it is read as the same tree again.
  static std::string sqlOf(const PgQuery__Node& statement);

 private:
  void* memory(std::size_t bytes);
  ProtobufCMessage* copyOf(const ProtobufCMessage& message);

  std::vector<std::unique_ptr<std::max_align_t[]>> blocks_;
};

}  // namespace hotswap::db::postgres
