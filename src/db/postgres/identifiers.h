#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace hotswap::db::postgres {

/// A name as it stands in SQL, without its quotes, before the server cuts it to 63 bytes.
struct Identifier {
  std::string text;
  std::size_t offset = 0;  ///< of its first byte
};

/// All names of a statement, by the server's own scanner; keywords that stand without quotes are none. Empty where
/// the text can't be scanned.
std::vector<Identifier> identifiersIn(const std::string& sql);

/// Whether the grammar takes the name as that of a table or column in double quotes alone.
bool isReserved(const std::string& name);

}  // namespace hotswap::db::postgres
