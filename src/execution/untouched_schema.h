#pragma once
#include <string>
#include <vector>

#include "db/catalog.h"
#include "db/script.h"

namespace hotswap::execution {

/// Whether the statement might take something away that was there before, as far as its text tells; errs on the side of
/// yes.
bool threatens(const db::Statement& statement, const db::SchemaListing& before);

/// What was there before a migration and is as it was after it: a way back has no business with it, whatever its script
/// says. (A forward script with IF NOT EXISTS makes nothing of what is there already; the DROP of its way back would
/// take it away with all its rows.)
class UntouchedSchema {
 public:
  UntouchedSchema(const db::SchemaListing& before, const db::SchemaListing& present);

  /// Whether the statement does nothing but drop some of it.
  [[nodiscard]] bool isAllThatIsDroppedBy(const db::Statement& statement) const;
  /// What of it is missing in `now` or differs there, as sentences.
  [[nodiscard]] std::vector<std::string> damageIn(const db::SchemaListing& now) const;

 private:
  db::SchemaListing untouched_;
  db::SchemaListing made_;  ///< what the migration made or changed
};

}  // namespace hotswap::execution
