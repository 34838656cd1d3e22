#include "store/migration_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "store/connections.h"
#include "store/migration_rows.h"
#include "store/query.h"

namespace hotswap::store {

namespace {

Error notFound(std::string_view idOrName) {
  return Error(ErrorCode::NotFound, fmt::format("There is no migration {}.", oneLine(idOrName, maxNameLength)));
}

Migration readExisting(soci::session& session, const MigrationId& id) {
  auto migration = readMigration(session, id);
  if (!migration) throw notFound(id.text());
  return std::move(*migration);
}

void checkNameIsFree(soci::session& session, const Migration& migration) {
  MigrationId other;
  Query query(session, "SELECT id FROM migrations WHERE database_id = :database AND name = :name");
  query.bind("database", migration.targetDatabaseId).bind("name", migration.name).into(other);
  if (query.next() && other != migration.id) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The database has a migration of the name {} already.", migration.name),
                {{"name", "is taken"}});
  }
}

void checkNothingRefersTo(soci::session& session, const Migration& migration) {
  std::string name;
  std::vector<std::string> names;
  Query dependents(session, R"(
    SELECT m.name FROM migration_dependencies d JOIN migrations m ON m.id = d.migration_id
    WHERE d.depends_on = :id ORDER BY m.name)");
  dependents.bind("id", migration.id).into(name);
  while (dependents.next()) names.push_back(name);
  if (!names.empty()) {
    throw Error(ErrorCode::Conflict, fmt::format("The migration {} can't be deleted: {} depend(s) on it.",
                                                 migration.name, fmt::join(names, ", ")));
  }
  std::string execution;
  // A dry run goes on while its migration is a draft.
  Query unfinished(session, R"(
    SELECT id FROM executions WHERE migration_id = :id AND status IN ('Pending', 'Running', 'Paused'))");
  if (unfinished.bind("id", migration.id).into(execution).next()) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The migration {} can't be deleted while {} is under way.", migration.name, execution));
  }
}

}  // namespace

void MigrationStore::add(const Migration& migration) {
  connections_.write([&](soci::session& session) {
    checkReferences(session, migration);
    checkNameIsFree(session, migration);
    Query(session, R"(
      INSERT INTO migrations (id, database_id, name, description, strategy, status, risk_level, estimated_seconds,
                              checksum, created_by, created_at, updated_at, version)
      VALUES (:id, :database, :name, :description, :strategy, :status, :risk, :estimated, :checksum, :created_by,
              :created_at, :updated_at, :version))")
        .bind("id", migration.id)
        .bind("database", migration.targetDatabaseId)
        .bind("name", migration.name)
        .bind("description", migration.description)
        .bind("strategy", migration.strategy)
        .bind("status", migration.status)
        .bind("risk", migration.riskLevel)
        .bind("estimated", migration.estimatedDuration)
        .bind("checksum", migration.checksum)
        .bind("created_by", migration.createdBy)
        .bind("created_at", migration.createdAt)
        .bind("updated_at", migration.updatedAt)
        .bind("version", migration.version)
        .run();
    Query(session, R"(
      INSERT INTO migration_scripts (migration_id, migration_script, rollback_script)
      VALUES (:id, :forward, :back))")
        .bind("id", migration.id)
        .bind("forward", migration.migrationScript)
        .bind("back", migration.rollbackScript)
        .run();
    writeLists(session, migration);
  });
}

Migration MigrationStore::get(const MigrationId& id) const {
  return connections_.read([&](soci::session& session) { return readExisting(session, id); });
}

Migration MigrationStore::find(const std::string& idOrName) const {
  return connections_.read([&](soci::session& session) {
    if (const auto id = MigrationId::parse(idOrName)) return readExisting(session, *id);
    MigrationId id;
    Query query(session, "SELECT id FROM migrations WHERE name = :name LIMIT 2");
    query.bind("name", idOrName).into(id);
    if (!query.next()) throw notFound(idOrName);
    const MigrationId first = id;
    if (query.next()) {
      throw Error(ErrorCode::Conflict, fmt::format("Several databases have a migration {}; use its id.", idOrName));
    }
    return readExisting(session, first);
  });
}

