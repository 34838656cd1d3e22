#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>

namespace hotswap::e2e {

/// Does to a folder what git can't hold, or what would be too large for it. `operations` is an array of objects, each
/// one operation, told by the key that stands first here; paths are relative to `folder`:
///
///   {"file": PATH, "text": TEXT}             a file with that text; or with "hex": BYTES
///   {"file": PATH, "text": TEXT, "megabytes": N}   … in which `@` is replaced by so many megabytes of `x`
///   {"hole": PATH, "megabytes": N}           a file of zeros that takes no room
///   {"symlink": PATH, "to": TARGET}          a symbolic link, whatever is at its end
///   {"folder": PATH}, {"fifo": PATH}, {"socket": PATH}
///   {"mode": PATH, "is": "000"}              permissions, octal
///   {"remove": PATH}                         a file, or a folder with all it holds
///
/// Throws std::runtime_error for anything else and where an operation fails.
void setUp(const std::filesystem::path& folder, const nlohmann::json& operations);

}  // namespace hotswap::e2e
