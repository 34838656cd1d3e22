#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/session.h"
#include "versioned/folder.h"
#include "versioned/history_entry.h"

namespace hotswap::versioned {

/// Tools whose history can be taken over.
enum class ForeignTool { Flyway, Liquibase, Dbmate, GolangMigrate, Goose, Sqitch };

/// What `adopt` is told.
struct AdoptOptions {
  std::string table;     ///< the tool's table, `name` or `schema.name`; empty: the usual one
  std::string project;   ///< Sqitch: the project that is meant; empty: the only one
  bool inOrder = false;  ///< Liquibase, Sqitch: the first change is the folder's first version, and so on
  bool dryRun = false;   ///< only say what would be taken over
};

/// Something that a tool has applied and not undone, as HotSwap calls it.
struct ForeignEntry {
  EntryKind kind = EntryKind::Versioned;  ///< or Repeatable
  std::string version;                    ///< of a repeatable one its description
  std::string description;
  std::optional<TimePoint> appliedAt;  ///< nothing where the tool doesn't keep it
  std::string appliedBy;               ///< likewise
  Milliseconds executionTime{0};
  bool baseline = false;  ///< it and what is below it were taken to be there, and not run
};

/// A table in which a tool keeps its history.
struct ForeignTable {
  std::string schema;  ///< empty: wherever the search path finds it
  std::string name;

  /// `name`, or what stands before and behind the first dot.
  static ForeignTable parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string quoted() const;
};

/// How one tool keeps its history. Without state; only reads.
class ForeignHistory {
 public:
  ForeignHistory() = default;
  ForeignHistory(const ForeignHistory&) = delete;
  ForeignHistory& operator=(const ForeignHistory&) = delete;
  virtual ~ForeignHistory() = default;

  [[nodiscard]] virtual ForeignTool tool() const = 0;
  /// As its makers write it.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Where its table is looked for, the likeliest first.
  [[nodiscard]] virtual std::vector<ForeignTable> usualTables() const = 0;
  /// Whether a table with these columns, in lower case, is this tool's.
  [[nodiscard]] virtual bool fits(const std::vector<std::string>& columns) const = 0;
  /// Whether it gives its migrations names instead of versions, so that they have to be matched with files.
  [[nodiscard]] virtual bool givesNames() const { return false; }
  /// What to know where its table is not found, as a sentence; empty where there is nothing.
  [[nodiscard]] virtual std::string_view whereElse() const { return {}; }

  /// What is applied, oldest first. Throws Error (Conflict) where something failed half-way in that tool, or where a
  /// name fits no file; each of `details()` is one such thing. Throws SqlError.
  [[nodiscard]] virtual std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                          const MigrationFolder& folder,
                                                          const AdoptOptions& options) const = 0;
};

/// Every tool known, in the order of ForeignTool.
const std::vector<std::unique_ptr<ForeignHistory>>& foreignHistories();
const ForeignHistory& foreignHistory(ForeignTool tool);

}  // namespace hotswap::versioned

namespace hotswap {

/// As `--from` takes them.
template <>
struct EnumTexts<versioned::ForeignTool> {
  static constexpr std::array entries{
      std::pair{versioned::ForeignTool::Flyway, std::string_view("flyway")},
      std::pair{versioned::ForeignTool::Liquibase, std::string_view("liquibase")},
      std::pair{versioned::ForeignTool::Dbmate, std::string_view("dbmate")},
      std::pair{versioned::ForeignTool::GolangMigrate, std::string_view("golang-migrate")},
      std::pair{versioned::ForeignTool::Goose, std::string_view("goose")},
      std::pair{versioned::ForeignTool::Sqitch, std::string_view("sqitch")}};
};

}  // namespace hotswap
