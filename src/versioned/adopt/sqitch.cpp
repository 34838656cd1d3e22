#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/adopt/foreign_tools.h"
#include "versioned/adopt/matching.h"

namespace hotswap::versioned {

namespace {

/// Names are compared with `_` and `-` as spaces: the descriptions of files have none of them.
std::string plain(std::string name) {
  std::ranges::replace(name, '_', ' ');
  std::ranges::replace(name, '-', ' ');
  return name;
}

/// The table `changes` of the schema `sqitch` holds what is deployed; what was reverted, and what failed, is only among
/// its events. A reworked change stands there once for each time it was planned.
class Sqitch final : public ForeignHistory {
 public:
  [[nodiscard]] ForeignTool tool() const override { return ForeignTool::Sqitch; }
  [[nodiscard]] std::string_view name() const override { return "Sqitch"; }
  [[nodiscard]] std::vector<ForeignTable> usualTables() const override {
    return {{.schema = "sqitch", .name = "changes"}, {.schema = {}, .name = "changes"}};
  }
  [[nodiscard]] bool fits(const std::vector<std::string>& columns) const override {
    return hasColumns(
        columns, {"change_id", "change", "project", "committed_at", "committer_name", "committer_email", "planned_at"});
  }
  [[nodiscard]] bool givesNames() const override { return true; }
  [[nodiscard]] std::string_view whereElse() const override {
    return " Of an SQLite database Sqitch keeps its tables in a file of their own, which isn't read: say which version "
           "the database has with hotswap migrate baseline VERSION.";
  }

  [[nodiscard]] std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                  const MigrationFolder& folder,
                                                  const AdoptOptions& options) const override {
    const std::string project = projectIn(session, table, options.project);
    const std::vector<Change> changes = deployed(session, table, project);
    if (!options.inOrder) return matchByName(changes, folder);
    return matchInOrder({changes.begin(), changes.end()}, folder, name());
  }

 private:
  /// A registry serves several projects, each with a plan of its own.
  static std::string projectIn(db::Session& session, const ForeignTable& table, const std::string& wanted) {
    const db::Rows rows =
        session.query(fmt::format("select distinct project from {} order by project", table.quoted()));
    std::vector<std::string> projects;
    for (std::size_t row = 0; row < rows.size(); ++row) projects.push_back(rows.text(row, 0));
    if (wanted.empty() && projects.size() > 1) {
      throw Error(ErrorCode::Conflict, fmt::format("Sqitch has deployed several projects here: {}. Say with --project "
                                                   "which of them the folder is.",
                                                   fmt::join(projects, ", ")));
    }
    if (wanted.empty()) return projects.empty() ? std::string() : projects.front();
    if (std::ranges::find(projects, wanted) == projects.end()) {
      throw Error(ErrorCode::NotFound, fmt::format("Sqitch has deployed nothing of a project {} here, but of: {}.",
                                                   wanted, fmt::join(projects, ", ")));
    }
    return wanted;
  }

  using Change = NamedChange;

  /// A plan is deployed in its order, so the moments of its changes are in that order, too.
  static std::vector<Change> deployed(db::Session& session, const ForeignTable& table, const std::string& project) {
    const std::vector<db::Value> parameters{project};
    const db::Rows rows =
        session.query(fmt::format("select {}, committed_at, committer_name, committer_email from {} where project = $1 "
                                  "order by committed_at, planned_at",
                                  db::quoteIdentifier("change"), table.quoted()),
                      parameters);
    std::vector<Change> changes;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      changes.push_back({.label = rows.text(row, 0),
                         .appliedAt = momentOf(rows.text(row, 1)),
                         .appliedBy = fmt::format("{} <{}>", rows.text(row, 2), rows.text(row, 3))});
    }
    return changes;
  }

  static std::vector<ForeignEntry> matchByName(const std::vector<Change>& changes, const MigrationFolder& folder) {
    std::multimap<std::string, const MigrationFile*> unmatched;
    for (const auto& [version, file] : FilesOfFolder(folder).versioned)
      unmatched.emplace(plain(file->description), file);
    std::vector<ForeignEntry> entries;
    std::vector<ErrorDetail> unknown;
    for (const Change& change : changes) {
      const auto found = unmatched.lower_bound(plain(change.label));
      if (found == unmatched.end() || found->first != plain(change.label)) {
        unknown.push_back({.field = change.label, .message = "no file of the folder has this name behind its number"});
        continue;
      }
      entries.push_back(entryOf(change, *found->second));
      unmatched.erase(found);
    }
    refuseAny(
        "Not every change that Sqitch has deployed has a file; nothing was taken over. Name the files after the "
        "changes (0001_NAME.up.sql), a reworked change once for each time it was planned, or have the folder's "
        "versions taken in the order of the plan with --in-order.",
        unknown);
    return entries;
  }
};

}  // namespace

std::unique_ptr<ForeignHistory> makeSqitch() { return std::make_unique<Sqitch>(); }

}  // namespace hotswap::versioned
