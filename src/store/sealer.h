#pragma once
#include <string>
#include <string_view>

namespace hotswap::store {

/// Encrypts what must not stand readable in the store. `context` is the id of the row it belongs to.
class Sealer {
 public:
  Sealer() = default;
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  virtual ~Sealer() = default;
  [[nodiscard]] virtual std::string seal(std::string_view plain, std::string_view context) const = 0;
  [[nodiscard]] virtual std::string open(std::string_view sealed, std::string_view context) const = 0;
};

}  // namespace hotswap::store
