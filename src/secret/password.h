#pragma once
#include <string>
#include <string_view>

#include "base/random.h"

namespace hotswap::secret {

/// argon2id (RFC 9106) of a password in its encoded form (parameters and salt included). About 50 ms and 64 MiB by
/// design; the memory is given back. At most two run at a time over all threads, further ones wait, so that a flood of
/// logins can't take all memory. Throws Error (InternalError) when memory is short.
std::string hashPassword(std::string_view password);
/// Whether the password fits the hash; as slow as hashing. False for a text that is no such hash.
bool verifyPassword(std::string_view password, const std::string& hash);
/// A random password a person can type: 24 characters without those that look alike (about 138 bits).
std::string makePassword(Random& random);

}  // namespace hotswap::secret
