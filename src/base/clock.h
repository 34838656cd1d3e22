#pragma once
#include <chrono>
#include <stop_token>

namespace hotswap {

/// A moment in UTC with the precision that HotSwap stores and shows.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

/// Where time comes from. Everything that reads the time or waits takes a Clock, so that tests need not wait.
/// Implementations are safe to call from any thread.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// Wall-clock time, for what is stored and shown.
  [[nodiscard]] virtual TimePoint now() const = 0;
  /// Monotonic time, for measuring durations and deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steadyNow() const = 0;
  /// Waits for `duration`. Returns true when all of it has passed, false as soon as `stop` is requested.
  virtual bool waitFor(Milliseconds duration, const std::stop_token& stop) = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override;
  bool waitFor(Milliseconds duration, const std::stop_token& stop) override;
};

}  // namespace hotswap
