#include "analysis/lock_mode.h"

#include <cstddef>
#include <cstdint>

namespace hotswap::analysis {

bool conflicts(LockMode one, LockMode other) {
  // Bit n of a row: conflicts with the mode of number n.
  constexpr std::array<std::uint8_t, 8> matrix{0b1000'0000, 0b1100'0000, 0b1111'0000, 0b1111'1000,
                                               0b1110'1100, 0b1111'1100, 0b1111'1110, 0b1111'1111};
  return ((matrix.at(static_cast<std::size_t>(one)) >> static_cast<unsigned>(other)) & 1U) != 0;
}

}  // namespace hotswap::analysis
