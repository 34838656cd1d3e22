#pragma once
#include <string_view>
#include <vector>

#include "db/script.h"

namespace hotswap::db::sqlite {

/// Scripts of SQLite: divided as the sqlite3 shell does, and held against the library's own grammar. What only the
/// schema could tell (missing tables, columns given twice) is not looked for: nothing of the script has been run.
///
/// A byte order mark at the very start is passed over, offsets still count it. A NUL byte is a syntax error, and so are
/// text that is not UTF-8 and the commands of the sqlite3 shell (those with a point). Takes time in proportion to the
/// length and memory in proportion to the statements.
class SqliteScript final : public Script {
 private:
  [[nodiscard]] ParsedScript parseStatements(std::string_view script, Trees trees) const override;
  [[nodiscard]] std::vector<std::string_view> allComments(std::string_view script) const override;
};

}  // namespace hotswap::db::sqlite
