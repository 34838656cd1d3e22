#include <fmt/format.h>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/adopt/foreign_tools.h"

namespace hotswap::versioned {

namespace {

/// What a row says, by its type.
enum class Meaning { Applied, Baseline, Undone, None };

/// `UNDO_SQL`, `UNDO_JDBC` … undo a version; `DELETE` marks one that Flyway was told to forget; `SCHEMA` says that
/// Flyway made the schema. Everything else (`SQL`, `JDBC`, `SCRIPT`, `SPRING_JDBC`, `CUSTOM` …) is a migration.
Meaning meaningOf(std::string_view type) {
  if (type == "SCHEMA") return Meaning::None;
  if (type == "DELETE" || type.starts_with("UNDO")) return Meaning::Undone;
  if (type.ends_with("BASELINE")) return Meaning::Baseline;
  return Meaning::Applied;
}

/// `flyway_schema_history`, before Flyway 5 `schema_version`: a row for each step, forward or back; the newest one of a
/// version, or of a repeatable migration (which has none), decides.
class Flyway final : public ForeignHistory {
 public:
  [[nodiscard]] ForeignTool tool() const override { return ForeignTool::Flyway; }
  [[nodiscard]] std::string_view name() const override { return "Flyway"; }
  [[nodiscard]] std::vector<ForeignTable> usualTables() const override {
    return {{.schema = {}, .name = "flyway_schema_history"}, {.schema = {}, .name = "schema_version"}};
  }
  [[nodiscard]] bool fits(const std::vector<std::string>& columns) const override {
    return hasColumns(columns, {"installed_rank", "version", "description", "type", "script", "installed_by",
                                "installed_on", "execution_time", "success"});
  }

  [[nodiscard]] std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                  const MigrationFolder& /*folder*/,
                                                  const AdoptOptions& /*options*/) const override {
    const db::Rows rows = session.query(
        fmt::format("select version, description, type, script, installed_by, installed_on, execution_time, success "
                    "from {} order by installed_rank",
                    table.quoted()));
    std::vector<Step> standing;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      Step step = readStep(rows, row);
      if (step.meaning == Meaning::None) continue;
      std::erase_if(standing, [&](const Step& older) {
        return older.entry.kind == step.entry.kind && older.entry.version == step.entry.version;
      });
      standing.push_back(std::move(step));
    }
    refuseFailed(standing);
    std::vector<ForeignEntry> entries;
    for (Step& step : standing) {
      if (step.meaning != Meaning::Undone) entries.push_back(std::move(step.entry));
    }
    return entries;
  }

 private:
  struct Step {
    ForeignEntry entry;
    Meaning meaning = Meaning::None;
    std::string script;
    bool success = false;
  };

  static Step readStep(const db::Rows& rows, std::size_t row) {
    const bool repeatable = rows.text(row, 0).empty();
    Step step{.entry = {.kind = repeatable ? EntryKind::Repeatable : EntryKind::Versioned,
                        .version = repeatable ? rows.text(row, 1) : rows.text(row, 0),
                        .description = rows.text(row, 1),
                        .appliedAt = momentOf(rows.text(row, 5)),
                        .appliedBy = rows.text(row, 4),
                        .executionTime = Milliseconds(rows.integer(row, 6))},
              .meaning = meaningOf(rows.text(row, 2)),
              .script = rows.text(row, 3),
              .success = rows.boolean(row, 7)};
    step.entry.baseline = step.meaning == Meaning::Baseline;
    return step;
  }

  static void refuseFailed(const std::vector<Step>& standing) {
    std::vector<ErrorDetail> failed;
    for (const Step& step : standing) {
      if (step.success) continue;
      failed.push_back({.field = step.entry.version, .message = fmt::format("{} failed in Flyway", step.script)});
    }
    refuseAny(
        "Flyway's history holds failed migrations. Put right by hand what they left, run flyway repair and flyway "
        "migrate, and adopt again.",
        failed);
  }
};

}  // namespace

std::unique_ptr<ForeignHistory> makeFlyway() { return std::make_unique<Flyway>(); }

}  // namespace hotswap::versioned
