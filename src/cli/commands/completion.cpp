#include "cli/completion_script.h"

#include <memory>
#include <ostream>

#include "cli/commands/commands.h"

namespace hotswap::cli {

void addCompletion(CommandTree& tree) {
  auto shellName = std::make_shared<std::string>();
  CLI::App& command = tree.addCommand(tree.root(),
                                      {.name = "completion",
                                       .description = "Print a script that completes commands and options in a shell",
                                       .example = "source <(hotswap completion bash)"},
                                      [&tree, shellName](Context& context) {
                                        const CommandDescription root = describe(tree.root());
                                        const auto script = *shellName == "bash"  ? bashCompletion(root)
                                                            : *shellName == "zsh" ? zshCompletion(root)
                                                                                  : fishCompletion(root);
                                        context.shell().out << script;
                                        return ExitCode::done;
                                      });
  limitTo(addOption(command, "SHELL", *shellName, "SHELL", "The shell"), {"bash", "zsh", "fish"})->required();
}

}  // namespace hotswap::cli
