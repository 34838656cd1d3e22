#pragma once
#include <string>
#include <string_view>

#include "base/random.h"

namespace hotswap::secret {

/// argon2id of a password in its encoded form (parameters and salt included). About 50 ms and 64 MiB by design.
/// Throws Error (InternalError) when memory is short.
std::string hashPassword(std::string_view password);
/// Whether the password fits the hash; as slow as hashing.
bool verifyPassword(std::string_view password, const std::string& hash);
/// A random password a person can type: 24 characters without those that look alike (about 137 bits).
std::string makePassword(Random& random);

}  // namespace hotswap::secret
