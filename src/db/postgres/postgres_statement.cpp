#include "db/postgres/postgres_statement.h"

#include <array>
#include <string>

namespace hotswap::db::postgres {

namespace {

/// The name of a kind nobody knows by heart, from the grammar's own: `create_am_stmt` becomes `CREATE AM`.
std::string kindFromNode(const PgQuery__Node& node) {
  const auto* field = protobuf_c_message_descriptor_get_field(&pg_query__node__descriptor, node.node_case);
  std::string kind = field == nullptr ? "UNKNOWN" : field->name;
  if (kind.ends_with("_stmt")) kind.resize(kind.size() - 5);
  for (char& c : kind) c = c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return kind;
}

}  // namespace

void describe(const PgQuery__Node& node, Statement& statement) {
  using Family = bool (*)(const PgQuery__Node&, Statement&);
  constexpr std::array<Family, 6> families{describeTable,  describeIndex,      describeData,
                                           describeObject, describeDefinition, describeServer};
  for (const Family family : families) {
    if (family(node, statement)) return;
  }
  statement.kind = kindFromNode(node);
  statement.opaque = true;
}

}  // namespace hotswap::db::postgres
