#include "observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace hotswap::observe {

namespace {

using prometheus::Histogram;

// Upper ends of the buckets, in the unit of each metric's name.
const Histogram::BucketBoundaries executionSeconds{1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200};
const Histogram::BucketBoundaries validationSeconds{0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
const Histogram::BucketBoundaries rollbackSeconds{0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300};
const Histogram::BucketBoundaries latencyMilliseconds{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 5000};
const Histogram::BucketBoundaries requestSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                 0.25,  0.5,    1,     2.5,  5,     10,   30};

/// Methods come from clients, who could make a series of each word they think of.
std::string methodLabel(std::string_view method) {
  static constexpr std::array known{std::string_view("GET"),    std::string_view("HEAD"),  std::string_view("POST"),
                                    std::string_view("PUT"),    std::string_view("PATCH"), std::string_view("DELETE"),
                                    std::string_view("OPTIONS")};
  return std::ranges::find(known, method) == known.end() ? "OTHER" : std::string(method);
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;

  prometheus::Counter& counter(const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Gauge& gauge(const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Family<prometheus::Gauge>& gauges(const std::string& name, const std::string& help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }
  prometheus::Family<Histogram>& histograms(const std::string& name, const std::string& help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  }

  prometheus::Counter& created = counter("migrations_created_total", "Migrations created.");
  prometheus::Counter& executed = counter("migrations_executed_total", "Executions started.");
  prometheus::Counter& succeeded = counter("migrations_succeeded_total", "Executions that ended as Succeeded.");
  prometheus::Counter& failed = counter("migrations_failed_total", "Executions that ended as Failed.");
  prometheus::Counter& undone = counter("migrations_rolled_back_total", "Executions that ended as RolledBack.");
  prometheus::Gauge& inProgress = gauge("migrations_in_progress", "Executions under way.");
  prometheus::Gauge& databases = gauge("databases_registered", "Databases that HotSwap knows.");
  prometheus::Family<prometheus::Gauge>& connections =
      gauges("database_connections_active", "Active connections on the primary of a database.");
  prometheus::Family<prometheus::Gauge>& lag =
      gauges("database_replication_lag_seconds", "Largest replication lag of a database.");
  Histogram& executionDuration =
      histograms("migration_execution_duration_seconds", "Length of executions.").Add({}, executionSeconds);
  Histogram& validationDuration =
      histograms("migration_validation_duration_seconds", "Length of validations.").Add({}, validationSeconds);
  Histogram& rollbackDuration =
      histograms("migration_rollback_duration_seconds", "Length of rollbacks.").Add({}, rollbackSeconds);
  prometheus::Family<Histogram>& latency =
      histograms("query_latency_ms", "Mean latency of a database's queries, one observation a sample.");
  prometheus::Family<Histogram>& requests =
      histograms("http_request_duration_seconds", "Time from a request's arrival to the end of its answer.");
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::migrationCreated() { state_->created.Increment(); }

void Metrics::executionStarted() {
  state_->executed.Increment();
  state_->inProgress.Increment();
}

void Metrics::executionEnded(std::string_view status, Seconds took) {
  state_->inProgress.Decrement();
  state_->executionDuration.Observe(took.count());
  if (status == "Succeeded") state_->succeeded.Increment();
  if (status == "Failed") state_->failed.Increment();
  if (status == "RolledBack") state_->undone.Increment();
}

void Metrics::validated(Seconds took) { state_->validationDuration.Observe(took.count()); }

void Metrics::rolledBack(Seconds took) { state_->rollbackDuration.Observe(took.count()); }

void Metrics::queryLatency(const std::string& database, double milliseconds) {
  state_->latency.Add({{"database", database}}, latencyMilliseconds).Observe(milliseconds);
}

void Metrics::httpRequest(std::string_view method, std::string_view route, int status, Seconds took) {
  state_->requests
      .Add({{"method", methodLabel(method)}, {"route", std::string(route)}, {"status", std::to_string(status)}},
           requestSeconds)
      .Observe(took.count());
}

void Metrics::databasesRegistered(std::size_t count) { state_->databases.Set(static_cast<double>(count)); }

void Metrics::connectionsActive(const std::string& database, double count) {
  state_->connections.Add({{"database", database}}).Set(count);
}

void Metrics::replicationLag(const std::string& database, double seconds) {
  state_->lag.Add({{"database", database}}).Set(seconds);
}

std::string Metrics::exposition() const { return prometheus::TextSerializer().Serialize(state_->registry.Collect()); }

}  // namespace hotswap::observe
