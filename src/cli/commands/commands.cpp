#include "cli/commands/commands.h"

#include <array>

namespace hotswap::cli {

void addAllCommands(CommandTree& tree) {
  constexpr std::array all{addServe, addLogin,   addDatabase, addMigration, addExecute,    addExecution,
                           addUser,  addMigrate, addLint,     addVersion,   addCompletion, addHelp};
  for (const auto add : all) add(tree);
}

}  // namespace hotswap::cli
