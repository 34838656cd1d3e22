#pragma once
#include <string>
#include <vector>

#include "cli/json_text.h"
#include "versioned/review.h"

/// The forms in which `hotswap lint` hands its findings to other programs.
namespace hotswap::cli {

/// `{"files": [{"file", "risk", "findings"}], "errors", "warnings", "infos"}`; see docs/reference/lint.md.
Json lintDocument(const std::vector<versioned::Review>& reviews);

/// A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS): one run, a rule for each that found
/// something; what a comment allows is a result with a suppression. `version`: of this program.
Json sarifDocument(const std::vector<versioned::Review>& reviews, const std::string& version);

/// Workflow commands of GitHub Actions, one a line: `::error file=…,line=…,col=…,title=…::…`. What a comment allows is
/// left out.
std::string githubAnnotations(const std::vector<versioned::Review>& reviews);

}  // namespace hotswap::cli
