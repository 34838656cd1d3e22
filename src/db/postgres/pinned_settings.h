#pragma once
#include <span>
#include <string_view>

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

  /// The rows of a reading query; the locks it took are given back. What somebody else drops between its row being
  /// read and its definition being asked for makes the server fail with an internal error (XX000) or a missing object,
  /// and somebody else's DDL may hold a lock: that query is asked again, a few times. Throws SqlError.
  Rows read(std::string_view sql, std::span<const Value> parameters = {});
  /// Puts everything back. Throws SqlError.
  void release();

 private:
  void letGo();

  Session& session_;
  bool ownTransaction_;
  bool released_ = false;
};

}  // namespace hotswap::db::postgres
