// The API with 10,000 migrations and as many executions in the store: how long each list takes, how many reads a second
// it answers, and how much memory the idle service holds.
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "figures.h"
#include "store/store.h"
#include "support/service.h"

namespace hotswap::bench {
namespace {

constexpr int count = 10'000;

/// The store is filled without the service; no connection string is written this way.
class NoSecrets final : public store::Sealer {
 public:
  [[nodiscard]] std::string seal(std::string_view, std::string_view) const override { std::abort(); }
  [[nodiscard]] std::string open(std::string_view, std::string_view) const override { return "host=127.0.0.1"; }
};

void fill(const std::filesystem::path& file, const DatabaseId& database) {
  const NoSecrets sealer;
  store::Store store(file, sealer);
  SystemClock clock;
  SystemRandom random;
  for (int i = 0; i < count; ++i) {
    Migration migration;
    migration.id = MigrationId::make(clock, random);
    migration.name = fmt::format("migration_{}", i);
    migration.targetDatabaseId = database;
    migration.migrationScript = fmt::format("alter table t add column c_{} int;", i) + std::string(2000, ' ');
    migration.status = i % 5 == 0 ? MigrationStatus::Draft : MigrationStatus::Succeeded;
    migration.tags = {i % 7 == 0 ? "billing" : "shop", fmt::format("sprint-{}", i / 100)};
    migration.createdAt = migration.updatedAt = clock.now();
    store.migrations().add(migration);
    Execution execution;
    execution.id = ExecutionId::make(clock, random);
    execution.migrationId = migration.id;
    execution.databaseId = database;
    execution.status = ExecutionStatus::Succeeded;
    execution.migrationScript = migration.migrationScript;
    execution.createdAt = clock.now();
    store.executions().add(execution);
  }
}

double megabytesResident(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

/// Milliseconds of one call, over and over; each answer is checked.
std::vector<double> time(support::JsonClient& client, const std::string& path, const std::string& list,
                         std::size_t expected) {
  std::vector<double> milliseconds;
  for (int i = 0; i < 30; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = client.get(path);
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    if (answer.status != 200 || answer.json().at(list).size() != expected)
      throw std::runtime_error(path + " answered " + std::to_string(answer.status) + ": " + answer.text.substr(0, 300));
  }
  return milliseconds;
}

double readsPerSecond(const support::Service& service, const std::string& path) {
  constexpr int threads = 8;
  constexpr double seconds = 8;
  std::atomic<long> done{0};
  std::atomic<long> failed{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < threads; ++i) {
      clients.emplace_back([&] {
        const auto client = service.admin();
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        while (std::chrono::steady_clock::now() < end) {
          (client->get(path).status == 200 ? done : failed)++;
        }
      });
    }
  }
  if (failed > 0) throw std::runtime_error(fmt::format("{} of the reads failed", failed.load()));
  return static_cast<double>(done) / seconds;
}

int run() {
  support::Service service;
  const double idle = megabytesResident(service.process().pid());
  const auto before = service.admin();
  const std::string database =
      before
          ->must("POST", "/api/v1/databases",
                 {{"name", "shop"},
                  {"type", "PostgreSQL"},
                  {"environment", "QA"},
                  {"masterConnectionString", "host=127.0.0.1 port=1 dbname=x user=y password=z"}})
          .at("databaseId");
  service.stop();
  fill(service.dataFolder() / "hotswap.db", DatabaseId::trusted(database));
  service.start();
  const auto client = service.admin();

  bool kept = true;
  const auto report = [&](const std::string& path, const std::string& list, std::size_t expected) {
    const auto milliseconds = time(*client, path, list, expected);
    kept = kept && median(milliseconds) < 50;
    fmt::print("GET {}: {}, 95th percentile {:.1f} ms\n", path, summary(milliseconds, 1, " ms"),
               quantile(milliseconds, 0.95));
  };
  report("/api/v1/migrations", "migrations", 20);
  report("/api/v1/migrations?limit=200", "migrations", 200);
  report("/api/v1/migrations?status=Draft&limit=200", "migrations", 200);
  report("/api/v1/migrations?tag=billing&limit=200", "migrations", 200);
  report("/api/v1/migrations?database=shop&offset=9800&limit=200", "migrations", 200);
  report("/api/v1/executions?limit=200", "executions", 200);
  report("/api/v1/executions?database=shop&status=Succeeded&limit=200&offset=9800", "executions", 200);
  report("/api/v1/databases", "databases", 1);
  report("/api/v1/users", "users", 1);

  const double lists = readsPerSecond(service, "/api/v1/migrations");
  const double one = readsPerSecond(service, "/api/v1/databases/shop");
  fmt::print(
      "reads a second, 8 clients on the same two cores: {:.0f} (a list of 20), {:.0f} (one database); promise 500\n",
      lists, one);
  const double after = megabytesResident(service.process().pid());
  service.stop();
  service.start();
  const double restarted = megabytesResident(service.process().pid());
  fmt::print(
      "memory: {:.0f} MB idle and empty, {:.0f} MB idle with 10,000 migrations, {:.0f} MB after the load; promise 64 "
      "MB idle\n",
      idle, restarted, after);
  return kept && lists >= 500 && one >= 500 && restarted < 64 ? 0 : 1;
}

}  // namespace
}  // namespace hotswap::bench

int main() { return hotswap::bench::run(); }
