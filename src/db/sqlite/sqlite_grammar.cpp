#include "db/sqlite/sqlite_grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "db/session.h"
#include "db/sqlite/sqlite_error.h"
#include "db/sqlite/sqlite_tokens.h"

namespace hotswap::db::sqlite {

namespace {

/// Some pragmas do what they do while they are compiled, and a few of those for the whole process.
int refusePragmas(void* /*unused*/, int action, const char*, const char*, const char*, const char*) {
  return action == SQLITE_PRAGMA ? SQLITE_DENY : SQLITE_OK;
}

/// Whether the statement works on a view, as only INSTEAD OF triggers do.
bool isInsteadOf(const std::string& sql) {
  Lexer lexer(sql);
  while (!lexer.atEnd() && !lexer.peek().is("BEGIN")) {
    if (lexer.take().is("INSTEAD")) return true;
  }
  return false;
}

/// What an ALTER TABLE or a CREATE TRIGGER works on: the library reads on only where it is there.
std::optional<ObjectReference> lookedForFirst(const Statement& statement) {
  if (statement.kind != "ALTER TABLE" && statement.kind != "CREATE TRIGGER") return std::nullopt;
  if (!statement.needs.empty()) return statement.needs.front();
  return std::nullopt;
}

/// An object in a database for as long as this lives.
class Standin {
 public:
  Standin(sqlite3* connection, const ObjectReference& object, bool view)
      : connection_(connection), kind_(view ? "view" : "table") {
    const bool temporary = sameName(object.schema, "temp");
    name_ = (temporary ? "temp." : "main.") + quoteIdentifier(object.name);
    const char* content = view ? "as select 1 as \"\"" : "(\"\")";
    sqlite3_exec(connection_, fmt::format("create {} {} {}", kind_, name_, content).c_str(), nullptr, nullptr, nullptr);
  }
  Standin(const Standin&) = delete;
  Standin& operator=(const Standin&) = delete;
  ~Standin() {
    sqlite3_exec(connection_, fmt::format("drop {} if exists {}", kind_, name_).c_str(), nullptr, nullptr, nullptr);
  }

 private:
  sqlite3* connection_;
  const char* kind_;
  std::string name_;
};

}  // namespace

Grammar::Grammar() : connection_(openFile(inMemory).connection) {
  sqlite3_set_authorizer(connection_.get(), refusePragmas, nullptr);
}

std::optional<Grammar::Broken> Grammar::check(const Statement& statement) {
  std::optional<Standin> standin;
  if (const auto object = lookedForFirst(statement)) {
    standin.emplace(connection_.get(), *object, isInsteadOf(statement.sql));
  }
  return compile(statement.sql);
}

std::optional<Grammar::Broken> Grammar::compile(const std::string& sql) {
  const auto length = static_cast<int>(std::min<std::size_t>(sql.size(), std::numeric_limits<int>::max()));
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), length, &prepared, nullptr);
  const StatementHandle statement(prepared);
  if (code == SQLITE_OK) return std::nullopt;
  SqlFailure failure = failureOf(connection_.get(), code, sql);
  if (failure.kind != SqlErrorKind::Syntax && code != SQLITE_TOOBIG) return std::nullopt;
  const bool pointsSomewhere = failure.offset <= sql.size();
  return Broken{.message = std::move(failure.message), .offset = pointsSomewhere ? failure.offset : 0};
}

}  // namespace hotswap::db::sqlite
