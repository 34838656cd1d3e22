#pragma once
#include <filesystem>

namespace hotswap::app {

/// Makes the data folder (mode 0700) where it is missing; leaves an existing one as it is. Throws Error:
/// ValidationError for one that others may write to, who could put their own keys into it, Unavailable where it can't
/// be made or is no folder. That others may read an existing one is only logged: every file in it is the owner's alone.
void makeDataFolder(const std::filesystem::path& folder);

/// Throws Error (Unavailable) where the folder holds keys of an earlier start but no store, or an empty one: going on
/// would begin anew without a word.
void refuseLostStore(const std::filesystem::path& folder);

}  // namespace hotswap::app
