#pragma once
#include <string>
#include <utility>
#include <vector>

#include "db/script.h"
#include "execution/known_schema.h"

namespace hotswap::execution {

/// Whether the statement might take something away that was there before, as far as its text tells; errs on the side of
/// yes.
bool threatens(const db::Statement& statement, const db::SchemaListing& before);

/// What a migration has neither made nor changed: a way back has no business with it, whatever its script says. (A
/// forward script with IF NOT EXISTS makes nothing of what is there already; the DROP of its way back would take it
/// away with all its rows.)
class UntouchedSchema {
 public:
  explicit UntouchedSchema(SchemaShares shares) : shares_(std::move(shares)) {}

  /// Whether the statement might take some of it away, as far as its text tells; errs on the side of yes.
  [[nodiscard]] bool isThreatenedBy(const db::Statement& statement) const {
    return threatens(statement, shares_.untouched);
  }

  /// Whether the statement does nothing but drop some of it.
  [[nodiscard]] bool isAllThatIsDroppedBy(const db::Statement& statement) const;
  /// What of it is missing in `now` or differs there, as sentences.
  [[nodiscard]] std::vector<std::string> damageIn(const db::SchemaListing& now) const;

 private:
  SchemaShares shares_;
};

}  // namespace hotswap::execution
