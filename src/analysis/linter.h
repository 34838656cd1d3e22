#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/dialect.h"
#include "analysis/validation_request.h"
#include "db/engine.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// What of the findings is wanted, and how badly they are taken.
struct LintSettings {
  /// By rule, instead of its own severity; nothing: the rule is off. What would fail when run stays an error.
  std::map<std::string, std::optional<Severity>> severities;
  std::chrono::sys_days today;  ///< in UTC, for suppressions that end
};

/// Judges scripts by their text, one after the other, each knowing what those before it have made.
class Linter {
 public:
  Linter(const db::Engine& engine, LintSettings settings);

  /// What there is to say of a script, `more` (what a database told of it) included. Never throws for bad SQL.
  ValidationReport judge(const ValidationRequest& request, std::vector<Finding> more = {});
  /// Takes in a script without judging it.
  void pass(std::string_view script);

  /// Takes the schema from a database, and judges what follows, which are to be `scripts`, by that. Throws SqlError.
  void load(db::Session& session, std::span<const std::string_view> scripts);

  /// Finds the way back of statements from now on, where the engine's SQL is known; `statements`: those to come, of
  /// which the database that was loaded, where there is one, may have to tell more. Throws SqlError.
  void findInverses(db::Session* session = nullptr, const std::vector<db::Statement>& statements = {});

 private:
  const db::Engine& engine_;
  LintSettings settings_;
  std::unique_ptr<Judge> judge_;  ///< where the engine's SQL is known
};

}  // namespace hotswap::analysis
