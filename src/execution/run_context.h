#pragma once
#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "execution/script_runner.h"
#include "execution/shared_journal.h"

namespace hotswap::execution {

/// What the parts of a run share. Everything it refers to outlives the run.
struct RunContext {
  const RunTarget& target;
  const RunSettings& settings;
  const RunPolicy& policy;
  SharedJournal& journal;
  Clock& clock;
  Random& random;
  const db::ParsedScript& script;
  std::string_view source;
  const std::vector<db::Unit>& units;
  const std::stop_token& stop;
  std::size_t unit = 0;  ///< the one at work; those before it are done

  [[nodiscard]] bool changedBefore() const { return unit > 0; }
  [[nodiscard]] const db::Engine& engine() const { return *target.engine; }
  [[nodiscard]] const db::Statement& statement(std::size_t index) const { return script.statements.at(index); }
  /// `statement 3 (line 7, column 1)`
  [[nodiscard]] std::string name(std::size_t index) const;
  /// Whether the policy passes over a statement; the log says why.
  [[nodiscard]] bool passedOver(std::size_t index) const;
  /// Throws Stopped where a stop is requested.
  void throwIfStopped() const;
};

/// The limits under which a statement is run.
db::SessionLimits limitsFor(const db::Statement& statement, const RunSettings& settings);

/// Whether a statement may leave something in its session that later ones would find: a setting, a role, a temporary
/// table, a prepared statement, a lock. In doubt it may.
bool marksSession(const db::Statement& statement);

/// Whether a statement sets something of the session that holds for the units after it, as far as its text tells.
bool setsSession(const db::Statement& statement);

}  // namespace hotswap::execution
