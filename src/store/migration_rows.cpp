#include "store/migration_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "store/query.h"

namespace hotswap::store {

namespace {

std::optional<std::string> nameOf(soci::session& session, const MigrationId& id) {
  std::string name;
  if (!Query(session, "SELECT name FROM migrations WHERE id = :id").bind("id", id).into(name).next()) {
    return std::nullopt;
  }
  return name;
}

/// The shortest way along stored dependencies from those of `migration` back to it, both ends included; empty where
/// there is none. Breadth first: each migration is visited once.
std::vector<MigrationId> findCycle(soci::session& session, const Migration& migration) {
  std::unordered_map<MigrationId, MigrationId> cameFrom;
  std::deque<MigrationId> open;
  const auto reach = [&](const MigrationId& id, const MigrationId& from) {
    if (cameFrom.emplace(id, from).second) open.push_back(id);
  };
  for (const MigrationId& dependency : migration.dependencies) reach(dependency, migration.id);

  MigrationId current;
  MigrationId next;
  Query query(session, "SELECT depends_on FROM migration_dependencies WHERE migration_id = :id ORDER BY ordinal");
  query.bind("id", current).into(next);
  while (!open.empty()) {
    current = open.front();
    open.pop_front();
    if (current == migration.id) {
      std::vector<MigrationId> way{current};
      do {
        way.push_back(cameFrom.at(way.back()));
      } while (way.back() != migration.id);
      std::ranges::reverse(way);
      return way;
    }
    query.again();
    while (query.next()) reach(next, current);
  }
  return {};
}

}  // namespace

std::optional<Migration> readMigration(soci::session& session, const MigrationId& id) {
  std::vector<Migration> found(1);
  Migration& m = found.front();
  Query query(session, R"(
    SELECT m.id, m.name, m.description, m.database_id, m.strategy, m.status, m.risk_level, m.estimated_seconds,
           m.checksum, m.created_by, m.created_at, m.updated_at, m.version, s.migration_script, s.rollback_script
    FROM migrations m JOIN migration_scripts s ON s.migration_id = m.id WHERE m.id = :id)");
  query.bind("id", id);
  query.into(m.id).into(m.name).into(m.description).into(m.targetDatabaseId).into(m.strategy).into(m.status);
  query.into(m.riskLevel).into(m.estimatedDuration).into(m.checksum).into(m.createdBy).into(m.createdAt);
  query.into(m.updatedAt).into(m.version).into(m.migrationScript).into(m.rollbackScript);
  if (!query.next()) return std::nullopt;
  readLists(session, found);
  return std::move(m);
}

void readLists(soci::session& session, std::vector<Migration>& migrations) {
  MigrationId id;
  std::string tag;
  MigrationId dependency;
  Query tags(session, "SELECT tag FROM migration_tags WHERE migration_id = :id ORDER BY ordinal");
  tags.bind("id", id).into(tag);
  Query dependencies(session,
                     "SELECT depends_on FROM migration_dependencies WHERE migration_id = :id ORDER BY ordinal");
  dependencies.bind("id", id).into(dependency);
  for (Migration& migration : migrations) {
    id = migration.id;
    tags.again();
    while (tags.next()) migration.tags.push_back(tag);
    dependencies.again();
    while (dependencies.next()) migration.dependencies.push_back(dependency);
  }
}

void writeLists(soci::session& session, const Migration& migration) {
  Query(session, "DELETE FROM migration_tags WHERE migration_id = :id").bind("id", migration.id).run();
  Query(session, "DELETE FROM migration_dependencies WHERE migration_id = :id").bind("id", migration.id).run();
  int ordinal = 0;
  std::string tag;
  Query addTag(session, "INSERT INTO migration_tags (migration_id, ordinal, tag) VALUES (:id, :ordinal, :tag)");
  addTag.bind("id", migration.id).bind("ordinal", ordinal).bind("tag", tag);
  for (const std::string& each : migration.tags) {
    tag = each;
    addTag.run();
    ++ordinal;
  }
  ordinal = 0;
  MigrationId dependency;
  Query addDependency(
      session, "INSERT INTO migration_dependencies (migration_id, ordinal, depends_on) VALUES (:id, :ordinal, :other)");
  addDependency.bind("id", migration.id).bind("ordinal", ordinal).bind("other", dependency);
  for (const MigrationId& each : migration.dependencies) {
    dependency = each;
    addDependency.run();
    ++ordinal;
  }
}

void checkReferences(soci::session& session, const Migration& migration) {
  std::vector<ErrorDetail> details;
  DatabaseId database;
  if (!Query(session, "SELECT id FROM databases WHERE id = :id")
           .bind("id", migration.targetDatabaseId)
           .into(database)
           .next()) {
    details.push_back({"targetDatabaseId", fmt::format("there is no database {}", migration.targetDatabaseId.text())});
  }
  for (std::size_t i = 0; i < migration.dependencies.size(); ++i) {
    const MigrationId& dependency = migration.dependencies[i];
    if (dependency != migration.id && !nameOf(session, dependency)) {
      details.push_back(
          {fmt::format("dependencies[{}]", i), fmt::format("there is no migration {}", dependency.text())});
    }
  }
  if (!details.empty()) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The migration {} refers to something that doesn't exist.", migration.name),
                std::move(details));
  }
  const auto cycle = findCycle(session, migration);
  if (cycle.empty()) return;
  std::string way;
  for (const MigrationId& id : cycle) {
    if (!way.empty()) way += " → ";
    way += id == migration.id ? migration.name : nameOf(session, id).value_or(id.text());
  }
  throw Error(ErrorCode::ValidationError,
              fmt::format("The dependencies of the migration {} form a cycle.", migration.name),
              {{"dependencies", way}});
}

void moveMigration(soci::session& session, const MigrationId& id, const MigrationMove& move) {
  std::string name;
  MigrationStatus present{};
  Query read(session, "SELECT name, status FROM migrations WHERE id = :id");
  if (!read.bind("id", id).into(name).into(present).next()) {
    throw Error(ErrorCode::NotFound, fmt::format("There is no migration {}.", id.text()));
  }
  std::int64_t moved = 0;
  if (std::ranges::find(move.from, present) != move.from.end()) {
    // Compared again by the statement, so that it holds where transactions run side by side, too.
    Query update(session, R"(
      UPDATE migrations SET status = :status, updated_at = :at, version = version + 1
      WHERE id = :id AND status = :present)");
    moved = update.bind("status", move.to).bind("at", move.at).bind("id", id).bind("present", present).run();
  }
  if (moved == 0) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The migration {} is {} and can't become {}.", name, toText(present), toText(move.to)));
  }
}

}  // namespace hotswap::store
