#include "versioned/derived_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "analysis/linter.h"
#include "versioned/sql_file.h"

namespace hotswap::versioned {

namespace {

namespace fs = std::filesystem;

/// `0001_a.up.sql` → `0001_a.down.sql`, `V1__a.sql` → `U1__a.sql`.
fs::path backFileOf(const fs::path& forward, Layout layout) {
  std::string name = forward.filename().string();
  if (layout == Layout::Flyway) {
    name.front() = 'U';
  } else {
    constexpr std::string_view ending = ".up.sql";
    name.replace(name.size() - ending.size(), ending.size(), ".down.sql");
  }
  return forward.parent_path() / name;
}

}  // namespace

DerivedBack deriveBack(const db::Engine& engine, const MigrationFolder& folder, const Version& version) {
  const auto wanted = std::ranges::find(folder.migrations, version, &MigrationFile::version);
  if (wanted == folder.migrations.end()) {
    throw Error(ErrorCode::NotFound,
                fmt::format("The folder {} has no version {}.", folder.path.string(), version.text()));
  }
  analysis::Linter linter(engine, {});
  linter.findInverses();
  for (auto before = folder.migrations.begin(); before != wanted; ++before)
    linter.pass(readPart(*before, Direction::Up).sql);
  const Part part = readPart(*wanted, Direction::Up);
  const ValidationReport report =
      linter.judge({.migrationScript = part.sql, .rollbackScript = {}, .dryRun = false, .needsWayBack = false});
  for (const Finding& finding : report.findings) {
    if (finding.rule == "syntax")
      throw Error(ErrorCode::ValidationError, fmt::format("{} can't be read (line {}): {}", wanted->forward.string(),
                                                          finding.line + part.line - 1, finding.message));
  }
  if (!report.rollback) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("{} is not understood so far that a way back could be derived.", toText(engine.type())));
  }
  DerivedBack back{.migration = *wanted, .script = report.rollback->script, .losses = {}};
  for (const StatementReport& statement : report.statements) {
    if (statement.lost.empty()) continue;
    back.losses.push_back(
        {.line = statement.line + part.line - 1, .statement = statement.kind, .reasons = statement.lost});
  }
  return back;
}

fs::path writeBack(const MigrationFolder& folder, const DerivedBack& back) {
  const MigrationFile& migration = back.migration;
  if (migration.back) {
    throw Error(ErrorCode::Conflict, fmt::format("{} has a way back already, in {}; it was left as it is.",
                                                 migration.name(), migration.back->string()));
  }
  if (!back.script)
    throw Error(ErrorCode::ValidationError,
                fmt::format("There is nothing to write as a way back of {}.", migration.name()));
  const Layout layout = folder.layout.value_or(Layout::Pairs);
  const bool section = layout == Layout::Sections;
  const fs::path file = section ? migration.forward : backFileOf(migration.forward, layout);
  if (!section && fs::exists(file))
    throw Error(ErrorCode::Conflict, fmt::format("{} is there already; it was left as it is.", file.string()));
  std::ofstream out(file, section ? std::ios::app : std::ios::out);
  if (section) out << "\n-- migrate:down\n";
  out << *back.script;
  out.close();
  if (!out) throw Error(ErrorCode::Unavailable, fmt::format("{} can't be written.", file.string()));
  return file;
}

}  // namespace hotswap::versioned
