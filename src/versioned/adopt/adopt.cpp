#include "versioned/adopt/adopt.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/adopt/foreign_table_search.h"
#include "versioned/adopt/matching.h"
#include "versioned/history_session.h"
#include "versioned/lock_patience.h"

namespace hotswap::versioned {

namespace {

/// What the tool has applied, each once: where two of its entries are one version of HotSwap's, the later one.
struct Applied {
  std::map<Version, ForeignEntry> versioned;
  std::map<std::string, ForeignEntry> repeatable;
};

Applied sorted(std::vector<ForeignEntry> entries, const ForeignHistory& foreign) {
  Applied applied;
  std::vector<ErrorDetail> wrong;
  for (ForeignEntry& entry : entries) {
    if (entry.kind == EntryKind::Repeatable) {
      applied.repeatable.insert_or_assign(entry.version, std::move(entry));
    } else if (const auto version = Version::parse(entry.version)) {
      applied.versioned.insert_or_assign(*version, std::move(entry));
    } else {
      wrong.push_back({.field = entry.version, .message = "it is no number, nor numbers with dots between them"});
    }
  }
  if (!wrong.empty()) {
    throw Error(
        ErrorCode::ValidationError,
        fmt::format("{} has applied versions that HotSwap can't number; nothing was taken over.", foreign.name()),
        wrong);
  }
  return applied;
}

/// One look at both histories.
class Look {
 public:
  Look(const Workplace& place, const MigrationFolder& folder, const ForeignHistory& foreign,
       const AdoptOptions& options, HistorySession& history)
      : place_(place), folder_(folder), files_(folder), foreign_(foreign), options_(options), history_(history) {}

  std::vector<Adopted> read() {
    const ForeignTable table = findTable(place_.engine, history_.session(), foreign_, options_.table);
    refuseSharedName(table);
    const Applied applied = sorted(foreign_.applied(history_.session(), table, folder_, options_), foreign_);
    refuseStrangeFolder(applied);
    for (const HistoryEntry& entry : history_.entries()) {
      if (const auto version = Version::parse(entry.version); version && entry.kind == EntryKind::Versioned) {
        knownVersions_.insert(*version);
      }
      if (entry.kind == EntryKind::Repeatable) knownRepeatables_.insert(entry.version);
    }
    for (const auto& [version, entry] : applied.versioned) {
      if (!knownVersions_.contains(version)) takeVersion(version, entry);
    }
    for (const auto& [name, entry] : applied.repeatable) {
      if (!knownRepeatables_.contains(name)) takeRepeatable(name, entry);
    }
    return std::move(adopted_);
  }

  /// What the tool has and was not taken over.
  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  /// Flyway's table had the name of HotSwap's until Flyway 5.
  void refuseSharedName(const ForeignTable& table) {
    if (table.name != History::table) return;
    const db::Catalog& catalog = place_.engine.catalog();
    const std::string standard = catalog.defaultSchema(history_.session());
    const std::string own = place_.historySchema.empty() ? standard : place_.historySchema;
    std::string theirs = table.schema.empty() ? catalog.schemaOf(history_.session(), table.name) : table.schema;
    if (theirs.empty()) theirs = standard;
    if (own != theirs) return;
    throw Error(ErrorCode::Conflict,
                fmt::format("{0}'s table has the name of HotSwap's history, {1}. Rename it (alter table {1} rename to "
                            "flyway_schema_history) and adopt again, or keep HotSwap's history in another schema with "
                            "--history-schema.",
                            foreign_.name(), table.text()));
  }

  void refuseStrangeFolder(const Applied& applied) {
    std::size_t run = 0;
    for (const auto& [version, entry] : applied.versioned) {
      if (files_.versioned.contains(version)) return;
      if (!entry.baseline) ++run;
    }
    if (run == 0) return;
    throw Error(ErrorCode::Conflict,
                fmt::format("None of the {} version(s) that {} has applied has a file in {}; is it the right --dir? To "
                            "begin a new folder above them, write the last of them as there: hotswap migrate baseline "
                            "{}.",
                            run, foreign_.name(), folder_.path.string(), applied.versioned.rbegin()->second.version));
  }

