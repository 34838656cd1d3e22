#include "db/sqlite/sqlite_statement.h"

#include <algorithm>
#include <array>

#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

namespace {

/// The verb behind WITH: the first at the outermost level that is not the name of a common table expression.
std::string kindBehindWith(Lexer lexer) {
  constexpr std::array<std::string_view, 6> verbs{"SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"};
  int depth = 0;
  bool nameFollows = true;
  while (!lexer.atEnd()) {
    const Token token = lexer.take();
    if (depth == 0 && !nameFollows && std::ranges::any_of(verbs, [&](auto verb) { return token.is(verb); })) {
      return token.is("VALUES") ? "SELECT" : toUpper(token.text);
    }
    if (token.is("(")) ++depth;
    if (token.is(")")) --depth;
    nameFollows = depth == 0 && (token.is(",") || (nameFollows && token.is("RECURSIVE")));
  }
  return "WITH";
}

std::string kindBehindCreate(Lexer lexer) {
  constexpr std::array<std::string_view, 4> ofObject{"TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"};
  std::string kind = "CREATE";
  bool isVirtual = false;
  while (std::ranges::any_of(ofObject, [&](auto word) { return lexer.peek().is(word); })) {
    isVirtual = lexer.take().is("VIRTUAL") || isVirtual;
  }
  if (isVirtual) kind += " VIRTUAL";
  if (lexer.peek().kind == Token::Kind::Word) kind += " " + toUpper(lexer.peek().text);
  return kind;
}

std::string kindBehindRollback(Lexer lexer) {
  while (!lexer.atEnd()) {
    if (lexer.take().is("TO")) return "ROLLBACK TO";
  }
  return "ROLLBACK";
}

}  // namespace

std::string statementKind(std::string_view sql) {
  Lexer lexer(sql);
  while (lexer.peek().kind == Token::Kind::Semicolon) lexer.take();
  const Token first = lexer.take();
  if (first.kind == Token::Kind::End) return {};
  if (first.is("WITH")) return kindBehindWith(lexer);
  if (first.is("VALUES")) return "SELECT";
  if (first.is("CREATE")) return kindBehindCreate(lexer);
  if (first.is("ROLLBACK")) return kindBehindRollback(lexer);
  const std::string word = toUpper(first.text);
  if ((word == "ALTER" || word == "DROP") && lexer.peek().kind == Token::Kind::Word) {
    return word + " " + toUpper(lexer.peek().text);
  }
  return word;
}

void describe(Statement& statement) {
  statement.kind = statementKind(statement.sql);
  if (describeCreate(statement) || describeChange(statement) || describeOther(statement)) return;
  statement.opaque = true;
}

}  // namespace hotswap::db::sqlite
