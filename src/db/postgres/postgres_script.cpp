#include "db/postgres/postgres_script.h"

#include <malloc.h>
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_nesting.h"
#include "db/postgres/postgres_statement.h"
#include "db/script_walk.h"

namespace hotswap::db::postgres {

namespace {

/// What is nested deeper is refused; the server's own limit (max_stack_depth) is in the same region.
constexpr std::size_t deepestNesting = 3000;
/// A level takes at least two bytes (`+1`), so that a shorter statement can't be nested too deeply.
constexpr std::size_t harmlessBytes = 2 * deepestNesting;
/// After parsing a script larger than this the allocator is asked to give its memory back.
constexpr std::size_t largeScriptBytes = std::size_t{1} << 20U;

/// Of the text of statements, up to which their trees are kept.
constexpr std::size_t mostKeptBytes = std::size_t{1} << 20U;

/// Each character of a run of operator characters makes the lexer look at the rest of the run again; no operator or
/// comment that a person writes has as many.
constexpr std::size_t longestOperatorRun = 4096;

using SplitResult = std::unique_ptr<PgQuerySplitResult, void (*)(PgQuerySplitResult*)>;
SplitResult owned(PgQuerySplitResult parts) {
  return {new PgQuerySplitResult(parts), [](PgQuerySplitResult* result) {
            pg_query_free_split_result(*result);
            delete result;
          }};
}
SplitResult split(const std::string& sql) { return owned(pg_query_split_with_parser(sql.c_str())); }
/// Looks for the ends of statements alone, at a tenth of the memory; says less of what is wrong.
SplitResult splitRoughly(const std::string& sql) { return owned(pg_query_split_with_scanner(sql.c_str())); }

using Tokens = std::unique_ptr<PgQuery__ScanResult, void (*)(PgQuery__ScanResult*)>;
Tokens tokensOf(const std::string& sql) {
  Tokens tokens(nullptr, [](PgQuery__ScanResult* scanned) { pg_query__scan_result__free_unpacked(scanned, nullptr); });
  const PgQueryScanResult result = pg_query_scan(sql.c_str());
  if (result.error == nullptr) {
    tokens.reset(pg_query__scan_result__unpack(nullptr, result.pbuf.len,
                                               reinterpret_cast<const std::uint8_t*>(result.pbuf.data)));
  }
  pg_query_free_scan_result(result);
  return tokens;
}

bool isComment(const PgQuery__ScanToken& token) {
  return token.token == PG_QUERY__TOKEN__SQL_COMMENT || token.token == PG_QUERY__TOKEN__C_COMMENT;
}

/// Where the first run of more than longestOperatorRun operator characters starts; npos where there is none.
std::size_t endlessOperator(std::string_view text) {
  constexpr std::string_view operatorCharacters = "~!@#^&|`?+-*/%<>=";
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    length = operatorCharacters.find(text[at]) == std::string_view::npos ? 0 : length + 1;
    if (length > longestOperatorRun) return at - longestOperatorRun;
  }
  return std::string_view::npos;
}

bool startsWithWord(std::string_view sql) {
  return !sql.empty() && ((sql.front() >= 'a' && sql.front() <= 'z') || (sql.front() >= 'A' && sql.front() <= 'Z'));
}

/// Parses one script. Positions are found by going through the text once, statements coming in order.
class Parser {
 public:
  Parser(std::string_view script, Trees trees) : script_(script), walk_(script), trees_(trees) {}

  ParsedScript parse() {
    if (auto bad = walk_.badText()) return std::move(*bad);
    if (const std::size_t run = endlessOperator(script_); run != std::string_view::npos) {
      return walk_.failed("there are too many operator characters in a row", run);
    }
    const std::string sql(script_.substr(walk_.start()));
    if (auto tooLong = tooManyStatements(sql)) return std::move(*tooLong);
    const SplitResult parts = split(sql);
    if (parts->error != nullptr) return refused(*parts->error);
    ParsedScript parsed;
    parsed.statements.reserve(static_cast<std::size_t>(parts->n_stmts));
    for (int i = 0; i < parts->n_stmts; ++i) {
      const PgQuerySplitStmt& part = *parts->stmts[i];
      const auto from = walk_.start() + static_cast<std::size_t>(part.stmt_location);
      std::string_view text = script_.substr(from);
      if (part.stmt_len > 0) text = text.substr(0, static_cast<std::size_t>(part.stmt_len));
      if (auto error = add(from, text, parsed.statements)) return walk_.failed(*error, walk_.offset());
    }
    return parsed;
  }

