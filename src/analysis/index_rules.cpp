#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "analysis/conflicts.h"
#include "analysis/finding.h"

namespace hotswap::analysis {

namespace {

using Kind = db::ObjectReference::Kind;

bool mayBe(const db::ObjectReference& object, const std::string& schema, const std::string& name) {
  return object.name == name && (object.schema.empty() || object.schema == schema);
}

/// The names of all tables that statements work on.
std::vector<std::string> tablesOf(const std::vector<db::Statement>& statements) {
  std::set<std::string> names;
  for (const db::Statement& statement : statements) {
    if (!statement.indexShape.empty() && !statement.needs.empty()) names.insert(statement.needs.front().name);
    for (const auto* objects : {&statement.needs, &statement.drops}) {
      for (const db::ObjectReference& object : *objects) {
        if (object.kind == Kind::Table) names.insert(object.name);
      }
    }
  }
  return {names.begin(), names.end()};
}

/// Whether a statement works on the table, other than reading it.
bool touches(const db::Statement& statement, const db::Index& index) {
  if (statement.lockClass == db::LockClass::None) return false;
  const auto isTable = [&](const db::ObjectReference& object) {
    return object.kind == Kind::Table && mayBe(object, index.schema, index.table);
  };
  return std::ranges::any_of(statement.needs, isTable) || std::ranges::any_of(statement.drops, isTable);
}

/// Whether a statement drops the index or builds it anew.
bool clears(const db::Statement& statement, const db::Index& index) {
  const auto isIndex = [&](const db::ObjectReference& object) {
    return object.kind == Kind::Index && mayBe(object, index.schema, index.name);
  };
  if (std::ranges::any_of(statement.drops, isIndex)) return true;
  const bool rebuilds =
      statement.concurrentBuild && statement.concurrentBuild->kind == db::ConcurrentBuild::Kind::Reindex;
  return (rebuilds || statement.rewrites) &&
         (std::ranges::any_of(statement.needs, isIndex) || touches(statement, index));
}

void findInvalid(const std::vector<db::Index>& indexes, const std::vector<db::Statement>& statements,
                 std::vector<Finding>& findings) {
  for (const db::Index& index : indexes) {
    if (index.valid) continue;
    const auto isCleared = [&](const db::Statement& statement) { return clears(statement, index); };
    if (std::ranges::any_of(statements, isCleared)) continue;
    const auto first =
        std::ranges::find_if(statements, [&](const db::Statement& statement) { return touches(statement, index); });
    if (first == statements.end()) continue;
    findings.push_back(about(
        *first, static_cast<std::size_t>(first - statements.begin()), "invalid-index", Severity::Warning,
        fmt::format("The index {}.{} on {} is invalid: a build of it has failed, and every write still pays for it.",
                    index.schema, index.name, index.table),
        "Drop it, or build it anew with REINDEX INDEX CONCURRENTLY."));
  }
}

/// What the database has already of the index that a statement would build; nothing where it has none like it.
const db::Index* twinOf(const db::Statement& statement, const std::vector<db::Index>& indexes,
                        const db::Engine& engine) {
  const auto& table = statement.needs.front();
  for (const db::Index& index : indexes) {
    if (!mayBe(table, index.schema, index.table) || !index.valid) continue;
    const bool sameName =
        std::ranges::any_of(statement.makes, [&](const db::ObjectReference& made) { return made.name == index.name; });
    if (sameName) continue;
    const db::ParsedScript parsed = engine.script().parse(index.definition);
    if (parsed.statements.size() == 1 && parsed.statements.front().indexShape == statement.indexShape) return &index;
  }
  return nullptr;
}

void findDuplicates(const db::Engine& engine, const std::vector<db::Index>& indexes,
                    const std::vector<db::Statement>& statements, std::vector<Finding>& findings) {
  std::set<std::string> dropped;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const db::Statement& statement = statements[i];
    for (const auto& object : statement.drops) dropped.insert(object.name);
    if (statement.indexShape.empty() || statement.needs.empty()) continue;
    const db::Index* twin = twinOf(statement, indexes, engine);
    if (twin == nullptr || dropped.contains(twin->name)) continue;
    findings.push_back(about(
        statement, i, "duplicate-index", Severity::Warning,
        fmt::format("The index {}.{} on {} is the same under another name.", twin->schema, twin->name, twin->table),
        "Use the present index, or rename it."));
  }
}

}  // namespace

std::vector<Finding> indexFindings(const db::Engine& engine, db::Session& session,
                                   const std::vector<db::Statement>& statements) {
  std::vector<Finding> findings;
  const std::vector<std::string> tables = tablesOf(statements);
  if (tables.empty()) return findings;
  const std::vector<db::Index> indexes = engine.catalog().indexesOf(session, tables);
  findInvalid(indexes, statements, findings);
  findDuplicates(engine, indexes, statements, findings);
  return findings;
}

}  // namespace hotswap::analysis
