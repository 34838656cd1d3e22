#include "execution/way_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "execution/concurrent_build.h"
#include "execution/patient_connect.h"
#include "execution/row_account.h"
#include "execution/run_errors.h"
#include "execution/untouched_schema.h"

namespace hotswap::execution {

namespace {

constexpr Milliseconds firstPauseAtMost{200};
constexpr Milliseconds longestPauseAtMost{2000};
constexpr Milliseconds cleanUpLockTimeout{1000};

/// What was seen inside a transaction of the way back forbids to commit it; it is rolled back.
class ProofFailed : public Error {
 public:
  ProofFailed(const std::string& message, std::vector<std::string> remaining)
      : Error(ErrorCode::Conflict, message), remaining_(std::move(remaining)) {}
  [[nodiscard]] const std::vector<std::string>& remaining() const { return remaining_; }

 private:
  std::vector<std::string> remaining_;
};

/// The transaction would take away what the migration has not made.
class WouldDamage : public ProofFailed {
 public:
  WouldDamage(std::vector<std::string> damage, std::size_t unit)
      : ProofFailed(
            "the way back would change what the migration has neither made nor changed, so its transaction was not "
            "committed",
            std::move(damage)),
        unit_(unit) {}
  [[nodiscard]] std::size_t unit() const { return unit_; }

 private:
  std::size_t unit_;
};

class WayBack {
 public:
  WayBack(RunTarget target, RunSettings settings, Journal& journal, Clock& clock, Random& random,
          const ForwardState& forward, const KnownSchema& known, const std::stop_token& stop)
      : target_(std::move(target)),
        settings_(settings),
        journal_(journal),
        clock_(clock),
        random_(random),
        forward_(forward),
        known_(known),
        before_(known.before),
        stop_(stop) {
    settings_.firstPause = std::min(settings_.firstPause, firstPauseAtMost);
    settings_.longestPause = std::min(settings_.longestPause, longestPauseAtMost);
  }

  WayBackResult undo(const std::optional<std::string>& script, std::size_t firstUnit) {
    WayBackResult result;
    result.error = attempt([&] { dropUnfinishedBuilds(); }, result);
    if (result.error.empty() && forward_.unitsDone > 0) {
      result.error = refusal(script);
      if (result.error.empty()) result.error = attempt([&] { run(*script, firstUnit); }, result);
    }
    const std::string unproved = attempt([&] { verify(result); }, result);
    if (result.error.empty()) result.error = unproved;
    return result;
  }

 private:
  const db::Engine& engine() const { return *target_.engine; }
  bool partial() const { return forward_.unitsDone < forward_.unitsTotal; }

  /// Does one part; returns why it failed, empty where it did not. What the journal throws goes on to the caller.
  template <class Part>
  std::string attempt(Part part, WayBackResult& result) {
    try {
      part();
      return {};
    } catch (const ProofFailed& failed) {
      result.remaining = failed.remaining();
      return failed.what();
    } catch (const StatementFailed& failed) {
      return failed.what();
    } catch (const Stopped& stopped) {
      return stopped.what();
    } catch (const OutcomeUnknown& unknown) {
      return unknown.what();
    } catch (const db::SqlError& error) {
      return error.what();
    }
  }

  /// Why the way back can't even be tried, empty where it can.
  std::string refusal(const std::optional<std::string>& script) const {
    if (!script) return "There is no rollback script; what was changed has to be undone by hand.";
    if (partial() && forward_.dataUnitDone && forward_.dataUnitMissing) {
      return "Some of the script's changes to rows were made and some were not, so that the rollback script does not "
             "fit "
             "the rows as they are; nothing was undone, and what remains has to be undone by hand.";
    }
    const db::ParsedScript parsed = engine().script().parse(*script);
    if (parsed.error) {
      return fmt::format("The rollback script is broken at line {}, column {}: {}", parsed.error->position.line,
                         parsed.error->position.column, parsed.error->message);
    }
    const auto control = std::ranges::find_if(parsed.statements, &db::Statement::transactionControl);
    if (control != parsed.statements.end()) {
      return fmt::format("The rollback script has {} at line {}; transactions are begun and ended by HotSwap alone.",
                         control->kind, control->position.line);
    }
    return {};
  }

  /// As the script has it; where that would take away what the migration has not made, once more without the statements
  /// that do it. Only then, because dropping something for a moment may be needed to change what it depends on.
  void run(const std::string& source, std::size_t firstUnit) {
    const db::ParsedScript script = engine().script().parse(source);
    // Reading the whole schema takes seconds where there is much of it, and the database may be suffering.
    const bool threatened = std::ranges::any_of(
        script.statements, [&](const db::Statement& statement) { return threatens(statement, before_); });
    const bool wanted = threatened || known_.after.has_value();
    const auto present = wanted ? engine().catalog().listing(*connect()) : db::SchemaListing{};
    if (known_.after) present_ = present;
    const UntouchedSchema untouched(sharesOf(known_, present));
    ScriptRunner runner(target_, settings_, journal_, clock_, random_);
    try {
      runner.run(script, source, firstUnit, stop_, policyFor(script, untouched, false));
    } catch (const WouldDamage& damage) {
      warn(fmt::format("{}: {}; it is run again without what does that", damage.what(),
                       fmt::join(damage.remaining(), ", ")));
      runner.run(script, source, damage.unit(), stop_, policyFor(script, untouched, true));
    }
  }

  void warn(std::string message) const {
    LogEntry entry;
    entry.level = "warning";
    entry.instance = target_.instance;
    entry.message = std::move(message);
    journal_.log(std::move(entry));
  }

