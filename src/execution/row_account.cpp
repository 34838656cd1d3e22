#include "execution/row_account.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace hotswap::execution {

namespace {

constexpr std::size_t mostTablesTold = 20;
constexpr std::string_view truncate = "TRUNCATE TABLE";

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

bool hidesWhatItDoes(const db::Statement& statement) { return statement.opaque && statement.kind != truncate; }

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
  const bool allInSight = std::ranges::none_of(statements, &hidesWhatItDoes);
  for (const db::RowChanges& table : changes) {
    const std::string name = fmt::format("{}.{}", table.schema, table.name);
    if (table.inserted > 0 || table.updated > 0 || table.deleted > 0) {
      verdict.counts.push_back(fmt::format("rows of {}: {} inserted, {} updated, {} deleted", name, table.inserted,
                                           table.updated, table.deleted));
    }
    if ((table.deleted <= 0 && !table.emptied) || namesAny(statements, table)) continue;
    if (table.emptied && allInSight) {
      verdict.emptied.push_back(name);
    } else {
      verdict.warnings.push_back(fmt::format(
          "{} of {} went though no statement names the table: by a cascade, a trigger, a view or a function",
          table.emptied ? "all rows" : fmt::format("{} row(s)", table.deleted), name));
    }
  }
  return verdict;
}

void RowAccount::open(db::Session& session, const db::Statement& next) {
  if (!before_ && mayChangeRows(next)) before_ = run_.engine().catalog().rowChanges(session);
}

std::span<const db::Statement> RowAccount::statements() const {
  const db::Unit& unit = run_.units[run_.unit];
  return std::span(run_.script.statements).subspan(unit.first, unit.count);
}

void RowAccount::close(db::Session& session) const {
  if (!before_) return;
  const RowVerdict verdict = judgeRows(statements(), since(*before_, run_.engine().catalog().rowChanges(session)));
  for (std::size_t i = 0; i < std::min(verdict.counts.size(), mostTablesTold); ++i) {
    run_.journal.log({.message = verdict.counts[i]});
  }
  if (verdict.counts.size() > mostTablesTold) {
    run_.journal.log({.message = fmt::format("and {} more tables", verdict.counts.size() - mostTablesTold)});
  }
  for (const std::string& warning : verdict.warnings) run_.journal.log({.level = "warning", .message = warning});
  if (!verdict.emptied.empty()) refuse(verdict.emptied);
}

void RowAccount::refuse(const std::vector<std::string>& emptied) const {
  const auto all = statements();
  const auto cause = std::ranges::find(all, truncate, &db::Statement::kind);
  const auto index = static_cast<std::size_t>(cause == all.end() ? 0 : cause - all.begin());
  const db::Statement& statement = all[index];
  throw StatementFailed(
      db::SqlError({.message = fmt::format("it would also empty {}, which no statement names, and was not committed; "
                                           "name every table that is to be emptied",
                                           fmt::join(emptied, ", "))},
                   {.changedAnything = run_.changedBefore()}),
      run_.units[run_.unit].first + index, statement.position, statement.sql);
}

}  // namespace hotswap::execution
