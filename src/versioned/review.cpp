#include "versioned/review.h"

#include <algorithm>
#include <utility>

#include "versioned/sql_file.h"

namespace hotswap::versioned {

namespace {

/// The file of a part, and the line its script begins in.
struct PartPlace {
  std::size_t file = 0;  ///< in Review::files
  int line = 1;
};

/// The file of the forward part with another script in the place of its own.
std::string withForward(const std::string& file, const std::string& script, const std::string& safer) {
  const std::size_t start = file.find(script);
  std::string text = file;
  return start == std::string::npos ? safer : text.replace(start, script.size(), safer);
}

void take(Review& review, ValidationReport report, const std::string& script, const PartPlace& forward,
          const PartPlace& back) {
  review.risk = report.riskLevel;
  ReviewedFile& file = review.files[forward.file];
  if (report.saferScript) file.safer = withForward(file.text, script, *report.saferScript);
  for (Finding& finding : report.findings) {
    const PartPlace& place = finding.script == "rollbackScript" ? back : forward;
    if (finding.line > 0) finding.line += place.line - 1;
    review.files[place.file].findings.push_back(std::move(finding));
  }
}

Review reviewOf(analysis::Linter& linter, const MigrationFile& migration) {
  const Part forward = readPart(migration, Direction::Up);
  Review review{.migration = migration, .risk = {}, .files = {}};
  review.files.push_back({.path = migration.forward, .text = readSqlFile(migration.forward), .findings = {}});
  // A repeatable migration has no way back by nature.
  analysis::ValidationRequest request{
      .migrationScript = forward.sql, .rollbackScript = {}, .dryRun = false, .needsWayBack = !migration.repeatable()};
  const PartPlace forwardPlace{.file = 0, .line = forward.line};
  PartPlace backPlace;
  if (migration.back) {
    Part back = readPart(migration, Direction::Down);
    if (*migration.back != migration.forward) {
      backPlace.file = 1;
      review.files.push_back({.path = *migration.back, .text = readSqlFile(*migration.back), .findings = {}});
    }
    backPlace.line = back.line;
    request.rollbackScript = std::move(back.sql);
  }
  take(review, linter.judge(request), request.migrationScript, forwardPlace, backPlace);
  return review;
}

}  // namespace

std::size_t Review::count(Severity severity) const {
  std::size_t found = 0;
  for (const ReviewedFile& file : files) {
    found += static_cast<std::size_t>(std::ranges::count_if(
        file.findings, [&](const Finding& finding) { return finding.severity == severity && !finding.allowed; }));
  }
  return found;
}

std::vector<Review> review(const db::Engine& engine, const std::vector<MigrationFile>& migrations,
                           const analysis::LintSettings& settings, db::Session* catalog) {
  std::vector<Review> reviews;
  analysis::Linter linter(engine, settings);
  if (catalog != nullptr) {
    std::vector<std::string> scripts;
    for (const MigrationFile& migration : migrations) scripts.push_back(readPart(migration, Direction::Up).sql);
    linter.load(*catalog, std::vector<std::string_view>(scripts.begin(), scripts.end()));
  }
  for (const MigrationFile& migration : migrations) reviews.push_back(reviewOf(linter, migration));
  return reviews;
}

Review reviewScript(const db::Engine& engine, const std::filesystem::path& path, std::string text,
                    const analysis::LintSettings& settings) {
  analysis::Linter linter(engine, settings);
  Review review;
  ValidationReport report =
      linter.judge({.migrationScript = text, .rollbackScript = {}, .dryRun = false, .needsWayBack = false});
  review.files.push_back({.path = path, .text = std::move(text), .findings = {}});
  const std::string script = review.files.front().text;
  take(review, std::move(report), script, {}, {});
  return review;
}

}  // namespace hotswap::versioned