  RunPolicy policyFor(const db::ParsedScript& script, const UntouchedSchema& untouched, bool sparing) const {
    RunPolicy policy;
    policy.step = StepKind::Undo;
    if (partial()) {
      policy.passOverMissing = true;
      policy.passOverData = !forward_.dataUnitDone;
    }
    policy.passOver = [&untouched, sparing](const db::Statement& statement) {
      const bool spared = (sparing || !statement.transactional) && untouched.isAllThatIsDroppedBy(statement);
      return std::string(spared ? "what it drops was there before the migration" : "");
    };
    policy.beforeCommit = [this, &script, &untouched](db::Session& session, const db::Unit& unit) {
      lookBeforeCommit(script, untouched, session, unit);
    };
    return policy;
  }

  void lookBeforeCommit(const db::ParsedScript& script, const UntouchedSchema& untouched, db::Session& session,
                        const db::Unit& unit) const {
    const auto statements = std::span(script.statements).subspan(unit.first, unit.count);
    const bool last = unit.first + unit.count == script.statements.size();
    const bool threatened = std::ranges::any_of(statements, [&](const db::Statement& statement) {
      return known_.after ? untouched.isThreatenedBy(statement) : threatens(statement, before_);
    });
    if (!threatened && !(partial() && last)) return;
    const db::SchemaListing now = engine().catalog().listing(session);
    if (auto damage = untouched.damageIn(now); !damage.empty()) {
      throw WouldDamage(std::move(damage), unitIndex(script, unit));
    }
    if (!partial() || !last) return;
    if (auto remaining = db::differences(before_, now); !remaining.empty()) {
      throw ProofFailed(
          "the schema would not be as it was before, so the last transaction of the way back was not committed",
          std::move(remaining));
    }
  }

  static std::size_t unitIndex(const db::ParsedScript& script, const db::Unit& unit) {
    const auto units = db::planUnits(script.statements);
    const auto found = std::ranges::find(units, unit.first, &db::Unit::first);
    return static_cast<std::size_t>(found - units.begin());
  }

  /// What the forward run could not clear away itself.
  void dropUnfinishedBuilds() {
    for (const db::ConcurrentBuild& written : forward_.unfinishedBuilds) {
      if (written.kind == db::ConcurrentBuild::Kind::Drop) continue;  // what is half gone can only be built anew
      const auto session = connect();
      const auto build = placed(engine(), *session, written);
      if (!build) continue;
      const auto left = removeLeftovers(
          engine(), *session, clock_, *build, indexesBefore(*build, *session),
          {.lockTimeout = std::min(cleanUpLockTimeout, settings_.lockTimeout), .patience = settings_.cleanUpPatience});
      for (const IndexState& index : left) {
        LogEntry entry;
        entry.level = "error";
        entry.instance = target_.instance;
        entry.message = fmt::format("The index {}.{} is still invalid, for its lock could not be had; drop it with: {}",
                                    index.schema, index.name, dropStatement(index));
        journal_.log(std::move(entry));
      }
    }
  }

  /// The build's indexes of interest that the listing from before knows.
  std::vector<IndexState> indexesBefore(const db::ConcurrentBuild& build, db::Session& session) const {
    auto states = indexesOfInterest(build, allIndexes(engine(), session));
    std::erase_if(states, [&](const IndexState& index) {
      return !before_.definitions.contains(fmt::format("index {}.{}", index.schema, index.name));
    });
    return states;
  }

  void verify(WayBackResult& result) {
    const auto session = connect();
    const db::SchemaListing now = engine().catalog().listing(*session);
    auto [remaining, byOthers] = present_ ? judgeSchema(known_, *present_, now)
                                          : SchemaVerdict{.remaining = db::differences(before_, now), .byOthers = {}};
    for (const std::string& sentence : byOthers) warn(sentence);
    result.byOthers = !byOthers.empty();
    result.verified = remaining.empty();
    // After a proof that failed inside the transaction, what it named is what has to be looked at.
    if (result.remaining.empty() || result.verified) result.remaining = std::move(remaining);
  }

  std::unique_ptr<db::Session> connect() { return connectPatiently(target_, settings_, clock_, stop_); }

  RunTarget target_;
  RunSettings settings_;
  Journal& journal_;
  Clock& clock_;
  Random& random_;
  const ForwardState& forward_;
  const KnownSchema& known_;
  const db::SchemaListing& before_;
  std::optional<db::SchemaListing> present_;  ///< at the beginning, where what others have done can be told apart
  const std::stop_token& stop_;
};

}  // namespace

ForwardState forwardStateOf(const db::ParsedScript& script, const std::vector<db::Unit>& units, std::size_t unitsDone) {
  ForwardState state{.unitsDone = unitsDone, .unitsTotal = units.size()};
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    const bool done = unit < unitsDone;
    for (const db::Statement& statement : std::span(script.statements).subspan(units[unit].first, units[unit].count)) {
      if (mayChangeRows(statement)) (done ? state.dataUnitDone : state.dataUnitMissing) = true;
      if (statement.concurrentBuild && !done) state.unfinishedBuilds.push_back(*statement.concurrentBuild);
    }
  }
  return state;
}

WayBackResult undo(RunTarget target, RunSettings settings, Journal& journal, Clock& clock, Random& random,
                   const std::optional<std::string>& rollbackScript, const ForwardState& forward,
                   const KnownSchema& known, const std::stop_token& stop, std::size_t firstUnit) {
  return WayBack(std::move(target), settings, journal, clock, random, forward, known, stop)
      .undo(rollbackScript, firstUnit);
}

}  // namespace hotswap::execution
