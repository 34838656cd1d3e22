#pragma once
#include <vector>

#include "db/engine.h"
#include "domain/report.h"
#include "versioned/folder.h"

namespace hotswap::versioned {

/// What the safety analysis says of one migration, its back part included.
struct Review {
  MigrationFile migration;
  std::string text;  ///< of the forward part's file, to show places in
  RiskLevel risk = RiskLevel::Low;
  std::vector<Finding> findings;  ///< lines are those of the file
};

/// Analyses scripts by their text alone; no database is asked. Throws FolderError where a file can't be read.
std::vector<Review> review(const db::Engine& engine, const std::vector<MigrationFile>& migrations);

}  // namespace hotswap::versioned
