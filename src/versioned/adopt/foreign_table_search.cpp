#include "versioned/adopt/foreign_table_search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/history.h"

namespace hotswap::versioned {

namespace {

using Columns = std::vector<std::string>;

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The columns of a table in lower case; nothing where there is no such table.
std::optional<Columns> columnsOf(const db::Engine& engine, db::Session& session, const ForeignTable& table) {
  const bool isThere =
      engine.catalog()
          .exists(session,
                  {.kind = db::ObjectReference::Kind::Table, .schema = table.schema, .name = table.name, .table = {}})
          .value_or(false);
  if (!isThere) return std::nullopt;
  Columns columns = session.query(fmt::format("select * from {} where 1 = 0", table.quoted())).columns();
  std::ranges::transform(columns, columns.begin(), lowered);
  return columns;
}

/// HotSwap's own history has the name that Flyway's had long ago.
bool isOwnHistory(const ForeignTable& table, const Columns& columns) {
  return table.name == History::table && hasColumns(columns, {"kind", "state", "execution_time_ms"});
}

/// The tool whose table that is; null where it is none's.
const ForeignHistory* ownerOf(const Columns& columns) {
  const auto& all = foreignHistories();
  const auto owner = std::ranges::find_if(all, [&](const auto& history) { return history->fits(columns); });
  return owner == all.end() ? nullptr : owner->get();
}

[[noreturn]] void refuseMisfit(const ForeignHistory& foreign, const ForeignTable& table, const Columns& columns) {
  if (const ForeignHistory* owner = ownerOf(columns)) {
    throw Error(ErrorCode::Conflict, fmt::format("The table {} is not {}'s but {}'s; take it over with --from {}.",
                                                 table.text(), foreign.name(), owner->name(), toText(owner->tool())));
  }
  throw Error(ErrorCode::Conflict,
              fmt::format("The table {} is not {}'s: its columns are {}. Name {}'s table with --table.", table.text(),
                          foreign.name(), fmt::join(columns, ", "), foreign.name()));
}

[[noreturn]] void refuseAbsence(const db::Engine& engine, db::Session& session, const ForeignHistory& foreign,
                                const std::vector<ForeignTable>& lookedFor) {
  std::vector<std::string> names;
  for (const ForeignTable& table : lookedFor) names.push_back(table.text());
  std::string text = fmt::format("This database has no table {} of {}.", fmt::join(names, " or "), foreign.name());
  for (const auto& other : foreignHistories()) {
    for (const ForeignTable& table : other->usualTables()) {
      const auto columns = columnsOf(engine, session, table);
      if (!columns || !other->fits(*columns)) continue;
      throw Error(ErrorCode::NotFound, fmt::format("{} The table {} is {}'s; is --from {} meant?", text, table.text(),
                                                   other->name(), toText(other->tool())));
    }
  }
  throw Error(ErrorCode::NotFound,
              fmt::format("{} Is it the right database? Where the table has another name or is in another schema, name "
                          "it with --table.{}",
                          text, foreign.whereElse()));
}

}  // namespace

ForeignTable findTable(const db::Engine& engine, db::Session& session, const ForeignHistory& foreign,
                       const std::string& named) {
  const std::vector<ForeignTable> candidates =
      named.empty() ? foreign.usualTables() : std::vector<ForeignTable>{ForeignTable::parse(named)};
  std::optional<std::pair<ForeignTable, Columns>> misfit;
  for (const ForeignTable& table : candidates) {
    auto columns = columnsOf(engine, session, table);
    if (!columns || (named.empty() && isOwnHistory(table, *columns))) continue;
    if (foreign.fits(*columns)) return table;
    if (!misfit) misfit.emplace(table, std::move(*columns));
  }
  if (misfit) refuseMisfit(foreign, misfit->first, misfit->second);
  refuseAbsence(engine, session, foreign, candidates);
}

}  // namespace hotswap::versioned
