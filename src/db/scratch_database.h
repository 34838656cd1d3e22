#pragma once
#include "domain/connection_string.h"

namespace hotswap::db {

/// An empty database of our own beside another, for trying things out; gone when the object is. Where it can't be
/// dropped then, that is logged, and the next one that is made there drops it.
class ScratchDatabase {
 public:
  ScratchDatabase() = default;
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  virtual ~ScratchDatabase() = default;

  /// Leads to it.
  [[nodiscard]] virtual const ConnectionString& connection() const = 0;
};

}  // namespace hotswap::db
