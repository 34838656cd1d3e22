#include "cli/interrupt.h"

namespace hotswap::cli {

namespace {

volatile std::sig_atomic_t signalSeen = 0;

void remember(int /*number*/) { signalSeen = 1; }

}  // namespace

InterruptScope::InterruptScope() {
  signalSeen = 0;
  struct sigaction action {};
  action.sa_handler = remember;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &previousInterrupt_);
  ::sigaction(SIGTERM, &action, &previousTerminate_);
}

InterruptScope::~InterruptScope() {
  signalSeen = 0;
  ::sigaction(SIGINT, &previousInterrupt_, nullptr);
  ::sigaction(SIGTERM, &previousTerminate_, nullptr);
}

bool InterruptScope::requested() { return signalSeen != 0; }

}  // namespace hotswap::cli
