#pragma once
#include <string>

#include "cli/context.h"

namespace hotswap::cli {

struct LogOptions {
  std::string executionId;
  bool follow = false;
  bool statements = false;
};

/// Prints the log of an execution. With --json: one answer of the service as it is, or with `follow` (or where the log
/// has several pages) one entry a line. Returns the exit code.
int printLog(Context& context, const LogOptions& options);

}  // namespace hotswap::cli
