#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hotswap::app {

/// One entry of a configuration file: the name of a key (`Section__Key`), or of a section with nothing in it; a list's
/// items are joined with `;`.
struct FileEntry {
  std::string name;
  std::optional<std::string> value;  ///< absent where nothing stands there
};

/// The entries of a YAML file in their order, whatever keys there are. Throws Error (ValidationError), with the line
/// where there is one, for a file that can't be read, is no YAML, is nested deeper than sections and keys, or says
/// something twice.
std::vector<FileEntry> readConfigurationFile(const std::filesystem::path& file);

}  // namespace hotswap::app
