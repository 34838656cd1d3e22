#include "store/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "store/query.h"
#include "store/sqlite.h"

namespace hotswap::store {

namespace {

std::vector<std::string> tableNames(soci::session& session) {
  std::string name;
  std::vector<std::string> names;
  soci::statement query = (session.prepare_table_names(), soci::into(name));
  query.execute();
  while (query.fetch()) names.push_back(name);
  return names;
}

/// The newest step taken; 0 for an empty database.
int storedVersion(soci::session& session) {
  const auto tables = tableNames(session);
  if (tables.empty()) return 0;
  if (std::ranges::find(tables, "store_schema") == tables.end()) {
    throw Error(ErrorCode::Unavailable, "It is another program's database, not a store of HotSwap.");
  }
  int version = 0;
  Query(session, "SELECT COALESCE(MAX(version), 0) FROM store_schema").into(version).next();
  return version;
}

void takeStep(soci::session& session, const SchemaStep& step) {
  sqlite::beginWrite(session);
  try {
    if (step.version == 1) {
      Query(session, "CREATE TABLE store_schema (version INTEGER NOT NULL PRIMARY KEY, taken_at BIGINT NOT NULL)")
          .run();
    }
    for (const std::string& statement : step.statements) Query(session, statement).run();
    const TimePoint now = SystemClock().now();
    Query(session, "INSERT INTO store_schema (version, taken_at) VALUES (:version, :now)")
        .bind("version", step.version)
        .bind("now", now)
        .run();
    session << "COMMIT";
  } catch (...) {
    if (sqlite::isInTransaction(session)) session << "ROLLBACK";
    throw;
  }
}

}  // namespace

void upgradeSchema(soci::session& session, const std::vector<SchemaStep>& steps) {
  const int stored = storedVersion(session);
  if (stored > steps.back().version) {
    throw Error(
        ErrorCode::Unavailable,
        fmt::format("It was written by a newer version of HotSwap (schema {}, this one knows {}); use that one.",
                    stored, steps.back().version));
  }
  for (const SchemaStep& step : steps) {
    if (step.version > stored) takeStep(session, step);
  }
}

}  // namespace hotswap::store
