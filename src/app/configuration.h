#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/execution.h"
#include "execution/script_runner.h"

namespace hotswap::app {

/// Everything the service can be told. The defaults are those of a service that somebody tries out on one machine.
struct Configuration {
  std::vector<std::string> urls{"http://127.0.0.1:5000"};
  std::filesystem::path dataFolder{"data"};
  std::filesystem::path certificateFile;
  std::filesystem::path keyFile;
  std::filesystem::path swaggerFolder;
  bool metrics = true;
  std::size_t connectionsPerAddress = 256;
  std::string logLevel = "info";
  std::string logFormat = "auto";
  std::string jwtSecret;  ///< empty: made and kept in the data folder
  int jwtExpirationMinutes = 60;
  std::size_t maxConcurrentExecutions = 10;
  Milliseconds shutdownPatience{60'000};
  Milliseconds wayBackTimeout = std::chrono::minutes(10);
  ExecutionOptions execution;  ///< defaults for what a request doesn't say
  execution::RunSettings run;
};

/// One key of the configuration: its name (`Section__Key`), what it means, and how its text is taken over.
struct ConfigurationKey {
  std::string name;
  std::string description;                                      ///< with unit and default
  std::function<void(Configuration&, const std::string&)> set;  ///< throws Error (ValidationError) for a wrong value
};

/// The explicit list of all keys.
const std::vector<ConfigurationKey>& configurationKeys();

/// Puts the configuration together: file (YAML, sections as maps), then environment over it, then `flags` over both, by
/// key name. Throws Error (ValidationError) naming the key, the value's fault and, for an unknown key, the nearest
/// right one.
Configuration readConfiguration(const std::optional<std::filesystem::path>& file,
                                const std::map<std::string, std::string>& environment,
                                const std::map<std::string, std::string>& flags);

/// A sentence for each variable that looks as if it were meant for the service and that it does not read: nearly a
/// secret's name (HOTSWAP_MASTERKEY), or of the form `Section__Key` in a section that is none of HotSwap's, as a
/// misspelt one is. Those may be another program's, so they are no reason to refuse the start. Never says what one
/// holds.
std::vector<std::string> misspeltVariables(const std::map<std::string, std::string>& environment);

}  // namespace hotswap::app
