#pragma once
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"

namespace hotswap::cli {

/// What a command finds around it: streams, whether a person looks at them, environment variables, time. The commands
/// use nothing else, so that a test runs the whole command line in its own process.
struct Shell {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Clock& clock;
  std::map<std::string, std::string> variables;
  bool inIsTerminal = false;
  bool outIsTerminal = false;
  bool errIsTerminal = false;
  /// The width of the terminal now; asked again before each redraw. Empty: 80 columns.
  std::function<int()> columns;
  /// Whether nobody reads standard output any more, as with `hotswap … | head`. Empty: somebody does.
  std::function<bool()> outIsClosed;

  /// The value of an environment variable, or nothing where it is unset or empty.
  [[nodiscard]] std::optional<std::string> variable(const std::string& name) const;
  [[nodiscard]] int width() const;
};

/// The shell this process was started from: standard streams, environ, the system's clock. What it refers to lives as
/// long as the process.
Shell processShell();

}  // namespace hotswap::cli
