// Any bytes must come back as statements that stand where they say, or as one error inside the script.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "db/postgres/postgres_script.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view script(reinterpret_cast<const char*>(data), size);
  const auto parsed = hotswap::db::postgres::PostgresScript().parse(script);
  if (parsed.error && (!parsed.statements.empty() || parsed.error->offset > size || parsed.error->message.empty()))
    std::abort();
  std::size_t end = 0;
  for (const auto& statement : parsed.statements) {
    if (statement.offset < end || script.substr(statement.offset, statement.sql.size()) != statement.sql) std::abort();
    if (statement.kind.empty() || statement.sql.empty()) std::abort();
    end = statement.offset + statement.sql.size();
  }
  return 0;
}
