#include "db/postgres/identifiers.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <functional>
#include <memory>

namespace hotswap::db::postgres {

namespace {

void forEachToken(const std::string& sql, const std::function<void(const PgQuery__ScanToken&)>& visit) {
  const PgQueryScanResult result = pg_query_scan(sql.c_str());
  if (result.error == nullptr) {
    const std::unique_ptr<PgQuery__ScanResult, void (*)(PgQuery__ScanResult*)> scanned(
        pg_query__scan_result__unpack(nullptr, result.pbuf.len,
                                      reinterpret_cast<const std::uint8_t*>(result.pbuf.data)),
        [](PgQuery__ScanResult* all) { pg_query__scan_result__free_unpacked(all, nullptr); });
    for (std::size_t i = 0; scanned && i < scanned->n_tokens; ++i) visit(*scanned->tokens[i]);
  }
  pg_query_free_scan_result(result);
}

std::string unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == '"') ++i;  // doubled
  }
  return name;
}

}  // namespace

std::vector<Identifier> identifiersIn(const std::string& sql) {
  std::vector<Identifier> found;
  forEachToken(sql, [&](const PgQuery__ScanToken& token) {
    if (token.token != PG_QUERY__TOKEN__IDENT) return;
    const auto from = static_cast<std::size_t>(token.start);
    const auto length = static_cast<std::size_t>(token.end - token.start);
    found.push_back({unquoted(std::string_view(sql).substr(from, length)), from});
  });
  return found;
}

bool isReserved(const std::string& name) {
  bool reserved = false;
  forEachToken(name, [&](const PgQuery__ScanToken& token) {
    const bool whole = token.start == 0 && static_cast<std::size_t>(token.end) == name.size();
    reserved = whole && token.keyword_kind == PG_QUERY__KEYWORD_KIND__RESERVED_KEYWORD;
  });
  return reserved;
}

}  // namespace hotswap::db::postgres
