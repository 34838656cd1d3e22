#pragma once
#include <optional>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"
#include "base/clock.h"

namespace hotswap::analysis::postgres {

/// What a middling server does in a second; `./dev bench effects` measures them on the machine it runs on.
struct Rates {
  double scannedBytes = 400e6;   ///< read by a sequential scan that checks each row
  double rewrittenBytes = 70e6;  ///< read, converted and written anew, with its log
  double indexedRows = 900e3;    ///< read, sorted and written as a B-tree
  double changedRows = 100e3;    ///< updated or deleted
  double shortest = 0.005;       ///< seconds that a statement takes whatever it is about
};

/// How long the statement holds its locks by its own work, waiting for others not counted: from the sizes that the
/// schema had before it. Nothing where it reads a table whose size nobody knows.
std::optional<Seconds> estimatedTime(const Effects& effects, const KnownSchema& before, const Rates& rates = {});

}  // namespace hotswap::analysis::postgres
