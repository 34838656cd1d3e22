#include <fmt/format.h>

#include <ostream>

#include "cli/commands/commands.h"
#include "cli/json_text.h"

namespace hotswap::cli {

void addVersion(CommandTree& tree) {
  tree.addCommand(
      tree.root(),
      {.name = "version", .description = "Print the version of this program", .example = "hotswap version --json"},
      [](Context& context) {
        const std::string& version = context.program().version;
        std::ostream& out = context.shell().out;
        if (context.options().json) {
          out << Json{{"version", version}}.dump() << '\n';
        } else {
          out << (context.options().quiet ? version : "hotswap " + version) << '\n';
        }
        return ExitCode::done;
      });
}

}  // namespace hotswap::cli
