#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "db/script.h"
#include "db/sqlite/sqlite_file.h"

namespace hotswap::db::sqlite {

/// Asks the library whether statements are right, without running them: each is compiled for an empty database in
/// memory of its own, and what it says of missing tables is passed over.
class Grammar {
 public:
  Grammar();

  struct Broken {
    std::string message;     ///< the library's
    std::size_t offset = 0;  ///< byte in the statement; its start where the library points nowhere
  };
  /// Nothing where the statement is right. Of an ALTER TABLE or a CREATE TRIGGER in a schema other than `main` and
  /// `temp` only the beginning is looked at.
  std::optional<Broken> check(const Statement& statement);

 private:
  std::optional<Broken> compile(const std::string& sql);

  ConnectionHandle connection_;
};

}  // namespace hotswap::db::sqlite
