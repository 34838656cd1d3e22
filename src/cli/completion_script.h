#pragma once
#include <string>

#include "cli/command_description.h"

namespace hotswap::cli {

/// Completion for a shell: every command, option and fixed value, and files where one is wanted. Made from the tree of
/// commands, so that it can't fall behind it; nothing is asked of the service while the user types.
std::string bashCompletion(const CommandDescription& root);
std::string zshCompletion(const CommandDescription& root);
std::string fishCompletion(const CommandDescription& root);

}  // namespace hotswap::cli
