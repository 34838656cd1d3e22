#pragma once
#include <string>
#include <vector>

#include "cli/command_tree.h"

namespace hotswap::cli {

/// An option or argument as help, reference and completion show it.
struct OptionDescription {
  std::vector<std::string> names;  ///< with dashes; for an argument its name in capitals
  std::string value;               ///< what it takes, empty for a flag
  std::string description;
  std::vector<std::string> choices;  ///< all values it may take, where they are a list
  bool isArgument = false;           ///< has no dashes
  bool required = false;
  bool repeatable = false;

  [[nodiscard]] bool takesFile() const { return value == "FILE"; }
  [[nodiscard]] bool takesFolder() const { return value == "DIR"; }
};

/// A command as plain data, independent of the parser.
struct CommandDescription {
  std::string path;  ///< `hotswap migration create`
  std::string name;  ///< `create`
  std::string description;
  std::string example;
  std::vector<OptionDescription> options;  ///< of its own, arguments included; hidden ones are left out
  std::vector<CommandDescription> commands;

  /// The first sentence of the description, for lists.
  [[nodiscard]] std::string summary() const { return description.substr(0, description.find(". ")); }
  [[nodiscard]] std::string usage() const;  ///< e.g. `hotswap execute [OPTIONS] MIGRATION`
};

/// `command` and everything below it.
CommandDescription describe(const CLI::App& command);

}  // namespace hotswap::cli
