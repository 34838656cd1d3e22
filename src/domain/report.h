#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/enum_text.h"
#include "domain/migration.h"

namespace hotswap {

enum class Severity { Error, Warning, Info };
template <>
struct EnumTexts<Severity> {
  static constexpr std::array entries{std::pair{Severity::Error, std::string_view("error")},
                                      std::pair{Severity::Warning, std::string_view("warning")},
                                      std::pair{Severity::Info, std::string_view("info")}};
};

/// Something validation has to say about a script.
struct Finding {
  std::string rule;  ///< stable name, e.g. `syntax`, `missing-object`
  Severity severity = Severity::Error;
  std::string message;
  std::string recommendation;
  std::optional<std::size_t> statement;    ///< index in `statements`
  std::string script = "migrationScript";  ///< or `rollbackScript`
  int line = 0;                            ///< from 1; 0 where it is about no place
  int column = 0;                          ///< from 1, in characters
  std::string sqlState;                    ///< of the server, empty where the server wasn't asked
  /// The reason why the script's author wants it passed over, where a comment says so: it stands in the report, and
  /// counts for nothing else.
  std::optional<std::string> allowed = std::nullopt;
};

/// One statement of the forward script as validation sees it.
struct StatementReport {
  std::size_t index = 0;
  int line = 1;
  int column = 1;
  std::string sql;
  std::string kind;  ///< the engine's name, e.g. `CREATE INDEX`
  bool transactional = true;
  std::size_t unit = 0;  ///< statements with one number run in one transaction
};

struct ValidationReport {
  bool isValid = false;  ///< no finding is an error
  std::vector<Finding> findings;
  std::vector<StatementReport> statements;
  RiskLevel riskLevel = RiskLevel::Low;
  bool dryRun = false;  ///< whether the script was also run inside a transaction that was rolled back
  std::vector<std::string> affectedObjects;
  TimePoint validatedAt;
  Milliseconds duration{0};
};

}  // namespace hotswap
