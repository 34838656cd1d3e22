#pragma once
#include <filesystem>
#include <string>

#include "base/random.h"

namespace hotswap::secret {

/// The 64 hexadecimal digits kept in `file`; where it doesn't exist yet it is made with 32 random bytes and mode 0600,
/// whole at once: two processes that start together end with the same key, and one that dies leaves no half of one.
/// `created` tells which. Throws Error (ValidationError) where the file can be read by others or holds anything else,
/// Error (Unavailable) where it can't be read or made.
struct KeyFile {
  std::string hex;
  bool created = false;
};
KeyFile readOrMakeKeyFile(const std::filesystem::path& file, Random& random);

}  // namespace hotswap::secret
