#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "store/store.h"

namespace hotswap::app {

/// Makes the user `admin` where there is no user yet, with the password from HOTSWAP_ADMIN_PASSWORD or one that is made
/// up; the latter is handed to `show` first, because nobody could ever learn it where that fails. To be called when
/// nothing but the store can keep the service from starting any more. Throws Error (ValidationError) for a given
/// password that the API would refuse, and what `show` throws; then there is no user.
void makeFirstAdmin(store::Store& store, const std::map<std::string, std::string>& environment, const Clock& clock,
                    Random& random, const std::function<void(const std::string& password)>& show);

}  // namespace hotswap::app
