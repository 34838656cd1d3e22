#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "db/engine.h"

namespace hotswap::db::sqlite {

/// HotSwap's lock of a database file, which says nothing to other programs: an flock on a file beside it, named like it
/// with `-hotswap-lock` behind, in which stands who has it. It is free as soon as its holder gives it back or dies,
/// however that happens; the file is removed when it is given back, and one left behind by a holder that died is no
/// lock. Two names of one file by way of hard links are two locks. One object is for one session; not thread-safe.
class DatabaseLock {
 public:
  /// `path`: the database's, absolute and with symbolic links followed; empty for one that nobody else can see, whose
  /// lock is always given.
  explicit DatabaseLock(std::string path);
  DatabaseLock(const DatabaseLock&) = delete;
  DatabaseLock& operator=(const DatabaseLock&) = delete;
  /// Gives it back.
  ~DatabaseLock() { release(); }

  /// Takes it without waiting. Nothing where it is held by this object now (or was before), else who holds it. Throws
  /// SqlError where the file beside can't be made or written.
  std::optional<LockHolder> tryTake(std::string_view application);
  void release() noexcept;

 private:
  [[nodiscard]] bool isAtItsPlace(int file) const;
  void writeHolder(int file, std::string_view application) const;

  std::string path_;  ///< of the file beside the database; empty where there is none
  int file_ = -1;     ///< open while the lock is held
};

}  // namespace hotswap::db::sqlite
