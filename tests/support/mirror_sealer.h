#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/store.h"

namespace hotswap::support {

/// Hides texts well enough that a test finds one that left the store unsealed, and binds them to their context as the
/// real sealer does.
class MirrorSealer final : public store::Sealer {
 public:
  [[nodiscard]] std::string seal(std::string_view plain, std::string_view context) const override {
    std::string sealed(plain);
    std::ranges::reverse(sealed);
    return std::string(context) + "|" + sealed;
  }
  [[nodiscard]] std::string open(std::string_view sealed, std::string_view context) const override {
    const std::size_t bar = sealed.find('|');
    if (sealed.substr(0, bar) != context) throw Error(ErrorCode::InternalError, "Sealed for another row.");
    std::string plain(sealed.substr(bar + 1));
    std::ranges::reverse(plain);
    return plain;
  }
};

}  // namespace hotswap::support
