#include "base/random.h"

#include <sys/random.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>

#include "base/error.h"

namespace hotswap {

double Random::uniform() {
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  fill(bytes);
  return static_cast<double>(std::bit_cast<std::uint64_t>(bytes) >> 11U) * 0x1.0p-53;
}

void SystemRandom::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw Error(ErrorCode::InternalError, "The kernel gave no random bytes (getrandom failed).");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace hotswap