Page<Migration> MigrationStore::list(const MigrationFilter& filter, const PageRequest& page) const {
  Conditions where;
  if (filter.status) where.add("status = :status");
  if (filter.database) where.add("database_id = :database");
  // EXISTS, not IN: SQLite then walks in the order asked for and stops at the limit, however common the tag is.
  if (filter.tag)
    where.add("EXISTS (SELECT 1 FROM migration_tags t WHERE t.tag = :tag AND t.migration_id = migrations.id)");
  const auto bindFilter = [&](Query& query) {
    if (filter.status) query.bind("status", *filter.status);
    if (filter.database) query.bind("database", *filter.database);
    if (filter.tag) query.bind("tag", *filter.tag);
  };
  const PageRequest part = bounded(page);

  return connections_.read([&](soci::session& session) {
    Page<Migration> result;
    Query count(session, "SELECT COUNT(*) FROM migrations" + where.text());
    bindFilter(count);
    count.into(result.total).next();

    Migration m;
    Query rows(session, R"(
      SELECT id, name, description, database_id, strategy, status, risk_level, estimated_seconds, checksum, created_by,
             created_at, updated_at, version
      FROM migrations)" + where.text() +
                            " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset");
    bindFilter(rows);
    rows.bind("limit", part.limit).bind("offset", part.offset);
    rows.into(m.id).into(m.name).into(m.description).into(m.targetDatabaseId).into(m.strategy).into(m.status);
    rows.into(m.riskLevel).into(m.estimatedDuration).into(m.checksum).into(m.createdBy).into(m.createdAt);
    rows.into(m.updatedAt).into(m.version);
    while (rows.next()) result.items.push_back(m);
    readLists(session, result.items);
    return result;
  });
}

Migration MigrationStore::update(const Migration& migration) {
  return connections_.write([&](soci::session& session) {
    const Migration stored = readExisting(session, migration.id);
    if (stored.version != migration.version) {
      throw Error(ErrorCode::PreconditionFailed,
                  fmt::format("The migration {} was changed meanwhile (version {}, not {}); read it again.",
                              stored.name, stored.version, migration.version));
    }
    checkReferences(session, migration);
    checkNameIsFree(session, migration);
    Query(session, R"(
      UPDATE migrations SET database_id = :database, name = :name, description = :description, strategy = :strategy,
        status = :status, risk_level = :risk, estimated_seconds = :estimated, checksum = :checksum,
        updated_at = :updated_at, version = version + 1
      WHERE id = :id)")
        .bind("database", migration.targetDatabaseId)
        .bind("name", migration.name)
        .bind("description", migration.description)
        .bind("strategy", migration.strategy)
        .bind("status", migration.status)
        .bind("risk", migration.riskLevel)
        .bind("estimated", migration.estimatedDuration)
        .bind("checksum", migration.checksum)
        .bind("updated_at", migration.updatedAt)
        .bind("id", migration.id)
        .run();
    Query(session, R"(
      UPDATE migration_scripts SET migration_script = :forward, rollback_script = :back WHERE migration_id = :id)")
        .bind("forward", migration.migrationScript)
        .bind("back", migration.rollbackScript)
        .bind("id", migration.id)
        .run();
    writeLists(session, migration);
    return readExisting(session, migration.id);
  });
}

void MigrationStore::setStatus(const MigrationId& id, const std::vector<MigrationStatus>& from, MigrationStatus to,
                               TimePoint at) {
  connections_.write([&](soci::session& session) { moveMigration(session, id, {.from = from, .to = to, .at = at}); });
}

void MigrationStore::remove(const MigrationId& id) {
  connections_.write([&](soci::session& session) {
    const Migration migration = readExisting(session, id);
    if (!mayDelete(migration.status)) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("The migration {} is {}; only one that is Draft, Failed or RolledBack can be deleted.",
                              migration.name, toText(migration.status)));
    }
    checkNothingRefersTo(session, migration);
    Query(session, "DELETE FROM migrations WHERE id = :id").bind("id", id).run();
  });
}

std::vector<std::string> MigrationStore::openDependencies(const MigrationId& id) const {
  return connections_.read([&](soci::session& session) {
    std::string name;
    std::vector<std::string> names;
    Query query(session, R"(
      SELECT m.name FROM migration_dependencies d JOIN migrations m ON m.id = d.depends_on
      WHERE d.migration_id = :id AND m.status <> 'Succeeded' ORDER BY d.ordinal)");
    query.bind("id", id).into(name);
    while (query.next()) names.push_back(name);
    return names;
  });
}

}  // namespace hotswap::store
