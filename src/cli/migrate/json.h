#pragma once
#include "cli/json_text.h"
#include "versioned/repair.h"
#include "versioned/report.h"
#include "versioned/review.h"

/// What `hotswap migrate … --json` prints; the shapes are a contract, see docs/reference/migrate-json.md.
namespace hotswap::cli {

Json toJson(const versioned::Item& item);
Json toJson(const versioned::Attempt& attempt);
Json toJson(const versioned::Report& report);
Json toJson(const versioned::Failure& failure);
Json toJson(const std::vector<versioned::ScriptFault>& faults);
Json toJson(const std::vector<versioned::Repaired>& changes);
Json toJson(const std::vector<versioned::Review>& reviews);

}  // namespace hotswap::cli
