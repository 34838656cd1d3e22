#include "domain/database_url.h"

#include <array>

#include "base/error.h"

namespace hotswap {

DatabaseUrl DatabaseUrl::parse(std::string_view text) {
  constexpr std::array<std::string_view, 2> prefixes{"sqlite:", "sqlite3:"};
  for (const std::string_view prefix : prefixes) {
    if (!text.starts_with(prefix)) continue;
    std::string_view file = text.substr(prefix.size());
    if (file.starts_with("//")) file.remove_prefix(2);
    if (file.empty()) throw Error(ErrorCode::ValidationError, "the URL names no file; write it as sqlite:FILE");
    return {.type = DatabaseType::SQLite, .connection = ConnectionString().with("dbname", file)};
  }
  return {.type = DatabaseType::PostgreSQL, .connection = ConnectionString::parse(text)};
}

}  // namespace hotswap
