#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "domain/enum_text.h"

namespace hotswap::analysis {

/// How strongly a table (or index, view, sequence) is locked, weakest first: a stronger mode conflicts with everything
/// that a weaker one conflicts with, but for ShareUpdateExclusive against Share.
enum class LockMode {
  AccessShare,           ///< SELECT
  RowShare,              ///< SELECT … FOR UPDATE, checks of foreign keys
  RowExclusive,          ///< INSERT, UPDATE, DELETE, MERGE
  ShareUpdateExclusive,  ///< VACUUM, ANALYZE, concurrent builds, VALIDATE CONSTRAINT
  Share,                 ///< CREATE INDEX
  ShareRowExclusive,     ///< CREATE TRIGGER, ADD FOREIGN KEY
  Exclusive,             ///< REFRESH MATERIALIZED VIEW CONCURRENTLY
  AccessExclusive,       ///< most of ALTER TABLE, DROP, TRUNCATE
};

/// Whether a session has to wait for `one` while another holds `other` on the same object (PostgreSQL manual, table
/// "Conflicting Lock Modes"). Symmetric.
bool conflicts(LockMode one, LockMode other);
/// SELECT has to wait.
inline bool blocksReads(LockMode mode) { return conflicts(mode, LockMode::AccessShare); }
/// INSERT, UPDATE and DELETE have to wait.
inline bool blocksWrites(LockMode mode) { return conflicts(mode, LockMode::RowExclusive); }

}  // namespace hotswap::analysis

namespace hotswap {
/// The server's own words, as in pg_locks.mode.
template <>
struct EnumTexts<analysis::LockMode> {
  static constexpr std::array entries{
      std::pair{analysis::LockMode::AccessShare, std::string_view("AccessShareLock")},
      std::pair{analysis::LockMode::RowShare, std::string_view("RowShareLock")},
      std::pair{analysis::LockMode::RowExclusive, std::string_view("RowExclusiveLock")},
      std::pair{analysis::LockMode::ShareUpdateExclusive, std::string_view("ShareUpdateExclusiveLock")},
      std::pair{analysis::LockMode::Share, std::string_view("ShareLock")},
      std::pair{analysis::LockMode::ShareRowExclusive, std::string_view("ShareRowExclusiveLock")},
      std::pair{analysis::LockMode::Exclusive, std::string_view("ExclusiveLock")},
      std::pair{analysis::LockMode::AccessExclusive, std::string_view("AccessExclusiveLock")}};
};
}  // namespace hotswap
