#pragma once
#include <string>

#include "domain/connection_string.h"

namespace hotswap::secret {

/// The connection string behind a text: itself, or what `env:NAME` or `file:/path` holds now. Throws Error
/// (ValidationError) where the variable or file is missing or empty, naming it, or for `vault:` (not supported yet).
ConnectionString resolve(const std::string& connectionString);

}  // namespace hotswap::secret
