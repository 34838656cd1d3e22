#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/adopt/foreign_tools.h"
#include "versioned/adopt/matching.h"

namespace hotswap::versioned {

namespace {

/// The number at the front of a name: `0001_users.xml`, `2b`, `1.2-orders`. Nothing where it begins otherwise.
std::optional<Version> leadingNumber(const std::string& name) {
  std::size_t end = 0;
  for (std::size_t place = 0; place < name.size(); ++place) {
    const bool isDigit = name[place] >= '0' && name[place] <= '9';
    if (isDigit) end = place + 1;
    if (!isDigit && (name[place] != '.' || end != place)) break;
  }
  return Version::parse(std::string_view(name).substr(0, end));
}

struct ChangeSet {
  std::string id;
  std::string file;  ///< the last part of the changelog's path
  NamedChange change;
};

/// The migration of a change set, by the rule that is tried; null where there is none.
using Rule = const MigrationFile* (*)(const ChangeSet& set, const FilesOfFolder& files);

const MigrationFile* findVersion(const std::optional<Version>& version, const FilesOfFolder& files) {
  if (!version) return nullptr;
  const auto found = files.versioned.find(*version);
  return found == files.versioned.end() ? nullptr : found->second;
}

const MigrationFile* byId(const ChangeSet& set, const FilesOfFolder& files) {
  return findVersion(leadingNumber(set.id), files);
}

const MigrationFile* byFile(const ChangeSet& set, const FilesOfFolder& files) {
  const auto name = parseFileName(set.file);
  if (!name) return findVersion(leadingNumber(set.file), files);
  if (name->version) return findVersion(name->version, files);
  const auto found = files.repeatable.find(name->description);
  return found == files.repeatable.end() ? nullptr : found->second;
}

std::vector<const MigrationFile*> matched(const std::vector<ChangeSet>& sets, const FilesOfFolder& files, Rule rule) {
  std::vector<const MigrationFile*> found;
  for (const ChangeSet& set : sets) found.push_back(rule(set, files));
  return found;
}

bool isComplete(const std::vector<const MigrationFile*>& found) {
  return std::ranges::find(found, nullptr) == found.end();
}

bool isDistinct(const std::vector<const MigrationFile*>& found) {
  return std::set<const MigrationFile*>(found.begin(), found.end()).size() == found.size();
}

/// `databasechangelog` holds a row for each change set that has run; a change set is known by its id, its author and
/// the path of its changelog together, and has no version. Which file of the folder it is, is told by the number in
/// front of its id where each id has another, or by the number in front of its changelog's name, where a file may hold
/// several change sets.
class Liquibase final : public ForeignHistory {
 public:
  [[nodiscard]] ForeignTool tool() const override { return ForeignTool::Liquibase; }
  [[nodiscard]] std::string_view name() const override { return "Liquibase"; }
  [[nodiscard]] std::vector<ForeignTable> usualTables() const override {
    // PostgreSQL folds the name, other engines keep it as Liquibase writes it.
    return {{.schema = {}, .name = "databasechangelog"}, {.schema = {}, .name = "DATABASECHANGELOG"}};
  }
  [[nodiscard]] bool fits(const std::vector<std::string>& columns) const override {
    return hasColumns(columns,
                      {"id", "author", "filename", "dateexecuted", "orderexecuted", "exectype", "description"});
  }
  [[nodiscard]] bool givesNames() const override { return true; }

  [[nodiscard]] std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                  const MigrationFolder& folder,
                                                  const AdoptOptions& options) const override {
    const std::vector<ChangeSet> sets = read(session, table);
    if (options.inOrder) {
      std::vector<NamedChange> changes;
      for (const ChangeSet& set : sets) changes.push_back(set.change);
      return matchInOrder(changes, folder, name());
    }
    return match(sets, FilesOfFolder(folder));
  }

 private:
  static std::vector<ChangeSet> read(db::Session& session, const ForeignTable& table) {
    const db::Rows rows =
        session.query(fmt::format("select id, author, filename, dateexecuted, exectype, description from {} "
                                  "order by dateexecuted, orderexecuted",
                                  table.quoted()));
    std::vector<ChangeSet> sets;
    std::vector<ErrorDetail> failed;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::string path = rows.text(row, 2);
      ChangeSet set{.id = rows.text(row, 0),
                    .file = std::filesystem::path(path).filename().string(),
                    .change = {.label = fmt::format("{}::{}::{}", path, rows.text(row, 0), rows.text(row, 1)),
                               .appliedAt = momentOf(rows.text(row, 3)),
                               .appliedBy = {}}};
      const std::string outcome = rows.text(row, 4);
      if (outcome == "FAILED") {
        failed.push_back({.field = set.change.label, .message = "it failed in Liquibase"});
        continue;
      }
      // A tag changes nothing in the database, and a change set that was skipped was not run.
      if (outcome == "SKIPPED" || rows.text(row, 5) == "tagDatabase") continue;
      sets.push_back(std::move(set));
    }
    refuseAny(
        "Liquibase's history holds failed change sets. Put right by hand what they left, run liquibase update, and "
        "adopt again.",
        failed);
    return sets;
  }

  static std::vector<ForeignEntry> match(const std::vector<ChangeSet>& sets, const FilesOfFolder& files) {
    const auto ofId = matched(sets, files, byId);
    const auto ofFile = matched(sets, files, byFile);
    const bool idsTell = isComplete(ofId) && isDistinct(ofId);
    const bool filesTell = isComplete(ofFile);
    if (idsTell && filesTell && ofId != ofFile) {
      throw Error(ErrorCode::Conflict,
                  "The ids of Liquibase's change sets and the names of its changelogs lead to different files of the "
                  "folder; nothing was taken over. Say which version the database has with: hotswap migrate baseline "
                  "VERSION.");
    }
    if (!idsTell && !filesTell) refuseUnmatched(sets, ofId, ofFile);
    const auto& chosen = idsTell ? ofId : ofFile;
    std::vector<ForeignEntry> entries;
    for (std::size_t i = 0; i < sets.size(); ++i) entries.push_back(entryOf(sets[i].change, *chosen[i]));
    return entries;
  }

  /// Names those that are left by the rule that comes closer.
  [[noreturn]] static void refuseUnmatched(const std::vector<ChangeSet>& sets,
                                           const std::vector<const MigrationFile*>& ofId,
                                           const std::vector<const MigrationFile*>& ofFile) {
    const auto idsLeft = std::ranges::count(ofId, nullptr);
    const bool idsAreCloser = idsLeft > 0 && idsLeft < std::ranges::count(ofFile, nullptr);
    std::vector<ErrorDetail> unmatched;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if ((idsAreCloser ? ofId : ofFile)[i] != nullptr) continue;
      unmatched.push_back({.field = sets[i].change.label,
                           .message = fmt::format("no file of the folder has the number in front of {}",
                                                  idsAreCloser ? "its id" : "its changelog's name")});
    }
    throw Error(ErrorCode::Conflict,
                "Not every change set of Liquibase can be matched with a file; nothing was taken over. Begin each "
                "file's name with the number of its change set, or have the folder's versions taken in the order in "
                "which the change sets ran with --in-order.",
                unmatched);
  }
};

}  // namespace

std::unique_ptr<ForeignHistory> makeLiquibase() { return std::make_unique<Liquibase>(); }

}  // namespace hotswap::versioned
