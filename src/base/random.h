#pragma once
#include <cstddef>
#include <span>

namespace hotswap {

/// Where randomness comes from; tests pass a seeded one. Safe to call from any thread.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  /// Fills `bytes` with random bytes fit for keys and passwords.
  virtual void fill(std::span<std::byte> bytes) = 0;
  /// A number in [0, 1), from 53 random bits.
  double uniform();
};

/// The kernel's generator (getrandom).
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace hotswap
