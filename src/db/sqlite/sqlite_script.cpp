#include "db/sqlite/sqlite_script.h"

#include <utility>

#include "db/script_walk.h"
#include "db/sqlite/sqlite_grammar.h"
#include "db/sqlite/sqlite_split.h"
#include "db/sqlite/sqlite_statement.h"
#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

namespace {

/// Parses one script. Positions are found by going through the text once, statements coming in order.
class Parser {
 public:
  explicit Parser(std::string_view script) : script_(script), walk_(script) {}

  ParsedScript parse() {
    if (auto bad = walk_.badText()) return std::move(*bad);
    std::vector<Stretch> stretches;
    std::size_t count = 0;
    Splitter splitter(script_, walk_.start());
    for (Stretch stretch = splitter.next(); !stretch.empty(); stretch = splitter.next()) {
      if (++count <= mostStatements + 1) stretches.push_back(stretch);
    }
    if (count > mostStatements) return walk_.tooMany(count, stretches.back().begin);
    ParsedScript parsed;
    parsed.statements.reserve(count);
    for (const Stretch& stretch : stretches) {
      walk_.moveTo(stretch.begin);
      Statement statement;
      statement.sql = script_.substr(stretch.begin, stretch.end - stretch.begin);
      statement.offset = stretch.begin;
      statement.position = walk_.position();
      describe(statement);
      if (auto broken = grammar_.check(statement)) return refused(statement, *broken);
      parsed.statements.push_back(std::move(statement));
    }
    return parsed;
  }

 private:
  ParsedScript refused(const Statement& statement, const Grammar::Broken& broken) {
    std::string message = broken.message;
    if (statement.sql.starts_with('.')) {
      message += "; commands of the sqlite3 shell (those with a point) are not SQL and must be left out";
    }
    return walk_.failed(std::move(message), statement.offset + broken.offset);
  }

  std::string_view script_;
  ScriptWalk walk_;
  Grammar grammar_;
};

}  // namespace

ParsedScript SqliteScript::parseStatements(std::string_view script, Trees /*trees*/) const {
  return Parser(script).parse();
}

std::vector<std::string_view> SqliteScript::allComments(std::string_view script) const {
  std::vector<std::string_view> comments;
  Lexer lexer(script, ScriptWalk(script).start(), &comments);
  while (!lexer.atEnd()) lexer.take();
  return comments;
}

}  // namespace hotswap::db::sqlite
