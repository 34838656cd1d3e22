#include <fmt/format.h>

#include "versioned/adopt/foreign_tools.h"

namespace hotswap::versioned {

namespace {

/// `schema_migrations` holds the versions that are applied and nothing else. Rails writes the same table.
class Dbmate final : public ForeignHistory {
 public:
  [[nodiscard]] ForeignTool tool() const override { return ForeignTool::Dbmate; }
  [[nodiscard]] std::string_view name() const override { return "dbmate"; }
  [[nodiscard]] std::vector<ForeignTable> usualTables() const override {
    return {{.schema = {}, .name = "schema_migrations"}};
  }
  [[nodiscard]] bool fits(const std::vector<std::string>& columns) const override {
    return columns == std::vector<std::string>{"version"};
  }

  [[nodiscard]] std::vector<ForeignEntry> applied(db::Session& session, const ForeignTable& table,
                                                  const MigrationFolder& /*folder*/,
                                                  const AdoptOptions& /*options*/) const override {
    const db::Rows rows = session.query(fmt::format("select version from {} order by version", table.quoted()));
    std::vector<ForeignEntry> entries;
    for (std::size_t row = 0; row < rows.size(); ++row) entries.push_back({.version = rows.text(row, 0)});
    return entries;
  }
};

}  // namespace

std::unique_ptr<ForeignHistory> makeDbmate() { return std::make_unique<Dbmate>(); }

}  // namespace hotswap::versioned
