#include <algorithm>
#include <array>
#include <utility>

#include "db/sqlite/sqlite_statement.h"
#include "db/sqlite/sqlite_statement_parts.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = ObjectReference::Kind;

/// Drops `before`, makes the same under the name that follows.
void describeRename(Lexer& lexer, ObjectReference before, Statement& statement) {
  statement.destructive = true;
  ObjectReference after = before;
  lexer.takeIf("TO");
  after.name = nameOf(lexer.take());
  statement.drops.push_back(std::move(before));
  statement.makes.push_back(std::move(after));
}

/// A new column that existing statements don't notice. SQLite keeps its default in the schema, so that no row is
/// rewritten; but a condition on it can refuse what is written from then on.
bool isHarmless(Lexer lexer) {
  constexpr std::array<std::string_view, 8> conditions{"NOT", "CHECK",  "REFERENCES", "GENERATED",
                                                       "AS",  "UNIQUE", "PRIMARY",    "CONSTRAINT"};
  while (!lexer.atEnd()) {
    const Token token = lexer.take();
    if (token.is("(")) skipGroup(lexer);
    if (std::ranges::any_of(conditions, [&](auto word) { return token.is(word); })) return false;
  }
  return true;
}

void describeAlter(Lexer lexer, Statement& statement) {
  const ObjectReference table = takeObject(lexer, Kind::Table);
  if (lexer.takeIf("RENAME")) {
    if (lexer.peek().is("TO")) {
      describeRename(lexer, table, statement);
      return;
    }
    statement.needs.push_back(table);
    lexer.takeIf("COLUMN");
    ObjectReference column = partOf(table, Kind::Column, nameOf(lexer.take()));
    describeRename(lexer, std::move(column), statement);
  } else if (lexer.takeIf("ADD")) {
    statement.needs.push_back(table);
    lexer.takeIf("COLUMN");
    statement.makes.push_back(partOf(table, Kind::Column, nameOf(lexer.take())));
    statement.additive = isHarmless(lexer);
  } else if (lexer.takeIf("DROP")) {
    statement.needs.push_back(table);
    lexer.takeIf("COLUMN");
    statement.drops.push_back(partOf(table, Kind::Column, nameOf(lexer.take())));
    statement.destructive = true;
    statement.rewrites = true;
  } else {
    statement.opaque = true;
  }
}

bool describeDrop(Lexer lexer, Statement& statement) {
  constexpr std::array<std::pair<std::string_view, Kind>, 4> kinds{
      {{"TABLE", Kind::Table}, {"INDEX", Kind::Index}, {"VIEW", Kind::View}, {"TRIGGER", Kind::Trigger}}};
  const Token word = lexer.take();
  const auto* const found = std::ranges::find_if(kinds, [&](const auto& entry) { return word.is(entry.first); });
  if (found == kinds.end()) return false;
  const bool ifExists = takeIfExists(lexer);
  ObjectReference dropped = takeObject(lexer, found->second);
  dropped.ifExists = ifExists;
  statement.destructive = true;
  statement.drops.push_back(std::move(dropped));
  return true;
}

}  // namespace

bool describeChange(Statement& statement) {
  Lexer lexer(statement.sql);
  if (lexer.takeIf("DROP")) return describeDrop(lexer, statement);
  if (!lexer.takeIf("ALTER") || !lexer.takeIf("TABLE")) return false;
  describeAlter(lexer, statement);
  return true;
}

}  // namespace hotswap::db::sqlite
