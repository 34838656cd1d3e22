#pragma once
#include <string>
#include <vector>

#include "cli/context.h"

namespace hotswap::cli {

/// What the command line of `hotswap lint` says.
struct LintCommand {
  std::vector<std::string> paths;
  std::string format = "text";
  std::string engine = "PostgreSQL";
  std::string failOn = "error";
  std::vector<std::string> rules;  ///< `RULE=SEVERITY` or `RULE=off`
  bool listRules = false;
  bool safer = false;  ///< print the scripts with safer SQL in place of dangerous statements
};

int lint(Context& context, const LintCommand& command);

}  // namespace hotswap::cli
