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
  std::string saferScript = {};            ///< SQL to write in place of the statement; empty where there is none
  std::optional<std::size_t> statement;    ///< index in `statements`
  std::string script = "migrationScript";  ///< or `rollbackScript`
  int line = 0;                            ///< from 1; 0 where it is about no place
  int column = 0;                          ///< from 1, in characters
  std::string sqlState;                    ///< of the server, empty where the server wasn't asked
  /// The reason why the script's author wants it passed over, where a comment says so: it stands in the report, and
  /// counts for nothing else.
  std::optional<std::string> allowed = std::nullopt;
};

/// A lock that a statement takes on one object until its transaction ends.
struct LockReport {
  std::string object;  ///< `public.orders`
  std::string mode;    ///< in the server's words: `AccessExclusiveLock`, …
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
  // What it does to tables; empty where the engine's statements are not understood that far.
  std::vector<LockReport> locks;      ///< sorted by object; what the script itself has made is left out
  std::vector<std::string> rewrites;  ///< tables that are written anew
  std::vector<std::string> scans;     ///< tables that are read in full
  bool blocksReads = false;           ///< other sessions' SELECT has to wait while it runs
  bool blocksWrites = false;          ///< other sessions' INSERT, UPDATE and DELETE have to wait
  std::optional<Seconds> estimated;   ///< how long it works; absent where sizes are not known
  std::vector<std::string> unknown;   ///< why it may do more than is said here, a sentence each
  // Its way back; absent where the engine's statements are not understood that far.
  std::optional<std::string>
      inverse;                     ///< as a script; absent, too, where there is nothing to do or nothing can be done
  std::optional<bool> reversible;  ///< the schema comes back as it was, and no data is lost
  std::vector<std::string> lost;   ///< why not all comes back, a sentence each
};

/// The way back of a whole script, as it follows from its statements.
struct DerivedRollback {
  std::optional<std::string> script;  ///< absent where there is nothing to do or nothing can be done
  bool reversible = false;            ///< all statements are
};

/// What came of running a script forward, back and forward again in a copy of the schema without rows.
struct Rehearsal {
  bool ran = false;     ///< the scripts were run; false where something else stood in the way, which `message` says
  bool passed = false;  ///< the way back brought the schema back, and the second run forward left what the first left
  std::string message;  ///< why it didn't run, or what didn't pass
  std::vector<std::string> differences;  ///< objects that are not as they should be, a sentence each
  Milliseconds duration{0};
};

struct ValidationReport {
  bool isValid = false;  ///< no finding is an error
  std::vector<Finding> findings;
  std::vector<StatementReport> statements;
  /// The forward script with safer SQL in place of the statements whose findings hold some and aren't allowed; nothing
  /// where there is none.
  std::optional<std::string> saferScript;
  std::optional<Seconds> estimatedDuration;  ///< of all statements; absent where that of one is
  RiskLevel riskLevel = RiskLevel::Low;
  bool dryRun = false;  ///< whether the script was also run inside a transaction that was rolled back
  std::vector<std::string> affectedObjects;
  std::optional<DerivedRollback> rollback;  ///< absent where statements are not understood that far
  std::optional<Rehearsal> rehearsal;       ///< where it was asked for
  TimePoint validatedAt;
  Milliseconds duration{0};
};

}  // namespace hotswap
