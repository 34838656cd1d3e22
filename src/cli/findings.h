#pragma once
#include <string>
#include <vector>

#include "cli/error_text.h"
#include "cli/json_text.h"
#include "cli/terminal.h"
#include "versioned/review.h"

namespace hotswap::cli {

/// Findings of a validation for a person: severity, rule, message, place with the script's line and a caret, advice.
std::string findingLines(const std::vector<Json>& findings, const KnownScripts& scripts, const Paint& paint);

/// The same for a review of files; what a comment allows is left out.
std::string findingLines(const versioned::Review& review, const Paint& paint);

/// A finding in a file as JSON.
Json findingJson(const Finding& finding, const std::filesystem::path& file);

/// All findings of a review as JSON, each with the file it is in.
Json findingsJson(const versioned::Review& review);

}  // namespace hotswap::cli
