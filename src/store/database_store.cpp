#include "store/database_store.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "domain/migration.h"
#include "store/connections.h"
#include "store/query.h"

namespace hotswap::store {

namespace {

constexpr const char* columns =
    "SELECT id, name, description, type, environment, sealed_connection, health, config, created_at, updated_at, "
    "version "
    "FROM databases";

void intoDatabase(Query& query, DatabaseTarget& d) {
  query.into(d.id).into(d.name).into(d.description).into(d.type).into(d.environment).into(d.masterConnectionString);
  query.into(d.health).into(d.config).into(d.createdAt).into(d.updatedAt).into(d.version);
}

Error notFound(std::string_view idOrName) {
  return Error(ErrorCode::NotFound, fmt::format("There is no database {}.", oneLine(idOrName, maxNameLength)));
}

/// Reads the replicas of databases and opens what is sealed.
void complete(soci::session& session, const Sealer& sealer, std::vector<DatabaseTarget>& databases) {
  DatabaseId id;
  Replica replica;
  Query query(session, R"(
    SELECT id, sealed_connection, role, traffic_weight FROM replicas WHERE database_id = :id ORDER BY ordinal)");
  query.bind("id", id);
  query.into(replica.id).into(replica.connectionString).into(replica.role).into(replica.trafficWeight);
  for (DatabaseTarget& database : databases) {
    id = database.id;
    database.masterConnectionString = sealer.open(database.masterConnectionString, id.text());
    query.again();
    while (query.next()) {
      database.replicas.push_back(replica);
      database.replicas.back().connectionString = sealer.open(replica.connectionString, id.text());
    }
  }
}

DatabaseTarget readOne(soci::session& session, const Sealer& sealer, const std::string& condition,
                       const std::string& value) {
  std::vector<DatabaseTarget> found(1);
  Query query(session, columns + (" WHERE " + condition + " = :value"));
  query.bind("value", value);
  intoDatabase(query, found.front());
  if (!query.next()) throw notFound(value);
  complete(session, sealer, found);
  return std::move(found.front());
}

void writeReplicas(soci::session& session, const Sealer& sealer, const DatabaseTarget& database) {
  Query(session, "DELETE FROM replicas WHERE database_id = :id").bind("id", database.id).run();
  int ordinal = 0;
  for (const Replica& replica : database.replicas) {
    const std::string sealed = sealer.seal(replica.connectionString, database.id.text());
    Query(session, R"(
      INSERT INTO replicas (database_id, ordinal, id, sealed_connection, role, traffic_weight)
      VALUES (:database, :ordinal, :id, :sealed, :role, :weight))")
        .bind("database", database.id)
        .bind("ordinal", ordinal)
        .bind("id", replica.id)
        .bind("sealed", sealed)
        .bind("role", replica.role)
        .bind("weight", replica.trafficWeight)
        .run();
    ++ordinal;
  }
}

void checkNameIsFree(soci::session& session, const DatabaseTarget& database) {
  DatabaseId other;
  Query query(session, "SELECT id FROM databases WHERE name = :name");
  query.bind("name", database.name).into(other);
  if (query.next() && other != database.id) {
    throw Error(ErrorCode::Conflict, fmt::format("There is a database of the name {} already.", database.name),
                {{"name", "is taken"}});
  }
}

}  // namespace

void DatabaseStore::add(const DatabaseTarget& database) {
  const std::string sealed = sealer_.seal(database.masterConnectionString, database.id.text());
  connections_.write([&](soci::session& session) {
    checkNameIsFree(session, database);
    Query(session, R"(
      INSERT INTO databases (id, name, description, type, environment, sealed_connection, health, config, created_at,
                             updated_at, version)
      VALUES (:id, :name, :description, :type, :environment, :sealed, :health, :config, :created_at, :updated_at,
              :version))")
        .bind("id", database.id)
        .bind("name", database.name)
        .bind("description", database.description)
        .bind("type", database.type)
        .bind("environment", database.environment)
        .bind("sealed", sealed)
        .bind("health", database.health)
        .bind("config", database.config)
        .bind("created_at", database.createdAt)
        .bind("updated_at", database.updatedAt)
        .bind("version", database.version)
        .run();
    writeReplicas(session, sealer_, database);
  });
}

DatabaseTarget DatabaseStore::get(const DatabaseId& id) const {
  return connections_.read([&](soci::session& session) { return readOne(session, sealer_, "id", id.text()); });
}

DatabaseTarget DatabaseStore::find(const std::string& idOrName) const {
  const char* const column = DatabaseId::parse(idOrName) ? "id" : "name";
  return connections_.read([&](soci::session& session) { return readOne(session, sealer_, column, idOrName); });
}

Page<DatabaseTarget> DatabaseStore::list(const PageRequest& page) const {
  const PageRequest part = bounded(page);
  return connections_.read([&](soci::session& session) {
    Page<DatabaseTarget> result;
    Query(session, "SELECT COUNT(*) FROM databases").into(result.total).next();
    DatabaseTarget database;
    Query rows(session, std::string(columns) + " ORDER BY name LIMIT :limit OFFSET :offset");
    rows.bind("limit", part.limit).bind("offset", part.offset);
    intoDatabase(rows, database);
    while (rows.next()) result.items.push_back(database);
    complete(session, sealer_, result.items);
    return result;
  });
}

DatabaseTarget DatabaseStore::update(const DatabaseTarget& database) {
  const std::string sealed = sealer_.seal(database.masterConnectionString, database.id.text());
  return connections_.write([&](soci::session& session) {
    checkNameIsFree(session, database);
    const std::int64_t changed = Query(session, R"(
      UPDATE databases SET name = :name, description = :description, type = :type, environment = :environment,
        sealed_connection = :sealed, health = :health, config = :config, updated_at = :updated_at, version = version + 1
      WHERE id = :id AND version = :version)")
                                     .bind("name", database.name)
                                     .bind("description", database.description)
                                     .bind("type", database.type)
                                     .bind("environment", database.environment)
                                     .bind("sealed", sealed)
                                     .bind("health", database.health)
                                     .bind("config", database.config)
                                     .bind("updated_at", database.updatedAt)
                                     .bind("id", database.id)
                                     .bind("version", database.version)
                                     .run();
    if (changed == 0) {
      const DatabaseTarget stored = readOne(session, sealer_, "id", database.id.text());
      throw Error(ErrorCode::PreconditionFailed,
                  fmt::format("The database {} was changed meanwhile (version {}, not {}); read it again.", stored.name,
                              stored.version, database.version));
    }
    writeReplicas(session, sealer_, database);
    return readOne(session, sealer_, "id", database.id.text());
  });
}

void DatabaseStore::setHealth(const DatabaseId& id, HealthStatus health) {
  connections_.write([&](soci::session& session) {
    if (Query(session, "UPDATE databases SET health = :health WHERE id = :id")
            .bind("health", health)
            .bind("id", id)
            .run() == 0) {
      throw notFound(id.text());
    }
  });
}

void DatabaseStore::remove(const DatabaseId& id) {
  connections_.write([&](soci::session& session) {
    std::int64_t migrations = 0;
    Query(session, "SELECT COUNT(*) FROM migrations WHERE database_id = :id").bind("id", id).into(migrations).next();
    if (migrations > 0) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("The database can't be removed: {} migration(s) refer to it.", migrations));
    }
    std::string execution;
    // A dry run may go on after its migration was pointed at another database.
    Query unfinished(session, R"(
      SELECT id FROM executions WHERE database_id = :id AND status IN ('Pending', 'Running', 'Paused'))");
    if (unfinished.bind("id", id).into(execution).next()) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("The database can't be removed while {} is under way on it.", execution));
    }
    if (Query(session, "DELETE FROM databases WHERE id = :id").bind("id", id).run() == 0) throw notFound(id.text());
  });
}

std::int64_t DatabaseStore::count() const {
  return connections_.read([&](soci::session& session) {
    std::int64_t total = 0;
    Query(session, "SELECT COUNT(*) FROM databases").into(total).next();
    return total;
  });
}

bool DatabaseStore::opensWhatIsSealed() const {
  return connections_.read([&](soci::session& session) {
    std::string id;
    std::string sealed;
    Query rows(session, "SELECT id, sealed_connection FROM databases");
    rows.into(id).into(sealed);
    bool isEmpty = true;
    while (rows.next()) {
      isEmpty = false;
      try {
        static_cast<void>(sealer_.open(sealed, id));
        return true;
      } catch (const Error&) {
        continue;
      }
    }
    return isEmpty;
  });
}

}  // namespace hotswap::store
