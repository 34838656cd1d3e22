#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/effects.h"
#include "analysis/inverse.h"
#include "analysis/rule_info.h"
#include "analysis/safer_script.h"
#include "base/clock.h"
#include "db/engine.h"
#include "domain/database.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// What the analysis has to say of one statement.
struct Judgement {
  Effects effects;
  std::optional<Seconds> estimated;  ///< how long it works; absent where sizes are not known
  std::vector<Finding> findings;     ///< `statement`, line and column are set; safe forms stand with what they answer
  std::optional<SafeForm> safer;     ///< what may be written in its place; absent where it is safe, or has no safe form
  std::optional<Inverse> inverse = std::nullopt;  ///< where it was asked for
};

/// Judges the scripts of one database, one after the other, and keeps the schema as it is after each.
class Judge {
 public:
  Judge() = default;
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  virtual ~Judge() = default;

  /// Forgets what it knows, and takes the schema from a database, in the detail that judging `scripts` needs. Throws
  /// SqlError.
  virtual void load(db::Session& session, std::span<const std::string_view> scripts) = 0;
  /// Finds the way back of each statement from now on, too. `session`: of the database that was loaded; what
  /// `statements` may take away is read there as it was made. nullptr: only scripts tell. Throws SqlError.
  virtual void findInverses(db::Session* session, const std::vector<db::Statement>& statements) = 0;
  /// A judgement for each statement, in order.
  virtual std::vector<Judgement> judge(const std::vector<db::Statement>& statements) = 0;
};

/// What the analysis knows of one engine's SQL. Safe from any thread; lives as long as the program.
class Dialect {
 public:
  Dialect() = default;
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;
  virtual ~Dialect() = default;

  [[nodiscard]] virtual std::vector<RuleInfo> rules() const = 0;
  /// `today`: in UTC, for names that hold a date.
  [[nodiscard]] virtual std::unique_ptr<Judge> judge(std::chrono::sys_days today) const = 0;
};

/// The dialect of an engine; nullptr where the analysis has only what holds for all.
const Dialect* dialectOf(DatabaseType type);

}  // namespace hotswap::analysis
