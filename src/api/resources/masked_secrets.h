#pragma once
#include <vector>

#include "base/error.h"
#include "domain/database.h"

namespace hotswap::api {

/// Connection strings are shown with `****` for the password. These decide what `****` means where it comes back; what
/// is wrong is added to `problems`. Fields must have passed checkFields.

/// In a new database it means nothing: refused.
void refuseMaskedSecrets(const DatabaseTarget& database, std::vector<ErrorDetail>& problems);
/// In a changed one it means the stored password, provided that all else in the string is as stored. A string that
/// leads elsewhere is refused, so that nobody gets a password they don't know sent to a host of their choice. Replicas
/// are known by their id; an id that is not the database's is refused.
void keepMaskedSecrets(DatabaseTarget& database, const DatabaseTarget& stored, std::vector<ErrorDetail>& problems);

}  // namespace hotswap::api
