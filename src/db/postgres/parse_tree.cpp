#include "db/postgres/parse_tree.h"

#include <pg_query.h>
#include <pthread.h>

#include <cstdint>
#include <exception>

#include "base/error.h"

namespace hotswap::db::postgres {

namespace {

/// One level of nesting costs the parser's tree functions about 1.4 KB of stack.
constexpr std::size_t parserStackBytes = std::size_t{128} << 20U;

}  // namespace

ParseTree parseTree(const std::string& sql) {
  ParseTree tree(nullptr, [](PgQuery__ParseResult* parsed) { pg_query__parse_result__free_unpacked(parsed, nullptr); });
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(sql.c_str());
  if (result.error == nullptr) {
    tree.reset(pg_query__parse_result__unpack(nullptr, result.parse_tree.len,
                                              reinterpret_cast<const std::uint8_t*>(result.parse_tree.data)));
  }
  pg_query_free_protobuf_parse_result(result);
  return tree;
}

/// libpg_query keeps its memory by thread and frees it when the thread ends, so that calls from many threads don't
/// meet.
void onDeepStack(const std::function<void()>& work) {
  struct Call {
    const std::function<void()>& work;
    std::exception_ptr failure;
  } call{work, nullptr};
  const auto run = [](void* argument) -> void* {
    auto& present = *static_cast<Call*>(argument);
    try {
      present.work();
    } catch (...) {
      present.failure = std::current_exception();
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, parserStackBytes);
  pthread_t thread{};
  const int failed = pthread_create(&thread, &attributes, run, &call);
  pthread_attr_destroy(&attributes);
  if (failed != 0) {
    throw Error(ErrorCode::Unavailable, "No thread could be started to parse a script; try again later.", {},
                {.retryable = true});
  }
  pthread_join(thread, nullptr);
  if (call.failure) std::rethrow_exception(call.failure);
}

bool readStatement(const std::string& sql, const std::function<void(const PgQuery__Node&)>& visit) {
  bool read = false;
  const auto work = [&] {
    const ParseTree tree = parseTree(sql);
    if (!tree || tree->n_stmts != 1 || tree->stmts[0]->stmt == nullptr) return;
    read = true;
    visit(*tree->stmts[0]->stmt);
  };
  if (sql.size() <= shallowBytes) {
    work();
  } else {
    onDeepStack(work);
  }
  return read;
}

}  // namespace hotswap::db::postgres
