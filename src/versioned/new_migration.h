#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"

namespace hotswap::versioned {

/// Makes the files of the next migration in a folder, in the layout that it has (an empty or missing folder: pairs),
/// and returns their paths. The version is one more than the highest, as wide as that; a folder of timestamps, or
/// `timestamp`, gets the present time. `name` is written with underscores. Throws Error (ValidationError) for a name
/// without a letter or digit and for a folder of two layouts, Error (Unavailable) where a file can't be written.
std::vector<std::filesystem::path> makeMigration(const std::filesystem::path& folder, const std::string& name,
                                                 bool timestamp, TimePoint now);

}  // namespace hotswap::versioned
