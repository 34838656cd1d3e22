#include "db/sqlite/sqlite_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "db/sqlite/sqlite_grammar.h"
#include "db/sqlite/sqlite_split.h"
#include "db/sqlite/sqlite_statement.h"
#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// Parses one script. Positions are found by going through the text once, statements coming in order.
class Parser {
 public:
  explicit Parser(std::string_view script)
      : script_(script), start_(script.starts_with(byteOrderMark) ? byteOrderMark.size() : 0), cursor_(start_) {}

  ParsedScript parse() {
    if (const std::size_t bad = firstBadByte(script_); bad != std::string_view::npos) {
      return failed(script_[bad] == '\0' ? "the script contains a NUL byte" : "the script is not valid UTF-8", bad);
    }
    std::vector<Stretch> stretches;
    std::size_t count = 0;
    Splitter splitter(script_, start_);
    for (Stretch stretch = splitter.next(); !stretch.empty(); stretch = splitter.next()) {
      if (++count <= mostStatements + 1) stretches.push_back(stretch);
    }
    if (count > mostStatements) return tooMany(count, stretches.back().begin);
    ParsedScript parsed;
    parsed.statements.reserve(count);
    for (const Stretch& stretch : stretches) {
      moveTo(stretch.begin);
      Statement statement;
      statement.sql = script_.substr(stretch.begin, stretch.end - stretch.begin);
      statement.offset = stretch.begin;
      statement.position = position_;
      describe(statement);
      if (auto broken = grammar_.check(statement)) return refused(statement, *broken);
      parsed.statements.push_back(std::move(statement));
    }
    return parsed;
  }

 private:
  void moveTo(std::size_t offset) {
    const Position step = positionOf(script_.substr(cursor_), offset - cursor_);
    position_.column = step.line == 1 ? position_.column + step.column - 1 : step.column;
    position_.line += step.line - 1;
    cursor_ = offset;
  }

  ParsedScript failed(std::string message, std::size_t offset) {
    ParsedScript parsed;
    cursor_ = start_;
    position_ = {};
    moveTo(std::max(offset, start_));
    parsed.error = SyntaxError{std::move(message), offset, position_};
    return parsed;
  }

  ParsedScript tooMany(std::size_t count, std::size_t firstTooMany) {
    ParsedScript parsed =
        failed(fmt::format("the script has {} statements, at most {} are taken", count, mostStatements), firstTooMany);
    parsed.error->statementsInAll = count;
    return parsed;
  }

  ParsedScript refused(const Statement& statement, const Grammar::Broken& broken) {
    std::string message = broken.message;
    if (statement.sql.starts_with('.')) {
      message += "; commands of the sqlite3 shell (those with a point) are not SQL and must be left out";
    }
    return failed(std::move(message), statement.offset + broken.offset);
  }

  std::string_view script_;
  std::size_t start_;   ///< behind the byte order mark
  std::size_t cursor_;  ///< the byte that `position_` is of
  Position position_;
  Grammar grammar_;
};

}  // namespace

ParsedScript SqliteScript::parse(std::string_view script) const { return Parser(script).parse(); }

std::vector<std::string_view> SqliteScript::allComments(std::string_view script) const {
  std::vector<std::string_view> comments;
  Lexer lexer(script, script.starts_with(byteOrderMark) ? byteOrderMark.size() : 0, &comments);
  while (!lexer.atEnd()) lexer.take();
  return comments;
}

}  // namespace hotswap::db::sqlite
