#include "db/postgres/tree_workshop.h"

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "base/text.h"
#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_tree.h"
#include "db/session.h"

namespace hotswap::db::postgres {

namespace {

std::string packed(const ProtobufCMessage& message) {
  std::string bytes(protobuf_c_message_get_packed_size(&message), '\0');
  protobuf_c_message_pack(&message, reinterpret_cast<std::uint8_t*>(bytes.data()));
  return bytes;
}

/// The statement as a parser's result, for as long as the object lives.
class Result {
 public:
  explicit Result(const PgQuery__Node& statement) {
    raw_.stmt = const_cast<PgQuery__Node*>(&statement);
    result_.n_stmts = 1;
    result_.stmts = statements_.data();
  }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;

  [[nodiscard]] std::string bytes() const { return packed(result_.base); }

 private:
  PgQuery__RawStmt raw_ = PG_QUERY__RAW_STMT__INIT;
  std::array<PgQuery__RawStmt*, 1> statements_{&raw_};
  PgQuery__ParseResult result_ = PG_QUERY__PARSE_RESULT__INIT;
};

std::string deparsed(const PgQuery__Node& statement) {
  std::string bytes = Result(statement).bytes();
  PgQueryProtobuf protobuf{};
  protobuf.len = bytes.size();
  protobuf.data = bytes.data();
  const PgQueryDeparseResult result = pg_query_deparse_protobuf(protobuf);
  std::string sql(result.error == nullptr ? trim(result.query) : std::string_view());
  pg_query_free_deparse_result(result);
  return sql;
}

/// The tree as bytes without the places in the text it came from.
std::string essence(PgQuery__Node& tree) {
  change(tree.base, [](ProtobufCMessage&) {});
  return packed(tree.base);
}

bool readsAs(const std::string& sql, const PgQuery__Node& statement) {
  const ParseTree again = sql.empty() ? ParseTree(nullptr, nullptr) : parseTree(sql);
  TreeWorkshop place;
  return again && again->n_stmts == 1 && essence(*again->stmts[0]->stmt) == essence(*place.copy(statement));
}

/// The name in a message that the deparser writes as it is.
char** barelyWrittenName(ProtobufCMessage& message) {
  if (message.descriptor == &pg_query__index_stmt__descriptor)
    return &reinterpret_cast<PgQuery__IndexStmt&>(message).idxname;
  if (message.descriptor == &pg_query__constraint__descriptor)
    return &reinterpret_cast<PgQuery__Constraint&>(message).conname;
  return nullptr;
}

}  // namespace

PgQuery__Node* TreeWorkshop::parse(std::string_view sql) {
  const ParseTree tree = parseTree(std::string(sql));
  if (!tree || tree->n_stmts != 1) throw std::logic_error("a template is no statement: " + std::string(sql));
  return copy(*tree->stmts[0]->stmt);
}

PgQuery__Node* TreeWorkshop::parseExpression(std::string_view sql) {
  const ParseTree tree = parseTree("SELECT " + std::string(sql));
  if (!tree || tree->n_stmts != 1) return nullptr;
  const PgQuery__SelectStmt* select = tree->stmts[0]->stmt->select_stmt;
  return select->n_target_list == 1 ? copy(*select->target_list[0]->res_target->val) : nullptr;
}

char* TreeWorkshop::text(std::string_view value) {
  char* place = static_cast<char*>(memory(value.size() + 1));
  std::ranges::copy(value, place);
  place[value.size()] = '\0';
  return place;
}

PgQuery__Node** TreeWorkshop::list(const std::vector<PgQuery__Node*>& nodes) {
  auto** place = static_cast<PgQuery__Node**>(memory(nodes.size() * sizeof(PgQuery__Node*)));
  std::ranges::copy(nodes, place);
  return place;
}

PgQuery__Node* TreeWorkshop::string(std::string_view value) {
  PgQuery__String string = PG_QUERY__STRING__INIT;
  string.sval = text(value);
  PgQuery__Node made = PG_QUERY__NODE__INIT;
  made.node_case = PG_QUERY__NODE__NODE_STRING;
  made.string = shallow(string);
  return shallow(made);
}

PgQuery__Node* TreeWorkshop::node(PgQuery__AlterTableStmt* statement) {
  PgQuery__Node made = PG_QUERY__NODE__INIT;
  made.node_case = PG_QUERY__NODE__NODE_ALTER_TABLE_STMT;
  made.alter_table_stmt = statement;
  return shallow(made);
}

PgQuery__Node* TreeWorkshop::node(PgQuery__AlterTableCmd* action) {
  PgQuery__Node made = PG_QUERY__NODE__INIT;
  made.node_case = PG_QUERY__NODE__NODE_ALTER_TABLE_CMD;
  made.alter_table_cmd = action;
  return shallow(made);
}

PgQuery__Node* TreeWorkshop::node(PgQuery__Constraint* constraint) {
  PgQuery__Node made = PG_QUERY__NODE__INIT;
  made.node_case = PG_QUERY__NODE__NODE_CONSTRAINT;
  made.constraint = constraint;
  return shallow(made);
}

std::string TreeWorkshop::sqlOf(const PgQuery__Node& statement) {
  std::string sql = deparsed(statement);
  if (readsAs(sql, statement)) return sql;
  // The deparser of libpg_query 15 writes the names of indexes and constraints without the quotes they need.
  TreeWorkshop place;
  PgQuery__Node* quoted = place.copy(statement);
  change(quoted->base, [&](ProtobufCMessage& message) {
    if (char** name = barelyWrittenName(message); name != nullptr && **name != '\0')
      *name = place.text(quoteIdentifier(*name));
  });
  sql = deparsed(*quoted);
  return readsAs(sql, statement) ? sql : std::string();
}

void* TreeWorkshop::memory(std::size_t bytes) {
  blocks_.push_back(std::make_unique<std::max_align_t[]>(bytes / sizeof(std::max_align_t) + 1));
  return blocks_.back().get();
}

ProtobufCMessage* TreeWorkshop::copyOf(const ProtobufCMessage& message) {
  ProtobufCAllocator allocator{
      .alloc = [](void* workshop, std::size_t bytes) { return static_cast<TreeWorkshop*>(workshop)->memory(bytes); },
      .free = [](void*, void*) {},
      .allocator_data = this};
  const std::string bytes = packed(message);
  return protobuf_c_message_unpack(message.descriptor, &allocator, bytes.size(),
                                   reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

}  // namespace hotswap::db::postgres
