#include "db/engine.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace hotswap::db {

void Engines::add(std::unique_ptr<Engine> engine) {
  const DatabaseType type = engine->type();
  engines_[type] = std::move(engine);
}

const Engine& Engines::of(DatabaseType type) const {
  const auto found = engines_.find(type);
  if (found == engines_.end()) {
    std::vector<std::string_view> supported;
    for (const auto& entry : engines_) supported.push_back(toText(entry.first));
    throw Error(ErrorCode::ValidationError, fmt::format("Databases of type {} are not supported yet.", toText(type)),
                {{"type", fmt::format("is not supported yet; there are: {}", fmt::join(supported, ", "))}});
  }
  return *found->second;
}

}  // namespace hotswap::db
