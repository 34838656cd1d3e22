#include "db/postgres/postgres_index_shape.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

/// Puts what is cast in the place of the cast.
void takeOutCast(PgQuery__Node& node) {
  PgQuery__TypeCast* cast = node.type_cast;
  PgQuery__Node* inner = std::exchange(cast->arg, nullptr);
  std::swap(node, *inner);
  pg_query__node__free_unpacked(inner, nullptr);
}

/// Brings a tree into the form that two spellings of one index share, which is also how the server prints it: without
/// places in the text, without the type of a constant, without what is the default anyway.
void level(ProtobufCMessage& message) {
  if (message.descriptor == &pg_query__node__descriptor) {
    auto& node = reinterpret_cast<PgQuery__Node&>(message);
    const bool isTypedConstant = node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST && node.type_cast->arg != nullptr &&
                                 node.type_cast->arg->node_case == PG_QUERY__NODE__NODE_A_CONST;
    if (isTypedConstant) takeOutCast(node);
  } else if (message.descriptor == &pg_query__index_elem__descriptor) {
    auto& element = reinterpret_cast<PgQuery__IndexElem&>(message);
    if (element.ordering == PG_QUERY__SORT_BY_DIR__SORTBY_ASC) element.ordering = PG_QUERY__SORT_BY_DIR__SORTBY_DEFAULT;
  }
}

}  // namespace

std::string indexShape(const PgQuery__IndexStmt& create) {
  const auto pack = [](const PgQuery__IndexStmt& statement) {
    std::vector<std::uint8_t> bytes(pg_query__index_stmt__get_packed_size(&statement));
    pg_query__index_stmt__pack(&statement, bytes.data());
    return bytes;
  };
  const auto release = [](PgQuery__IndexStmt* statement) { pg_query__index_stmt__free_unpacked(statement, nullptr); };
  const auto original = pack(create);
  const std::unique_ptr<PgQuery__IndexStmt, decltype(release)> copy(
      pg_query__index_stmt__unpack(nullptr, original.size(), original.data()), release);
  if (!copy) return {};
  change(copy->base, level);
  // What is taken out for the hash goes back before the copy is freed.
  PgQuery__IndexStmt bare = *copy;
  bare.relation = nullptr;
  bare.idxname = const_cast<char*>("");
  bare.concurrent = 0;
  bare.if_not_exists = 0;
  const auto bytes = pack(bare);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace hotswap::db::postgres
