#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "store/store.h"

namespace hotswap::app {

/// Makes the user `admin` where there is no user yet, with the password from HOTSWAP_ADMIN_PASSWORD (at least 12
/// characters, else Error (ValidationError)) or one that is made up; the latter is returned, to be shown once.
std::optional<std::string> makeFirstAdmin(store::Store& store, const std::map<std::string, std::string>& environment,
                                          const Clock& clock, Random& random);

}  // namespace hotswap::app
