#include <algorithm>
#include <array>
#include <string>

#include "db/sqlite/sqlite_statement.h"
#include "db/sqlite/sqlite_statement_parts.h"

namespace hotswap::db::sqlite {

namespace {

using Kind = ObjectReference::Kind;

template <std::size_t Size>
bool oneOf(const std::array<std::string_view, Size>& words, std::string_view word) {
  return std::ranges::any_of(words, [&](std::string_view known) { return sameName(known, word); });
}

/// Goes on to the table whose rows INSERT, REPLACE, UPDATE or DELETE changes; says whether rows in the way of new ones
/// are deleted (OR REPLACE).
bool moveToTarget(Lexer& lexer, const std::string& kind) {
  int depth = 0;
  while (!lexer.atEnd()) {
    const Token token = lexer.take();
    if (token.is("(")) ++depth;
    if (token.is(")")) --depth;
    if (depth == 0 && token.is(kind)) break;
  }
  bool replaces = kind == "REPLACE";
  if (lexer.takeIf("OR")) replaces = lexer.take().is("REPLACE") || replaces;
  if (kind == "DELETE") lexer.takeIf("FROM");
  if (kind != "UPDATE") lexer.takeIf("INTO");
  return replaces;
}

void describeRows(Statement& statement) {
  Lexer lexer(statement.sql);
  const bool replaces = moveToTarget(lexer, statement.kind);
  statement.lockClass = LockClass::Data;
  statement.changesData = true;
  statement.destructive = replaces || statement.kind == "DELETE";
  const ObjectReference table = takeObject(lexer, Kind::Table);
  if (table.name.empty()) return;
  statement.needs.push_back(table);
  if (statement.kind != "INSERT" && statement.kind != "REPLACE") return;
  if (lexer.takeIf("AS")) lexer.take();
  if (!lexer.takeIf("(")) return;
  while (lexer.peek().isName()) {
    statement.needs.push_back(partOf(table, Kind::Column, nameOf(lexer.take())));
    if (!lexer.takeIf(",")) break;
  }
}

/// PRAGMA [schema.]name [= value | (value)].
void describePragma(Statement& statement) {
  // In a transaction SQLite passes these over without a word, refuses them, or puts them off.
  constexpr std::array<std::string_view, 10> outsideTransactions{
      "foreign_keys", "journal_mode", "synchronous",          "temp_store",           "auto_vacuum",
      "page_size",    "encoding",     "temp_store_directory", "data_store_directory", "locking_mode"};
  constexpr std::array<std::string_view, 4> inTheFile{"user_version", "application_id", "schema_version",
                                                      "default_cache_size"};
  Lexer lexer(statement.sql);
  lexer.take();
  const std::string name = takeObject(lexer, Kind::Other).name;
  const bool sets = lexer.peek().is("=") || lexer.peek().is("(");
  statement.lockClass = LockClass::None;
  statement.transactional = !(sets && oneOf(outsideTransactions, name)) && !sameName(name, "wal_checkpoint");
  if (sameName(name, "incremental_vacuum")) statement.lockClass = LockClass::Strong;
  if ((sets && oneOf(inTheFile, name)) || sameName(name, "optimize")) statement.lockClass = LockClass::Data;
  if (sets && (sameName(name, "writable_schema") || sameName(name, "schema_version"))) statement.opaque = true;
}

void describeAttach(Statement& statement) {
  statement.lockClass = LockClass::None;
  statement.transactional = false;
}

}  // namespace

bool describeOther(Statement& statement) {
  constexpr std::array<std::string_view, 7> transactions{"BEGIN",       "COMMIT",    "END",    "ROLLBACK",
                                                         "ROLLBACK TO", "SAVEPOINT", "RELEASE"};
  constexpr std::array<std::string_view, 4> rows{"INSERT", "REPLACE", "UPDATE", "DELETE"};
  const std::string& kind = statement.kind;
  if (oneOf(transactions, kind)) {
    statement.transactionControl = true;
    statement.lockClass = LockClass::None;
  } else if (oneOf(rows, kind)) {
    describeRows(statement);
  } else if (kind == "SELECT" || kind == "EXPLAIN") {
    statement.lockClass = LockClass::None;
  } else if (kind == "PRAGMA") {
    describePragma(statement);
  } else if (kind == "ATTACH" || kind == "DETACH") {
    describeAttach(statement);
  } else if (kind == "VACUUM") {
    statement.transactional = false;
    statement.rewrites = true;
  } else if (kind == "REINDEX") {
    statement.rewrites = true;
  } else if (kind == "ANALYZE") {
    statement.lockClass = LockClass::Data;
  } else {
    return false;
  }
  return true;
}

}  // namespace hotswap::db::sqlite
