#pragma once
#include <string>

#include "db/script.h"
#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

/// IF EXISTS or IF NOT EXISTS; says whether it stood there.
inline bool takeIfExists(Lexer& lexer) {
  if (!lexer.takeIf("IF")) return false;
  lexer.takeIf("NOT");
  return lexer.takeIf("EXISTS");
}

/// `[schema.]name`; the name is empty where there is none.
inline ObjectReference takeObject(Lexer& lexer, ObjectReference::Kind kind) {
  ObjectReference object{.kind = kind, .schema = {}, .name = {}, .table = {}};
  if (!lexer.peek().isName()) return object;
  object.name = nameOf(lexer.take());
  if (lexer.takeIf(".") && lexer.peek().isName()) {
    object.schema = std::move(object.name);
    object.name = nameOf(lexer.take());
  }
  return object;
}

/// Something of a table: a column, an index, a trigger.
inline ObjectReference partOf(const ObjectReference& table, ObjectReference::Kind kind, std::string name) {
  return {.kind = kind, .schema = table.schema, .name = std::move(name), .table = table.name};
}

/// Goes on behind the closing bracket that belongs to the opening one just taken.
inline void skipGroup(Lexer& lexer) {
  for (int depth = 1; depth > 0 && !lexer.atEnd();) {
    const Token token = lexer.take();
    if (token.is("(")) ++depth;
    if (token.is(")")) --depth;
  }
}

}  // namespace hotswap::db::sqlite
