#pragma once
#include <optional>
#include <span>

#include "analysis/postgres/rewrites/rewrite.h"

/// The rewrites of PostgreSQL, one file each. To add one: write `rewrites/the_rewrite.cpp` and
/// `docs/rewrites/the-rewrite.md` (its examples are its test), declare it here and name it in the list of rewrites.cpp.
namespace hotswap::analysis::postgres::rewrites {

extern const Rewrite addCheck;
extern const Rewrite addColumn;
extern const Rewrite addForeignKey;
extern const Rewrite addKey;
extern const Rewrite attachPartition;
extern const Rewrite changeRows;
extern const Rewrite changeType;
extern const Rewrite createIndex;
extern const Rewrite detachPartition;
extern const Rewrite dropColumn;
extern const Rewrite dropIndex;
extern const Rewrite dropTable;
extern const Rewrite refreshMaterializedView;
extern const Rewrite reindex;
extern const Rewrite renameColumn;
extern const Rewrite renameTable;
extern const Rewrite setNotNull;

/// All of them, by name; at most one answers for a statement.
std::span<const Rewrite* const> all();

/// The safe form of a statement; nothing where it is safe as it stands or has none. An ALTER TABLE with several actions
/// is taken apart for it; copies the schema then.
std::optional<SafeForm> safeForm(const Given& given);

}  // namespace hotswap::analysis::postgres::rewrites
