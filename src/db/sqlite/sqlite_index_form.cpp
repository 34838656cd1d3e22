#include "db/sqlite/sqlite_index_form.h"

#include "db/sqlite/sqlite_normal_form.h"

namespace hotswap::db::sqlite {

std::string indexForm(Lexer rest, const std::vector<std::string>& columns) {
  std::string text;
  int depth = 0;
  bool inList = true;
  bool elementStarts = false;
  while (!rest.atEnd()) {
    const Token token = rest.take();
    if (token.is("(")) ++depth;
    if (token.is(")")) --depth;
    const bool ends = rest.peek().is(",") || rest.peek().is(")");
    // At the start of an element it would be a column's name.
    const bool ascending = inList && depth == 1 && !elementStarts && ends && token.is("ASC");
    if (depth == 0) inList = false;
    elementStarts = depth == 1 && (token.is(",") || token.is("("));
    if (ascending) continue;
    if (!text.empty()) text += ' ';
    text += token.text;
  }
  return normalForm(Lexer(text), columns);
}

}  // namespace hotswap::db::sqlite
