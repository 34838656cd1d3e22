#include "cli/shell.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <string_view>

namespace hotswap::cli {

namespace {

constexpr int defaultWidth = 80;

std::map<std::string, std::string> environmentOfProcess() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

int widthOfTerminal() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return defaultWidth;
}

bool nobodyReadsStandardOutput() {
  pollfd state{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & POLLERR) != 0;
}

}  // namespace

std::optional<std::string> Shell::variable(const std::string& name) const {
  const auto found = variables.find(name);
  if (found == variables.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

int Shell::width() const { return columns ? columns() : defaultWidth; }

Shell processShell() {
  static SystemClock clock;
  return Shell{.in = std::cin,
               .out = std::cout,
               .err = std::cerr,
               .clock = clock,
               .variables = environmentOfProcess(),
               .inIsTerminal = ::isatty(STDIN_FILENO) == 1,
               .outIsTerminal = ::isatty(STDOUT_FILENO) == 1,
               .errIsTerminal = ::isatty(STDERR_FILENO) == 1,
               .columns = widthOfTerminal,
               .outIsClosed = nobodyReadsStandardOutput};
}

}  // namespace hotswap::cli
