#include "versioned/adopt/foreign_history.h"

#include <algorithm>

#include "versioned/adopt/foreign_tools.h"

namespace hotswap::versioned {

ForeignTable ForeignTable::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {.schema = {}, .name = std::string(text)};
  return {.schema = std::string(text.substr(0, dot)), .name = std::string(text.substr(dot + 1))};
}

std::string ForeignTable::text() const { return schema.empty() ? name : schema + "." + name; }

std::string ForeignTable::quoted() const {
  return schema.empty() ? db::quoteIdentifier(name) : db::quoteIdentifier(schema) + "." + db::quoteIdentifier(name);
}

const std::vector<std::unique_ptr<ForeignHistory>>& foreignHistories() {
  static const auto histories = [] {
    std::vector<std::unique_ptr<ForeignHistory>> all;
    all.push_back(makeFlyway());
    all.push_back(makeLiquibase());
    all.push_back(makeDbmate());
    all.push_back(makeGolangMigrate());
    all.push_back(makeGoose());
    all.push_back(makeSqitch());
    return all;
  }();
  return histories;
}

const ForeignHistory& foreignHistory(ForeignTool tool) {
  return **std::ranges::find_if(foreignHistories(), [&](const auto& history) { return history->tool() == tool; });
}

}  // namespace hotswap::versioned
