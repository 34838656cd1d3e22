#pragma once
#include <soci/soci.h>

#include <optional>
#include <string>
#include <vector>

#include "domain/migration.h"
#include "store/migration_move.h"

// The rows that belong to a migration, read and written inside of a caller's transaction.
namespace hotswap::store {

/// Everything of one migration; nothing where there is none.
std::optional<Migration> readMigration(soci::session& session, const MigrationId& id);

/// Tags and dependencies of migrations that were read without them.
void readLists(soci::session& session, std::vector<Migration>& migrations);

/// Puts the given tags and dependencies in the place of the stored ones.
void writeLists(soci::session& session, const Migration& migration);

/// Throws Error (ValidationError) where the database or a dependency is unknown or the dependencies lead back to the
/// migration itself; the details name which, and the way round.
void checkReferences(soci::session& session, const Migration& migration);

/// Throws Error: NotFound, Conflict (see MigrationMove).
void moveMigration(soci::session& session, const MigrationId& id, const MigrationMove& move);

}  // namespace hotswap::store
