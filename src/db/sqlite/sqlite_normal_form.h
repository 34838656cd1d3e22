#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

/// How a normal form is set: on one line, or with a line for each statement in the body of a trigger.
enum class Layout { OneLine, Lines };

/// SQL as text that is the same for pieces which differ only in comments, white space, the case of keywords and in how
/// a name is quoted, as far as the text tells that it is a name: in double quotes SQLite also reads strings, where no
/// column is called like that. Such a token keeps its quotes unless it stands where only names can or is one of
/// `columns`, the names of the table's own columns, which are also written as the table writes them. Means to SQLite
/// what the given text means, but for the columns of a view that have no AS: those are called like their text. The
/// normal form of a normal form is the same.
std::string normalForm(Lexer rest, const std::vector<std::string>& columns = {}, Layout layout = Layout::OneLine);

}  // namespace hotswap::db::sqlite
