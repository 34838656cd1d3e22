#include <fmt/format.h>

#include <map>

#include "versioned/adopt/foreign_rows.h"
#include "versioned/adopt/foreign_tools.h"

namespace hotswap::versioned {

namespace {

/// `goose_db_version` holds a row for each step, forward or (in older releases) back; the newest one of a version
/// decides. Version 0 is its mark that the table is new.
class Goose final : public ForeignHistory {
 public:
  [[nodiscard]] ForeignTool tool() const override { return ForeignTool::Goose; }
  [[nodiscard]] std::string_view name() const override { return "goose"; }
  [[nodiscard]] std::vector<ForeignTable> usualTables() const override {
    return {{.schema = {}, .name = "goose_db_version"}};
  }
  [[nodiscard]] bool fits(const std::vector<std::string>& columns) const override {
    return hasColumns(columns, {"id", "version_id", "is_applied", "tstamp"});
  }

  [[nodiscard]] std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                  const MigrationFolder& /*folder*/,
                                                  const AdoptOptions& /*options*/) const override {
    const db::Rows rows =
        session.query(fmt::format("select version_id, is_applied, tstamp from {} order by id", table.quoted()));
    std::map<std::int64_t, ForeignEntry> standing;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::int64_t version = rows.integer(row, 0);
      standing.erase(version);
      if (version == 0 || !rows.boolean(row, 1)) continue;
      standing.emplace(version, ForeignEntry{.version = rows.text(row, 0), .appliedAt = momentOf(rows.text(row, 2))});
    }
    std::vector<ForeignEntry> entries;
    for (auto& [version, entry] : standing) entries.push_back(std::move(entry));
    return entries;
  }
};

}  // namespace

std::unique_ptr<ForeignHistory> makeGoose() { return std::make_unique<Goose>(); }

}  // namespace hotswap::versioned
