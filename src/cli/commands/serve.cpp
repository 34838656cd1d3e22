#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.h"

namespace hotswap::cli {

void addServe(CommandTree& tree) {
  auto options = std::make_shared<ServeOptions>();
  auto config = std::make_shared<std::optional<std::string>>();
  auto data = std::make_shared<std::optional<std::string>>();
  auto level = std::make_shared<std::optional<std::string>>();
  CLI::App& command = tree.addCommand(tree.root(),
                                      {.name = "serve",
                                       .description = "Run the service until it is told to stop",
                                       .example = "hotswap serve --config hotswap.yaml\n"
                                                  "hotswap serve --urls http://127.0.0.1:5000 --data ./data"},
                                      [=](Context& context) {
                                        ServeOptions asked = *options;
                                        // An empty text is a wrong value, not an absent one.
                                        if (*config) asked.configFile = **config;
                                        if (*data) asked.dataFolder = **data;
                                        asked.logLevel = *level;
                                        return context.program().serve(asked);
                                      });
  addOption(command, "--config", *config, "FILE",
            "The configuration (YAML); flags and environment variables win over it");
  addOption(command, "--urls", options->urls, "URL", "Where to listen, several parted by commas")->delimiter(',');
  addOption(command, "--data", *data, "DIR", "Where the service keeps its store and keys");
  limitTo(addOption(command, "--log-level", *level, "LEVEL", "How much is logged"),
          {"debug", "info", "warning", "error"});
}

}  // namespace hotswap::cli
