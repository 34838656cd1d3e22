#pragma once
#include "cli/command_tree.h"

namespace hotswap::cli {

/// Adds `hotswap migrate inverse`.
void addInverse(CommandTree& tree, CLI::App& group);

}  // namespace hotswap::cli
