#include "execution/row_account.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace hotswap::execution {

namespace {

constexpr std::size_t mostTablesTold = 20;

bool isNamed(const db::ObjectReference& object, const std::string& schema, const std::string& name) {
  return object.kind == db::ObjectReference::Kind::Table && object.name == name &&
         (object.schema.empty() || object.schema == schema);
}

/// Whether a statement that takes rows away names the table, or one that it is a part of.
bool namesAny(std::span<const db::Statement> statements, const db::RowChanges& table) {
  return std::ranges::any_of(statements, [&](const db::Statement& statement) {
    return statement.changesData && std::ranges::any_of(statement.needs, [&](const db::ObjectReference& object) {
             return isNamed(object, table.schema, table.name) ||
                    std::ranges::any_of(table.partOf,
                                        [&](const auto& whole) { return isNamed(object, whole.first, whole.second); });
           });
  });
}

bool sameTable(const db::RowChanges& one, const db::RowChanges& other) {
  return one.schema == other.schema && one.name == other.name;
}

/// What came between two readings.
std::vector<db::RowChanges> since(const std::vector<db::RowChanges>& before, std::vector<db::RowChanges> now) {
  for (db::RowChanges& table : now) {
    const auto was =
        std::ranges::find_if(before, [&](const db::RowChanges& earlier) { return sameTable(earlier, table); });
    if (was == before.end()) continue;
    table.inserted -= was->inserted;
    table.updated -= was->updated;
    table.deleted -= was->deleted;
  }
  return now;
}

}  // namespace

bool mayChangeRows(const db::Statement& statement) {
  return statement.changesData || (statement.opaque && statement.kind == "SELECT");
}

RowVerdict judgeRows(std::span<const db::Statement> statements, const std::vector<db::RowChanges>& changes) {
  RowVerdict verdict;
  for (const db::RowChanges& table : changes) {
    if (table.inserted <= 0 && table.updated <= 0 && table.deleted <= 0) continue;
    const std::string name = fmt::format("{}.{}", table.schema, table.name);
    verdict.counts.push_back(fmt::format("rows of {}: {} inserted, {} updated, {} deleted", name, table.inserted,
                                         table.updated, table.deleted));
    if (table.deleted > 0 && !namesAny(statements, table)) {
      verdict.warnings.push_back(
          fmt::format("{} row(s) of {} went though no statement names the table: by a cascade, a trigger, a view or a "
                      "function",
                      table.deleted, name));
    }
  }
  return verdict;
}

void RowAccount::before(db::Session& session, std::size_t index) {
  const db::Statement& statement = run_.statement(index);
  if (!mayChangeRows(statement)) return;
  if (!opening_) opening_ = run_.engine().catalog().rowChanges(session);
  const std::vector<std::string> emptied = run_.engine().catalog().emptiedBesides(session, statement);
  if (emptied.empty()) return;
  db::SqlFailure failure;
  failure.message = fmt::format(
      "it would also empty {}, which it does not name; name every table that is to be emptied, and leave CASCADE out",
      fmt::join(emptied, ", "));
  throw StatementFailed(db::SqlError(failure, {.changedAnything = run_.changedBefore()}), index, statement.position,
                        statement.sql);
}

void RowAccount::close(db::Session& session) const {
  if (!opening_) return;
  const db::Unit& unit = run_.units[run_.unit];
  const RowVerdict verdict = judgeRows(std::span(run_.script.statements).subspan(unit.first, unit.count),
                                       since(*opening_, run_.engine().catalog().rowChanges(session)));
  for (std::size_t i = 0; i < std::min(verdict.counts.size(), mostTablesTold); ++i) {
    run_.journal.log({.message = verdict.counts[i]});
  }
  if (verdict.counts.size() > mostTablesTold) {
    run_.journal.log({.message = fmt::format("and {} more tables", verdict.counts.size() - mostTablesTold)});
  }
  for (const std::string& warning : verdict.warnings) run_.journal.log({.level = "warning", .message = warning});
}

}  // namespace hotswap::execution
