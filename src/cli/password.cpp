#include "cli/password.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <istream>
#include <string_view>

#include "cli/interrupt.h"
#include "cli/service_error.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t longestLine = 4096;

/// The terminal of this process, with or without echo; as it was before when the object goes.
class Terminal {
 public:
  explicit Terminal(bool echo) : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (file_ < 0 || ::tcgetattr(file_, &before_) != 0) {
      if (file_ >= 0) ::close(file_);
      throw WrongUse("there is no terminal to ask on");
    }
    termios silent = before_;
    if (!echo) {
      silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
      silent.c_lflag |= ECHONL;
    }
    ::tcsetattr(file_, TCSAFLUSH, &silent);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::tcsetattr(file_, TCSAFLUSH, &before_);
    ::close(file_);
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(file_, text.data(), text.size());
      if (count < 0 && errno != EINTR) return;
      if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  [[nodiscard]] std::string readLine() const {
    std::string line;
    char byte = 0;
    while (line.size() < longestLine) {
      // A signal may come just before the wait begins, so no wait is without end.
      constexpr int tickMilliseconds = 100;
      pollfd waiting{.fd = file_, .events = POLLIN, .revents = 0};
      const int ready = ::poll(&waiting, 1, tickMilliseconds);
      if (InterruptScope::requested()) throw Interrupted("given up");
      if (ready <= 0) continue;
      const ssize_t count = ::read(file_, &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) throw WrongUse("nothing was typed");
      if (byte == '\n' || byte == '\r') return line;
      line += byte;
    }
    throw WrongUse("what was typed is too long");
  }

 private:
  int file_;
  termios before_{};
};

std::string ask(const std::string& prompt, bool echo) {
  const InterruptScope interrupts;
  const Terminal terminal(echo);
  terminal.write(prompt);
  return terminal.readLine();
}

std::string firstLineOf(std::istream& in) {
  std::string line;
  char byte = 0;
  while (in.get(byte) && byte != '\n') {
    if (line.size() >= longestLine) throw WrongUse("the first line of standard input is too long for a password");
    line += byte;
  }
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) throw WrongUse("standard input holds no password");
  return line;
}

}  // namespace

std::string readPassword(const Shell& shell, const PasswordSource& source) {
  if (source.fromStdin) return firstLineOf(shell.in);
  if (source.fromVariable) return *source.fromVariable;
  if (!shell.inIsTerminal) throw WrongUse("there is no terminal to ask for the password; use --password-stdin");
  std::string password = ask(source.prompt, false);
  if (password.empty()) throw WrongUse("no password was typed");
  if (source.twice && ask("Again: ", false) != password) throw WrongUse("the two passwords differ");
  return password;
}

std::string askLine(const Shell& shell, const std::string& prompt) {
  if (!shell.inIsTerminal) throw WrongUse("there is no terminal to ask on");
  return ask(prompt, true);
}

}  // namespace hotswap::cli
