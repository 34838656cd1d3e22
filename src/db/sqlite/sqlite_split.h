#pragma once
#include <cstddef>
#include <string_view>

#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

/// Where a statement stands in its script: from its first token to the end of its last one, the closing semicolon left
/// out.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] bool empty() const { return begin == end; }
};

/// Divides a script into statements by the rules of sqlite3_complete (complete.c), which the sqlite3 shell goes by: a
/// semicolon ends a statement, but inside CREATE TRIGGER only where END stands between it and the semicolon before.
/// Linear in the length of the text, which must outlive it.
class Splitter {
 public:
  explicit Splitter(std::string_view script, std::size_t from = 0) : lexer_(script, from) {}
  /// The next statement; an empty stretch behind the last one.
  Stretch next();

 private:
  Lexer lexer_;
};

}  // namespace hotswap::db::sqlite
