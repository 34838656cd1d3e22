#include "versioned/prepared_parts.h"

#include <utility>

namespace hotswap::versioned {

namespace {

constexpr std::size_t mostBytesKept = std::size_t{1024} * 1024;  ///< of SQL; parsed it takes about twenty times that

}  // namespace

PreparedParts::PreparedParts(const db::Engine& engine, const std::vector<MigrationFile>& migrations,
                             Direction direction)
    : engine_(engine), migrations_(migrations), direction_(direction) {
  std::vector<ScriptFault> faults;
  std::size_t bytes = 0;
  for (const MigrationFile& migration : migrations) {
    PreparedPart part = prepare(engine, migration, direction, faults);
    bytes += part.part.sql.size();
    kept_.emplace_back();
    if (bytes <= mostBytesKept) kept_.back() = std::move(part);
  }
  if (!faults.empty()) throw ScriptsRefused(std::move(faults));
}

PreparedPart PreparedParts::take(std::size_t index) {
  if (auto kept = std::exchange(kept_[index], std::nullopt)) return std::move(*kept);
  std::vector<ScriptFault> faults;
  PreparedPart part = prepare(engine_, migrations_[index], direction_, faults);
  if (!faults.empty()) throw ScriptsRefused(std::move(faults));
  return part;
}

}  // namespace hotswap::versioned
