#pragma once
#include <string>
#include <vector>

#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

/// What an index is apart from its name and table, in normal form: `(a, lower(b) DESC) WHERE c > 0`. `rest` stands
/// behind the name of the table. ASC, which goes without saying, is left out.
std::string indexForm(Lexer rest, const std::vector<std::string>& columns = {});

}  // namespace hotswap::db::sqlite
