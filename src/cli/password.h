#pragma once
#include <optional>
#include <string>

#include "cli/shell.h"

namespace hotswap::cli {

/// Where a password may come from. Never from an argument: those are seen in the list of processes and in histories.
struct PasswordSource {
  bool fromStdin = false;                   ///< --password-stdin: the first line of standard input
  std::optional<std::string> fromVariable;  ///< the value of an environment variable meant for it
  std::string prompt;                       ///< what to ask on the terminal, e.g. `Password: `
  bool twice = false;                       ///< ask again, as it is a new one
};

/// The password, from the first source there is; asked on the terminal (/dev/tty) without echo as the last one.
/// Throws WrongUse where there is none to ask or the two typed ones differ, Interrupted after Ctrl-C.
std::string readPassword(const Shell& shell, const PasswordSource& source);

/// A line asked on the terminal with echo. Throws as readPassword.
std::string askLine(const Shell& shell, const std::string& prompt);

}  // namespace hotswap::cli
