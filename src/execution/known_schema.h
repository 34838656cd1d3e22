#pragma once
#include <optional>

#include "db/catalog.h"

namespace hotswap::execution {

/// The schema as it was read before the script and, where the whole script was done, right after it.
struct KnownSchema {
  db::SchemaListing before;
  std::optional<db::SchemaListing> after = std::nullopt;
};

/// The schema that has to be there once all is undone: that from before, with what others have changed between the end
/// of the script (`known.after`) and the beginning of the way back (`present`), wherever the script itself has changed
/// nothing. Pure.
db::SchemaListing schemaToReach(const KnownSchema& known, const db::SchemaListing& present);

/// `before`, but for what is now as others had it. (What they made of something that the script had made, such as an
/// index on its new table, may as well have gone with it.)
db::SchemaListing nearestOf(const db::SchemaListing& before, const db::SchemaListing& toReach,
                            const db::SchemaListing& now);

}  // namespace hotswap::execution
