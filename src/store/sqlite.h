#pragma once
#include <soci/soci.h>

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "store/durability.h"

// What is SQLite's own in the store; everything else there is SQL that PostgreSQL understands, too.
namespace hotswap::store::sqlite {

/// Connections to `file`, which must exist: WAL, foreign keys, busy timeout 10 s. Throw Error (Unavailable).
std::unique_ptr<soci::session> openWriter(const std::filesystem::path& file, Durability durability);
std::unique_ptr<soci::session> openReader(const std::filesystem::path& file);

/// Reads the whole file and throws Error (Unavailable) with the first fault found. Seconds for gigabytes.
void checkIntegrity(soci::session& session);

/// Begins a transaction that may write; waits here, not at its first write or commit, for another that does.
void beginWrite(soci::session& session);

/// False where the failed statement has ended the transaction already.
bool isInTransaction(soci::session& session);

/// What a failure means to a caller: Conflict for a unique or foreign key, Unavailable for everything that has to do
/// with the file, InternalError for the rest. Decided by SQLite's result code; SOCI's own text is never shown, because
/// it holds the values that were bound.
Error translate(const soci::soci_error& error);

}  // namespace hotswap::store::sqlite
