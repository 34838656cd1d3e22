#pragma once
#include <string>

#include "domain/connection_string.h"

namespace hotswap::secret {

/// The connection string behind a text: itself, or what `env:NAME` or `file:/path` (a regular file of at most 64 KiB;
/// white space at its ends doesn't count) holds now. Throws Error (ValidationError) where the variable or file is
/// missing, empty or holds no connection string, naming it and nothing of what it holds, or for `vault:` (not supported
/// yet).
ConnectionString resolve(const std::string& connectionString);

/// The same, as the text that is behind it, whatever that says.
std::string resolveText(const std::string& text);

}  // namespace hotswap::secret
