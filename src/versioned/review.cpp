#include "versioned/review.h"

#include <utility>

#include "analysis/validation.h"
#include "versioned/sql_file.h"

namespace hotswap::versioned {

namespace {

Review reviewOf(const db::Engine& engine, const MigrationFile& migration) {
  const Part forward = readPart(migration, Direction::Up);
  analysis::ValidationRequest request{.migrationScript = forward.sql, .rollbackScript = {}};
  int backLine = 1;
  if (migration.back) {
    Part back = readPart(migration, Direction::Down);
    backLine = back.line;
    request.rollbackScript = std::move(back.sql);
  }
  ValidationReport report = analysis::validateOffline(engine, request);
  Review review{
      .migration = migration, .text = readSqlFile(migration.forward), .risk = report.riskLevel, .findings = {}};
  for (Finding& finding : report.findings) {
    // A repeatable migration has no way back by nature.
    if (migration.repeatable() && finding.rule == "no-way-back") continue;
    if (finding.line > 0) {
      const bool isBack = finding.script == "rollbackScript";
      finding.line += (isBack ? backLine : forward.line) - 1;
    }
    review.findings.push_back(std::move(finding));
  }
  return review;
}

}  // namespace

std::vector<Review> review(const db::Engine& engine, const std::vector<MigrationFile>& migrations) {
  std::vector<Review> reviews;
  for (const MigrationFile& migration : migrations) reviews.push_back(reviewOf(engine, migration));
  return reviews;
}

}  // namespace hotswap::versioned
