#pragma once
#include <cstddef>
#include <string>

#include "db/script.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// A finding about one statement of the forward script, at its first character.
Finding about(const db::Statement& statement, std::size_t index, std::string rule, Severity severity,
              std::string message, std::string recommendation);

/// A finding about the script as a whole.
Finding overall(std::string rule, Severity severity, std::string message, std::string recommendation);

}  // namespace hotswap::analysis
