#pragma once
#include "cli/command_tree.h"

/// Every command group, one file each. To add one: write its file, declare its function here and name it in the list of
/// commands.cpp, then make docs/reference/commands.md anew with `hotswap help --markdown`.
namespace hotswap::cli {

void addServe(CommandTree& tree);
void addLogin(CommandTree& tree);
void addDatabase(CommandTree& tree);
void addMigration(CommandTree& tree);
void addExecute(CommandTree& tree);
void addExecution(CommandTree& tree);
void addUser(CommandTree& tree);
void addMigrate(CommandTree& tree);
void addLint(CommandTree& tree);
void addVersion(CommandTree& tree);
void addCompletion(CommandTree& tree);
void addHelp(CommandTree& tree);

/// All of them, in the order in which help shows them.
void addAllCommands(CommandTree& tree);

}  // namespace hotswap::cli
