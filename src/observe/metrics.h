#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hotswap::observe {

/// The service's Prometheus metrics (service contract, section 8). Safe from any thread.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  void migrationCreated();
  void executionStarted();                                     ///< migrations_executed_total, in_progress + 1
  void executionEnded(std::string_view status, Seconds took);  ///< Succeeded, Failed or RolledBack; in_progress - 1
  void validated(Seconds took);
  void rolledBack(Seconds took);
  void queryLatency(const std::string& database, double milliseconds);
  void httpRequest(std::string_view method, std::string_view route, int status, Seconds took);
  void databasesRegistered(std::size_t count);
  void connectionsActive(const std::string& database, double count);
  void replicationLag(const std::string& database, double seconds);

  /// Everything in Prometheus' text exposition format, version 0.0.4.
  [[nodiscard]] std::string exposition() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotswap::observe
