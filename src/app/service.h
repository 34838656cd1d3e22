#pragma once
#include <map>
#include <string>

#include "app/configuration.h"

namespace hotswap::app {

/// Runs the service until SIGINT or SIGTERM: wires every part, takes up what a dead process left, serves, and stops
/// gracefully (a second Ctrl-C, a second or more later, ends the process at once). Returns the process's exit code;
/// throws Error where it can't start. Prints the addresses it listens on, and on the very first start the admin's
/// password, to standard output. Signals are to be blocked in every thread before (blockStopSignals).
int runService(const Configuration& configuration, const std::map<std::string, std::string>& environment);

/// Blocks SIGINT and SIGTERM in this thread and those it starts, so that runService can wait for them.
void blockStopSignals();

}  // namespace hotswap::app
