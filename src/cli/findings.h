#pragma once
#include <string>
#include <vector>

#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/terminal.h"

namespace hotswap::cli {

/// Findings of a validation for a person: severity, rule, message, place with the script's line and a caret, advice.
std::string findingLines(const std::vector<Json>& findings, const KnownScripts& scripts, const Paint& paint);

}  // namespace hotswap::cli
