#pragma once
#include <optional>
#include <string>
#include <vector>

#include "db/catalog.h"

namespace hotswap::execution {

/// The schema as it was read before the script and, where the whole script was done, right after it.
struct KnownSchema {
  db::SchemaListing before;
  std::optional<db::SchemaListing> after = std::nullopt;
};

/// Whether a definition under a key of a listing is still the same; the place of a column doesn't count, because it
/// moves up when a column before it goes. Pure.
bool isSame(const std::string& key, const std::optional<std::string>& one, const std::optional<std::string>& other);

/// Whose is what of the schema that a way back finds.
struct SchemaShares {
  db::SchemaListing untouched;  ///< the script has no part in it: from before, or others'
  db::SchemaListing made;       ///< the script has made or changed it
  db::SchemaListing hanging;    ///< others have made it of what the script had made, and it goes with that (an index)
  /// Something that the script had made is gone already. So what is new may be that, under another name.
  bool traceable = true;
};

/// Without the schema from after the script, everything that is not as before counts as made by it. Pure.
SchemaShares sharesOf(const KnownSchema& known, const db::SchemaListing& present);

struct SchemaVerdict {
  std::vector<std::string> remaining;  ///< what is not as it has to be; none: the way back is proved
  std::vector<std::string> byOthers;   ///< what others have changed since the script, and what became of it
};

/// Whether a way back that found `present` and left `now` has done what it had to: the schema is as before but for what
/// others have changed, which is as they left it. Pure.
SchemaVerdict judgeSchema(const KnownSchema& known, const db::SchemaListing& present, const db::SchemaListing& now);

}  // namespace hotswap::execution
