#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/linter.h"
#include "db/engine.h"
#include "domain/report.h"
#include "versioned/folder.h"

namespace hotswap::versioned {

/// What the safety analysis says of one file.
struct ReviewedFile {
  std::filesystem::path path;
  std::string text;               ///< to show places in
  std::vector<Finding> findings;  ///< lines are those of the file
  /// The file with safer SQL in place of dangerous statements of its forward part; nothing where there is none.
  std::optional<std::string> safer = std::nullopt;
};

/// What the safety analysis says of one migration, its back part included, or of a script that is none.
struct Review {
  std::optional<MigrationFile> migration;
  RiskLevel risk = RiskLevel::Low;
  std::vector<ReviewedFile> files;  ///< the forward part's first

  [[nodiscard]] std::size_t count(Severity severity) const;  ///< findings that no comment allows
};

/// Analyses migrations in order, so that each is judged knowing what those before it have made. With `catalog` they are
/// judged by what that database holds, otherwise by their text alone. Throws FolderError where a file can't be read,
/// and SqlError of the database.
std::vector<Review> review(const db::Engine& engine, const std::vector<MigrationFile>& migrations,
                           const analysis::LintSettings& settings, db::Session* catalog = nullptr);

/// Analyses one script, called `path`, by its text alone.
Review reviewScript(const db::Engine& engine, const std::filesystem::path& path, std::string text,
                    const analysis::LintSettings& settings);

}  // namespace hotswap::versioned
