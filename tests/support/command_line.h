#pragma once
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace hotswap::support {

/// Runs command lines in this process, with captured streams, a home folder of their own and a clock that never waits.
/// Only for tests of the floor cli, which alone link it.
class CommandLine {
 public:
  struct Ran {
    int code = 0;
    std::string out;
    std::string err;
  };

  CommandLine() { variables["HOME"] = home.path().string(); }

  Ran operator()(const std::vector<std::string>& arguments, const std::string& input = {}) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const cli::Shell shell{.in = in,
                           .out = out,
                           .err = err,
                           .clock = clock,
                           .variables = variables,
                           .inIsTerminal = false,
                           .outIsTerminal = terminal,
                           .errIsTerminal = terminal,
                           .columns = [this] { return columns; },
                           .outIsClosed = {}};
    const int code = cli::run(arguments, shell, {.version = "1.2.3", .serve = serve, .engines = engines});
    return {.code = code, .out = out.str(), .err = err.str()};
  }

  TemporaryFolder home;
  ManualClock clock;
  std::map<std::string, std::string> variables;
  cli::Serve serve = [](const cli::ServeOptions&) { return 0; };
  const db::Engines* engines = nullptr;  ///< for commands that need some
  bool terminal = false;
  int columns = 100;
};

}  // namespace hotswap::support
