// What watching a database costs its users: pgbench as fast as it goes, in turn with and without a monitor on the same
// server. Prints the ratio of the throughputs pair by pair.
#include <fmt/format.h>

#include <cstdlib>

#include "base/clock.h"
#include "db/postgres/postgres_engine.h"
#include "figures.h"
#include "monitor/instance_monitor.h"
#include "traffic.h"

namespace hotswap::bench {
namespace {

constexpr int rounds = 9;
constexpr int seconds = 12;

double measure(const support::PostgresCluster& cluster, const std::string& database) {
  Traffic traffic(cluster, database, 4, 0, seconds);
  return Traffic::throughput(traffic.finish());
}

void run() {
  const support::PostgresCluster& cluster = support::sharedCluster();
  const std::string database = support::sharedCluster().makeDatabase();
  makeShop(cluster, database, 5);
  const auto engine = db::postgres::makeEngine();
  SystemClock clock;
  static_cast<void>(measure(cluster, database));  // warms the caches

  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    double watched = 0;
    double unwatched = 0;
    const auto withMonitor = [&] {
      int snapshots = 0;
      monitor::InstanceMonitor monitor({.instance = "primary",
                                        .engine = engine.get(),
                                        .connection = cluster.connection(database),
                                        .applicationName = "hotswap/monitor"},
                                       clock, [&](const PerformanceSnapshot&) { ++snapshots; });
      const Baseline baseline = monitor.captureBaseline(Seconds(2), {});
      monitor.arm(baseline, WatchSettings{});
      watched = measure(cluster, database);
      if (snapshots == 0) throw std::runtime_error("the monitor took no snapshot");
    };
    const auto withoutMonitor = [&] { unwatched = measure(cluster, database); };
    if (round % 2 == 0) {
      withMonitor();
      withoutMonitor();
    } else {
      withoutMonitor();
      withMonitor();
    }
    ratios.push_back(watched / unwatched);
    fmt::print("round {}: watched {:.0f} tps, unwatched {:.0f} tps, ratio {:.3f}\n", round + 1, watched, unwatched,
               ratios.back());
    std::fflush(stdout);
  }
  fmt::print("watched / unwatched: {}\n", summary(ratios, 3, ""));
  fmt::print("cost of watching: {:.1f} % of the throughput (promise: under 5 %, aim under 2 %)\n",
             (1 - median(ratios)) * 100);
  if (median(ratios) < 0.95) std::exit(1);
}

}  // namespace
}  // namespace hotswap::bench

int main() { hotswap::bench::run(); }
