#pragma once
#include "db/session.h"

namespace hotswap::db::postgres {

/// Holds the settings that change how the server prints names, dates and numbers at known values, so that one schema
/// always reads the same: above all a search path of pg_catalog alone. Opens a transaction for it, inside of one a
/// savepoint, and rolls back to where it was: what is done meanwhile is for reading. That undoes a failed statement
/// too. Call `release` when done; the destructor does it for the way out by an exception.
class PinnedSettings {
 public:
  /// Throws SqlError.
  explicit PinnedSettings(Session& session);
  PinnedSettings(const PinnedSettings&) = delete;
  PinnedSettings& operator=(const PinnedSettings&) = delete;
  ~PinnedSettings();

  /// Gives back the locks taken since the settings were pinned. Throws SqlError.
  void letGo();
  /// Puts everything back. Throws SqlError.
  void release();

 private:
  Session& session_;
  bool ownTransaction_;
  bool released_ = false;
};

}  // namespace hotswap::db::postgres
