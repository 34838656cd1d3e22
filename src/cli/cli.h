#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/shell.h"
#include "db/engine.h"

/// The command line of `hotswap`: it talks to the service over HTTP and knows neither SQL nor the store. Two things are
/// done in this process: `serve`, which the composition root hands in, and `migrate`, which needs no service.
namespace hotswap::cli {

/// What `hotswap serve` was asked for. What is absent is left to the configuration (file, environment, defaults).
struct ServeOptions {
  std::optional<std::filesystem::path> configFile;  ///< --config
  std::vector<std::string> urls;                    ///< --urls, each like `http://127.0.0.1:5000`; empty: not given
  std::optional<std::filesystem::path> dataFolder;  ///< --data
  std::optional<std::string> logLevel;              ///< --log-level: debug, info, warning or error
};

/// Runs the service until it is told to stop and returns the exit code of the process. What it throws is printed as
/// any other failure and ends with ExitCode::failed.
using Serve = std::function<int(const ServeOptions&)>;

/// What the composition root brings along.
struct Program {
  std::string version;  ///< e.g. `0.1.0`
  Serve serve;
  const db::Engines* engines = nullptr;  ///< for `hotswap migrate`, which speaks to databases itself
};

/// What the process ends with.
struct ExitCode {
  static constexpr int done = 0;
  static constexpr int failed = 1;
  static constexpr int wrongUse = 2;
  static constexpr int pendingOrRolledBack = 3;
  static constexpr int mismatch = 4;
  static constexpr int closedPipe = 141;   ///< whoever read the output has gone, as shells have it (128 + SIGPIPE)
  static constexpr int interrupted = 130;  ///< Ctrl-C, as shells have it (128 + SIGINT)
};

/// Runs one command line (without the program's name) and returns the exit code. Throws nothing. Not to be called from
/// two threads at once: while it waits for an execution it owns the process's handlers of SIGINT and SIGTERM.
///
///   int main(int argc, char** argv) {
///     const std::vector<std::string> arguments(argv + 1, argv + argc);
///     return cli::run(arguments, cli::processShell(), {.version = "0.1.0", .serve = serve});
///   }
int run(std::span<const std::string> arguments, const Shell& shell, const Program& program);

}  // namespace hotswap::cli
