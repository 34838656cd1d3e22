#include "analysis/postgres/rules/rules.h"

#include <array>

namespace hotswap::analysis::postgres::rules {

std::span<const Rule* const> all() {
  static constexpr std::array rules{&createIndexBlocksWrites};
  return rules;
}

}  // namespace hotswap::analysis::postgres::rules