 private:
  /// Appends the statement in `text`, which starts at `from`; says what is wrong with it where something is.
  std::optional<std::string> add(std::size_t from, std::string_view text, std::vector<Statement>& statements) {
    std::string_view trimmed = trim(text);
    from += static_cast<std::size_t>(trimmed.data() - text.data());
    std::string sql(trimmed);
    if (!startsWithWord(trimmed) || sql.size() > harmlessBytes) {
      const Tokens tokens = tokensOf(sql);
      if (!tokens) return "the statement can't be read";
      std::size_t first = 0;
      while (first < tokens->n_tokens && isComment(*tokens->tokens[first])) ++first;
      if (first == tokens->n_tokens) return std::nullopt;
      const auto skipped = static_cast<std::size_t>(tokens->tokens[first]->start);
      walk_.moveTo(from + skipped);
      if (nestingBound(*tokens) > deepestNesting) return "the statement is nested too deeply";
      from += skipped;
      sql.erase(0, skipped);
    }
    walk_.moveTo(from);
    ParseTree tree = parseTree(sql);
    if (!tree || tree->n_stmts != 1 || tree->stmts[0]->stmt == nullptr) return "the statement can't be read";
    Statement statement;
    statement.sql = std::move(sql);
    statement.offset = from;
    statement.position = walk_.position();
    describe(*tree->stmts[0]->stmt, statement);
    // Taking a deep tree down needs a deep stack, and a tree takes up to a hundred times the length of its text.
    if (trees_ == Trees::Kept && statement.sql.size() <= shallowBytes &&
        (keptBytes_ += statement.sql.size()) <= mostKeptBytes) {
      statement.tree = std::make_shared<KeptTree>(std::move(tree));
    }
    statements.push_back(std::move(statement));
    return std::nullopt;
  }

  /// Counts before the parser spends memory on each of them: it keeps the trees of all statements at once.
  std::optional<ParsedScript> tooManyStatements(const std::string& sql) {
    const auto semicolons = static_cast<std::size_t>(std::count(sql.begin(), sql.end(), ';'));
    if (semicolons < mostStatements) return std::nullopt;
    const SplitResult parts = splitRoughly(sql);
    if (parts->error != nullptr) return refused(*parts->error);
    const auto count = static_cast<std::size_t>(parts->n_stmts);
    if (count <= mostStatements) return std::nullopt;
    auto first = static_cast<std::size_t>(parts->stmts[mostStatements]->stmt_location);
    first = std::min(sql.find_first_not_of(" \t\r\n", first), sql.size());
    return walk_.tooMany(count, walk_.start() + first);
  }

  ParsedScript refused(const PgQueryError& error) {
    // The parser counts characters from 1, the byte order mark is not among them.
    const std::size_t character = error.cursorpos > 0 ? static_cast<std::size_t>(error.cursorpos) - 1 : 0;
    const std::size_t offset = walk_.start() + byteOffsetOf(script_.substr(walk_.start()), character);
    std::string message = error.message;
    if (message.starts_with("memory exhausted")) message = "the statement is nested too deeply";
    if (offset < script_.size() && script_[offset] == '\\') {
      message += "; commands of psql (those with a backslash) are not SQL and must be left out";
    }
    return walk_.failed(std::move(message), offset);
  }

  std::string_view script_;
  ScriptWalk walk_;
  Trees trees_;
  std::size_t keptBytes_ = 0;  ///< of the text of statements whose trees are kept
};

}  // namespace

ParsedScript PostgresScript::parseStatements(std::string_view script, Trees trees) const {
  // Offsets of the parser are 32-bit.
  if (script.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return {{}, SyntaxError{"the script is too long", 0, {}}};
  }
  ParsedScript parsed;
  if (script.size() <= shallowBytes) return Parser(script, trees).parse();
  const auto parse = [&] { parsed = Parser(script, trees).parse(); };
  if (script.size() <= largeScriptBytes) {
    onDeepStack(parse);
    return parsed;
  }
  // A tree takes up to a hundred times the length of its text, so that large scripts are parsed one at a time.
  static std::mutex oneAtATime;
  const std::lock_guard lock(oneAtATime);
  onDeepStack(parse);
  malloc_trim(0);
  return parsed;
}

std::vector<std::string_view> PostgresScript::allComments(std::string_view script) const {
  std::vector<std::string_view> comments;
  if (!isUtf8(script) || endlessOperator(script) != std::string_view::npos) return comments;
  const std::string_view sql = script.substr(ScriptWalk(script).start());
  const Tokens tokens = tokensOf(std::string(sql));
  if (!tokens) return comments;
  for (std::size_t i = 0; i < tokens->n_tokens; ++i) {
    const PgQuery__ScanToken& token = *tokens->tokens[i];
    if (!isComment(token)) continue;
    const auto start = static_cast<std::size_t>(token.start);
    comments.push_back(sql.substr(start, static_cast<std::size_t>(token.end) - start));
  }
  return comments;
}

}  // namespace hotswap::db::postgres
