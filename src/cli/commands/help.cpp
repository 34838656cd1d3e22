#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/commands/commands.h"
#include "cli/service_error.h"
#include "cli/suggestion.h"

namespace hotswap::cli {

namespace {

const CommandDescription& find(const CommandDescription& root, const std::vector<std::string>& words) {
  const CommandDescription* command = &root;
  for (const std::string& word : words) {
    const auto found = std::find_if(command->commands.begin(), command->commands.end(),
                                    [&](const CommandDescription& child) { return child.name == word; });
    if (found == command->commands.end()) {
      std::vector<std::string> names;
      for (const CommandDescription& child : command->commands) names.push_back(child.name);
      const auto meant = nearest(word, names);
      throw WrongUse(
          fmt::format("there is no command `{}`{}", word, meant ? fmt::format("; did you mean `{}`?", *meant) : ""));
    }
    command = &*found;
  }
  return *command;
}

}  // namespace

void addHelp(CommandTree& tree) {
  auto words = std::make_shared<std::vector<std::string>>();
  auto markdown = std::make_shared<bool>(false);
  CLI::App& command = tree.addCommand(
      tree.root(),
      {.name = "help",
       .description = "Show what a command takes, with an example",
       .example = "hotswap help migration create"},
      [&tree, words, markdown](Context& context) {
        const CommandDescription root = describe(tree.root());
        context.shell().out << (*markdown
                                    ? referenceMarkdown(root)
                                    : helpText(find(root, *words), static_cast<std::size_t>(context.shell().width())));
        return ExitCode::done;
      });
  addOption(command, "COMMAND", *words, "COMMAND", "The words of the command");
  command.add_flag("--markdown", *markdown, "The whole reference as Markdown")->group("");
}

}  // namespace hotswap::cli
