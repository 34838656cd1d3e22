#include "db/postgres/dump/dump_tables.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "db/postgres/dump/dump_queries.h"
#include "db/postgres/dump/table_statement.h"

namespace hotswap::db::postgres {

namespace {

/// Numbers with commas between them.
std::vector<std::int64_t> numbersIn(const std::string& text) {
  std::vector<std::int64_t> numbers;
  for (const char* at = text.data(); at < text.data() + text.size(); ++at) {
    std::int64_t number = 0;
    at = std::from_chars(at, text.data() + text.size(), number).ptr;
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

int stageOf(const std::string& name) {
  static constexpr std::array stages{"schema",
                                     "extension",
                                     "access method",
                                     "language",
                                     "foreign data wrapper",
                                     "foreign server",
                                     "type",
                                     "collation",
                                     "function",
                                     "operator",
                                     "operator family",
                                     "operator class",
                                     "operator family members",
                                     "cast",
                                     "conversion",
                                     "transform",
                                     "text search",
                                     "sequence",
                                     "table",
                                     "foreign key",
                                     "view",
                                     "publication",
                                     "database",
                                     "access",
                                     "default privileges",
                                     "filling",
                                     "event trigger"};
  return static_cast<int>(std::ranges::find(stages, name) - stages.begin());
}

const DumpColumn* DumpTable::column(const std::string& wanted) const {
  const auto found = std::ranges::find(columns, wanted, &DumpColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

const DumpConstraint* DumpTable::constraint(const std::string& wanted) const {
  const auto found = std::ranges::find(constraints, wanted, &DumpConstraint::name);
  return found == constraints.end() ? nullptr : &*found;
}

DumpTables::DumpTables(PinnedSettings& pinned) {
  readTables(pinned);
  readColumns(pinned);
  readConstraints(pinned);
  for (const auto& [number, table] : tables_) addDescendants(table, table);
}

void DumpTables::readTables(PinnedSettings& pinned) {
  const Rows rows = pinned.read(std::string(dumpPrelude) + dumpTables);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::int64_t number = rows.integer(row, 0);
    tables_[number] = {.number = number,
                       .name = rows.text(row, 1),
                       .kind = rows.text(row, 2).front(),
                       .unlogged = rows.boolean(row, 3),
                       .accessMethod = rows.text(row, 4),
                       .tablespace = rows.text(row, 5),
                       .options = rows.text(row, 6),
                       .partitionKey = rows.text(row, 7),
                       .bound = rows.text(row, 8),
                       .parents = numbersIn(rows.text(row, 9)),
                       .ofType = rows.text(row, 10),
                       .replicaIdentity = rows.text(row, 11),
                       .rowSecurity = rows.boolean(row, 12),
                       .rowSecurityForced = rows.boolean(row, 13),
                       .server = rows.text(row, 14),
                       .detaching = rows.at(row, 15) && rows.boolean(row, 15),
                       .columns = {},
                       .constraints = {}};
  }
}

void DumpTables::readColumns(PinnedSettings& pinned) {
  const Rows rows = pinned.read(dumpPrelude + dumpColumns());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto table = tables_.find(rows.integer(row, 0));
    if (table == tables_.end()) continue;  // made in this very moment
    table->second.columns.push_back({.name = rows.text(row, 1),
                                     .type = rows.text(row, 2),
                                     .collation = rows.text(row, 3),
                                     .notNull = rows.boolean(row, 4),
                                     .defaultNumber = rows.at(row, 5) ? rows.integer(row, 5) : 0,
                                     .expression = rows.text(row, 6),
                                     .generated = rows.text(row, 7),
                                     .identity = rows.text(row, 8),
                                     .sequence = rows.text(row, 9),
                                     .storage = rows.text(row, 10),
                                     .compression = rows.text(row, 11),
                                     .statistics = rows.text(row, 12),
                                     .options = rows.text(row, 13),
                                     .foreignOptions = rows.text(row, 14),
                                     .local = rows.boolean(row, 15),
                                     .inherited = rows.boolean(row, 16),
                                     .sequenceOrder = rows.text(row, 17),
                                     .notNullClause = rows.text(row, 18),
                                     .notNullName = rows.text(row, 19)});
  }
}

void DumpTables::readConstraints(PinnedSettings& pinned) {
  const Rows rows = pinned.read(std::string(dumpPrelude) + dumpConstraints);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto table = tables_.find(rows.integer(row, 0));
    if (table == tables_.end()) continue;
    table->second.constraints.push_back({.number = rows.integer(row, 1),
                                         .name = rows.text(row, 2),
                                         .kind = rows.text(row, 3).front(),
                                         .definition = rows.text(row, 4),
                                         .validated = rows.boolean(row, 5),
                                         .local = rows.boolean(row, 6),
                                         .inherited = rows.boolean(row, 7),
                                         .implied = rows.boolean(row, 8),
                                         .parent = rows.integer(row, 9)});
  }
}

/// `descendant` is told to all above it.
void DumpTables::addDescendants(const DumpTable& table, const DumpTable& descendant) {
  for (const std::int64_t parent : table.parents) {
    const auto found = tables_.find(parent);
    if (found == tables_.end() || !descendants_[found->second.id()].insert(descendant.id()).second) continue;
    addDescendants(found->second, descendant);
  }
}

const std::set<ObjectId>& DumpTables::descendants(const ObjectId& table) const {
  static const std::set<ObjectId> none;
  const auto found = descendants_.find(table);
  return found == descendants_.end() ? none : found->second;
}

std::map<ObjectId, ObjectId> DumpTables::parts() const {
  std::map<ObjectId, ObjectId> parts;
  for (const auto& [number, table] : tables_) {
    for (const DumpColumn& column : table.columns) {
      if (column.defaultNumber != 0) parts.emplace(column.defaultId(), table.id());
    }
    for (const DumpConstraint& constraint : table.constraints) {
      if (!standsAlone(table, constraint)) parts.emplace(constraint.id(), table.id());
    }
  }
  return parts;
}

std::vector<DumpEntry> DumpTables::entries(const std::set<ObjectId>& apart) const {
  std::vector<DumpEntry> entries;
  for (const auto& [number, table] : tables_) {
    TableStatement statement(tables_, table, descendants(table.id()), apart);
    for (DumpEntry& entry : statement.entries()) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace hotswap::db::postgres
