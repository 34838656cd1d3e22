#include <fmt/format.h>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/adopt/foreign_tools.h"

namespace hotswap::versioned {

namespace {

/// `schema_migrations` holds one row, the version that the database is at, or none where nothing is applied. What is
/// below it is applied, as the tool goes through its files in order and leaves none out.
class GolangMigrate final : public ForeignHistory {
 public:
  [[nodiscard]] ForeignTool tool() const override { return ForeignTool::GolangMigrate; }
  [[nodiscard]] std::string_view name() const override { return "golang-migrate"; }
  [[nodiscard]] std::vector<ForeignTable> usualTables() const override {
    return {{.schema = {}, .name = "schema_migrations"}};
  }
  [[nodiscard]] bool fits(const std::vector<std::string>& columns) const override {
    return columns.size() == 2 && hasColumns(columns, {"version", "dirty"});
  }

  [[nodiscard]] std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                  const MigrationFolder& folder,
                                                  const AdoptOptions& /*options*/) const override {
    const db::Rows rows = session.query(fmt::format("select version, dirty from {}", table.quoted()));
    if (rows.empty()) return {};
    if (rows.size() > 1) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("The table {} holds {} rows, though golang-migrate keeps one; is it another tool's?",
                              table.text(), rows.size()));
    }
    const std::string text = rows.text(0, 0);
    if (rows.boolean(0, 1)) refuseDirty(text);
    return upTo(text, folder);
  }

 private:
  [[noreturn]] static void refuseDirty(const std::string& version) {
    throw Error(
        ErrorCode::Conflict,
        fmt::format("golang-migrate has marked version {0} as dirty: it failed half-way. Put the database right "
                    "by hand, tell golang-migrate where it is then (migrate force {0} where all of {0} is "
                    "done, else migrate force with the version before), and adopt again.",
                    version));
  }

  static std::vector<ForeignEntry> upTo(const std::string& text, const MigrationFolder& folder) {
    const auto version = Version::parse(text);
    if (!version) return {{.version = text}};
    std::vector<ForeignEntry> entries;
    bool hasFile = false;
    for (const MigrationFile& file : folder.migrations) {
      if (!file.version || *version < *file.version) continue;
      hasFile = hasFile || *file.version == *version;
      entries.push_back({.version = file.version->text(), .description = file.description});
    }
    if (!hasFile) entries.push_back({.version = text});
    return entries;
  }
};

}  // namespace

std::unique_ptr<ForeignHistory> makeGolangMigrate() { return std::make_unique<GolangMigrate>(); }

}  // namespace hotswap::versioned