  [[nodiscard]] Adopted entryOf(const ForeignEntry& foreign, const MigrationFile* file) const {
    Adopted adopted{.entry = {.kind = foreign.kind,
                              .version = foreign.version,
                              .description = foreign.description,
                              .checksum = {},
                              .appliedAt = foreign.appliedAt.value_or(place_.clock.now()),
                              .executionTime = foreign.executionTime,
                              .appliedBy = foreign.appliedBy.empty() ? place_.who : foreign.appliedBy,
                              .state = foreign.baseline ? EntryState::Baseline : EntryState::Applied},
                    .file = {}};
    if (file == nullptr) return adopted;
    if (file->version) adopted.entry.version = file->version->text();
    adopted.entry.description = file->description;
    adopted.entry.checksum = file->checksum;
    adopted.file = file->forward;
    return adopted;
  }

  void takeVersion(const Version& version, const ForeignEntry& foreign) {
    const auto file = files_.versioned.find(version);
    Adopted adopted = entryOf(foreign, file == files_.versioned.end() ? nullptr : file->second);
    const bool isOlderThanFolder = !files_.versioned.empty() && version < files_.versioned.begin()->first;
    if (isOlderThanFolder) adopted.entry.state = EntryState::Baseline;
    adopted_.push_back(std::move(adopted));
  }

  void takeRepeatable(const std::string& name, const ForeignEntry& foreign) {
    const auto file = files_.repeatable.find(name);
    if (file != files_.repeatable.end()) return adopted_.push_back(entryOf(foreign, file->second));
    remarks_.push_back(fmt::format(
        "{} has run the repeatable migration `{}`, which has no file any more; it is left out", foreign_.name(), name));
  }

  const Workplace& place_;
  const MigrationFolder& folder_;
  FilesOfFolder files_;
  const ForeignHistory& foreign_;
  const AdoptOptions& options_;
  HistorySession& history_;
  std::set<Version> knownVersions_;
  std::set<std::string> knownRepeatables_;
  std::vector<Adopted> adopted_;
  std::vector<std::string> remarks_;
};

void refuseOptions(const ForeignHistory& foreign, const AdoptOptions& options) {
  if (options.inOrder && !foreign.givesNames()) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("{} numbers its versions; --in-order is for tools that don't.", foreign.name()));
  }
  if (!options.project.empty() && foreign.tool() != ForeignTool::Sqitch) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("{} knows no projects; --project is for Sqitch.", foreign.name()));
  }
}

void write(HistorySession& history, const std::vector<Adopted>& adopted) {
  for (const Adopted& one : adopted) {
    history.history().write(history.session(),
                            {.id = 0, .entry = one.entry, .action = Action::Adopt, .error = {}, .progress = {}},
                            std::nullopt);
  }
}

}  // namespace

std::vector<Adopted> adopt(const Workplace& place, const MigrationFolder& folder, ForeignTool tool,
                           const AdoptOptions& options) {
  const ForeignHistory& foreign = foreignHistory(tool);
  refuseOptions(foreign, options);
  HistorySession history(place);
  // A look before anything is written, so that a refusal doesn't even leave the empty tables of a history.
  Look first(place, folder, foreign, options, history);
  std::vector<Adopted> adopted = first.read();
  for (const std::string& remark : first.remarks()) place.observer.said("warning", remark);
  if (adopted.empty() || options.dryRun) return adopted;
  history.lock();
  db::Session& session = history.session();
  workPatiently(place, session, true, [&] {
    session.begin();
    try {
      adopted = Look(place, folder, foreign, options, history).read();
      write(history, adopted);
      session.commit();
    } catch (...) {
      if (session.usable() && session.inTransaction()) session.rollback();
      throw;
    }
  });
  return adopted;
}

}  // namespace hotswap::versioned
