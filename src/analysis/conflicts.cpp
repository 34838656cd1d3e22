#include "analysis/conflicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analysis/finding.h"
#include "analysis/script_state.h"

namespace hotswap::analysis {

namespace {

using Kind = db::ObjectReference::Kind;

bool isPart(const db::ObjectReference& object) {
  return object.kind == Kind::Column || object.kind == Kind::Constraint || object.kind == Kind::Trigger;
}

/// Goes through a script beside the database and tells where the two don't fit.
class Conflicts {
 public:
  Conflicts(const db::Engine& engine, db::Session& session)
      : catalog_(engine.catalog()), session_(session), defaultSchema_(catalog_.defaultSchema(session)) {}

  void look(const db::Statement& statement, std::size_t index) {
    statement_ = &statement;
    index_ = index;
    if (!state_.isOpaque()) {
      for (const auto& object : statement.needs) lookForMissing(object);
      for (const auto& object : statement.drops) lookForMissing(object);
      for (const auto& object : statement.makes) lookForTaken(object, statement);
    }
    state_.apply(statement);
  }

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  /// Whether the database has the object, where that can be told now.
  std::optional<bool> inDatabase(const db::ObjectReference& object) {
    if (object.name.empty() || (object.schema.empty() && object.kind != Kind::Schema && state_.searchPathChanged()))
      return std::nullopt;
    const std::string key = fmt::format("{}\n{}\n{}", nameOf(object), object.table, static_cast<int>(object.kind));
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    return known_[key] = catalog_.exists(session_, object);
  }

  void lookForMissing(const db::ObjectReference& object) {
    if (state_.isMade(object)) return;
    if (state_.isDropped(object)) return tellMissing(object, "was dropped earlier in the script");
    if (isPart(object)) {
      const db::ObjectReference table = tableOf(object);
      // What a table made here looks like isn't followed, and a table that is missing is told by itself.
      if (state_.isMade(table) || state_.isDropped(table) || !inDatabase(table).value_or(false)) return;
    }
    if (!object.schema.empty() && madeSchema(object.schema)) return;
    if (inDatabase(object).value_or(true)) return;
    tellMissing(object, "does not exist");
  }

  void lookForTaken(const db::ObjectReference& made, const db::Statement& statement) {
    // Functions may share a name as long as their arguments differ.
    if (made.kind == Kind::Function) return;
    db::ObjectReference object = made;
    const bool withItsTable = made.kind == Kind::Index && makesTable(statement, made);
    // An index is looked for beside its table, which isn't there yet when one statement makes both.
    if (withItsTable) object.table.clear();
    const bool isElsewhere =
        isPart(object) || (object.kind == Kind::Index && !withItsTable) || object.kind == Kind::Schema;
    if (object.schema.empty() && !isElsewhere) object.schema = defaultSchema_;
    for (const auto& dropped : statement.drops) {
      if (dropped.kind == object.kind && dropped.name == object.name) return;
    }
    if (state_.isMade(made)) return tellTaken(made, "is made earlier in the script already");
    if (state_.isDropped(made)) return;
    if (isPart(made) && (state_.isMade(tableOf(made)) || state_.isDropped(tableOf(made)))) return;
    // Gone perhaps with a column or table that was dropped.
    const bool isOwned = made.kind == Kind::Constraint || made.kind == Kind::Index || made.kind == Kind::Sequence;
    if (isOwned && (state_.droppedOwners() || dropsOwner(statement))) return;
    if (made.schema.empty() && state_.searchPathChanged()) return;
    if (inDatabase(object).value_or(false)) tellTaken(made, "exists already");
  }

  static bool makesTable(const db::Statement& statement, const db::ObjectReference& part) {
    return std::ranges::any_of(statement.makes, [&](const db::ObjectReference& made) {
      return made.kind == Kind::Table && made.name == part.table && made.schema == part.schema;
    });
  }

  static bool dropsOwner(const db::Statement& statement) {
    ScriptState alone;
    db::Statement drops;
    drops.drops = statement.drops;
    alone.apply(drops);
    return alone.droppedOwners();
  }

  bool madeSchema(const std::string& name) const {
    db::ObjectReference schema;
    schema.kind = Kind::Schema;
    schema.name = name;
    return state_.isMade(schema);
  }

  void tellMissing(const db::ObjectReference& object, const char* why) {
    tell("missing-object", object.ifExists,
         fmt::format("The {} {}{}.", nameOf(object), why, object.ifExists ? ", and the statement passes over it" : ""),
         "Correct the name, or make the object first.");
  }

  void tellTaken(const db::ObjectReference& object, const char* why) {
    tell("object-exists", object.ifExists,
         fmt::format("The {} {}{}.", nameOf(object), why, object.ifExists ? ", and the statement allows for it" : ""),
         "Choose another name, or say IF NOT EXISTS where the present object will do.");
  }

  void tell(const char* rule, bool harmless, std::string message, const char* recommendation) {
    if (!told_.emplace(rule, message).second) return;
    findings_.push_back(about(*statement_, index_, rule, harmless ? Severity::Info : Severity::Error,
                              std::move(message), harmless ? "" : recommendation));
  }

  const db::Catalog& catalog_;
  db::Session& session_;
  std::string defaultSchema_;
  ScriptState state_;
  std::map<std::string, std::optional<bool>> known_;
  std::set<std::pair<std::string, std::string>> told_;
  const db::Statement* statement_ = nullptr;  ///< the one looked at now
  std::size_t index_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> conflictFindings(const db::Engine& engine, db::Session& session,
                                      const std::vector<db::Statement>& statements, const Deadline& deadline) {
  Conflicts conflicts(engine, session);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (deadline.over()) {
      std::vector<Finding> findings = conflicts.take();
      findings.push_back(about(statements[i], i, "not-finished", Severity::Warning,
                               "There was no time left to hold this and the following statements against the database.",
                               "Split the script into smaller ones."));
      return findings;
    }
    conflicts.look(statements[i], i);
  }
  return conflicts.take();
}

}  // namespace hotswap::analysis
