#pragma once
#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "base/random.h"

namespace hotswap::support {

/// A clock that moves only when it is told to, or when somebody waits on it: waiting takes no time and moves it on.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return start + Milliseconds(passed_.load()); }
  [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
    return std::chrono::steady_clock::time_point(Milliseconds(passed_.load()));
  }
  bool waitFor(Milliseconds duration, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    advance(duration);
    return true;
  }
  void advance(Milliseconds duration) { passed_ += duration.count(); }

  static constexpr TimePoint start{Milliseconds(1'800'000'000'000)};

 private:
  std::atomic<Milliseconds::rep> passed_{0};
};

/// A repeatable sequence (splitmix64), different for each seed.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) {
      std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
      z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
      z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
      byte = static_cast<std::byte>((z ^ (z >> 31U)) & 0xFFU);
    }
  }

 private:
  std::atomic<std::uint64_t> state_;
};

}  // namespace hotswap::support
