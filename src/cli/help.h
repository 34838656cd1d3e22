#pragma once
#include <string>

#include "cli/command_description.h"

namespace hotswap::cli {

/// What `--help` shows of a command: what it does, usage, commands, arguments, options, example. `width` in columns.
std::string helpText(const CommandDescription& command, std::size_t width);

/// The whole reference as one Markdown page, from which docs/reference/commands.md is made.
std::string referenceMarkdown(const CommandDescription& root);

}  // namespace hotswap::cli
