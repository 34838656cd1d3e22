#pragma once
#include "cli/command_tree.h"

namespace hotswap::cli {

/// Adds `hotswap migrate adopt` to the group `migrate`.
void addAdopt(CommandTree& tree, CLI::App& group);

}  // namespace hotswap::cli
