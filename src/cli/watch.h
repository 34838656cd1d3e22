#pragma once
#include <string>

#include "cli/context.h"

namespace hotswap::cli {

/// Shows an execution until it is over: drawn in place on a terminal, line by line elsewhere, with --json only its
/// final JSON. Returns the exit code: 0 Succeeded, 1 Failed, 3 RolledBack or still going when nobody could be asked any
/// more, 130 after Ctrl-C (the execution goes on, and the user is told how to look or cancel).
int watchExecution(Context& context, const std::string& executionId);

/// The exit code for an execution's status.
int exitCodeOf(const std::string& executionStatus);

}  // namespace hotswap::cli
