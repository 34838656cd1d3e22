#pragma once
#include <csignal>

namespace hotswap::cli {

/// While it lives, Ctrl-C (SIGINT) and SIGTERM don't end the process but are remembered; system calls that wait return
/// early. The handlers from before come back afterwards. At most one at a time in a process.
class InterruptScope {
 public:
  InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  ~InterruptScope();

  /// Whether a signal has come since the scope began; false where there is none.
  [[nodiscard]] static bool requested();

 private:
  struct sigaction previousInterrupt_ {};
  struct sigaction previousTerminate_ {};
};

}  // namespace hotswap::cli
