#include "db/engine.h"

#include <fmt/format.h>

#include <utility>

namespace hotswap::db {

void Engines::add(std::unique_ptr<Engine> engine) {
  const DatabaseType type = engine->type();
  engines_[type] = std::move(engine);
}

const Engine& Engines::of(DatabaseType type) const {
  const auto found = engines_.find(type);
  if (found == engines_.end()) {
    throw Error(ErrorCode::ValidationError, fmt::format("Databases of type {} are not supported yet.", toText(type)),
                {{"type", "is not supported yet; PostgreSQL is"}});
  }
  return *found->second;
}

}  // namespace hotswap::db
