#include "app/service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

#include "api/api.h"
#include "app/data_folder.h"
#include "app/first_start.h"
#include "app/key_material.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/time_text.h"
#include "db/postgres/postgres_engine.h"
#include "observe/log.h"
#include "orchestrator/orchestrator.h"
#include "secret/cipher.h"
#include "secret/token.h"

namespace hotswap::app {

namespace {

constexpr Milliseconds requestGrace{5'000};

/// Lends the cipher to the store. It comes after the store: only that can tell whether a missing key may be made.
class CipherSealer final : public store::Sealer {
 public:
  void use(const secret::Cipher::Key& key, Random& random) { cipher_.emplace(key, random); }
  [[nodiscard]] std::string seal(std::string_view plain, std::string_view context) const override {
    return cipher().encrypt(plain, context);
  }
  [[nodiscard]] std::string open(std::string_view sealed, std::string_view context) const override {
    return cipher().decrypt(sealed, context);
  }

 private:
  [[nodiscard]] const secret::Cipher& cipher() const {
    if (!cipher_) throw Error(ErrorCode::InternalError, "The store was asked for secrets before it had its key.");
    return *cipher_;
  }
  std::optional<secret::Cipher> cipher_;
};

KeyMaterial unlock(const store::Store& store, CipherSealer& sealer, const Configuration& configuration,
                   const std::map<std::string, std::string>& environment, Random& random) {
  KeyMaterial keys = readKeyMaterial(configuration.dataFolder, environment, configuration.jwtSecret, store, random);
  sealer.use(keys.masterKey, random);
  if (!store.databases().opensWhatIsSealed()) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("The connection strings in the store {} were encrypted with another master key; start with "
                            "that one, as {} or HOTSWAP_MASTER_KEY.",
                            (configuration.dataFolder / "hotswap.db").string(),
                            (configuration.dataFolder / "master.key").string()));
  }
  return keys;
}

/// Where a build keeps the files of the Swagger page, unless the configuration says otherwise.
std::filesystem::path swaggerFolder(const Configuration& configuration) {
  if (!configuration.swaggerFolder.empty()) return configuration.swaggerFolder;
  std::error_code failure;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failure);
  for (const char* place : {"../../web/node_modules/swagger-ui-dist", "../share/hotswap/swagger-ui-dist"}) {
    const std::filesystem::path folder = program.parent_path() / place;
    if (std::filesystem::exists(folder, failure)) return std::filesystem::canonical(folder, failure);
  }
  return {};
}

api::ApiSettings apiSettings(const Configuration& configuration) {
  api::ApiSettings settings;
  settings.urls = configuration.urls;
  settings.certificateFile = configuration.certificateFile;
  settings.keyFile = configuration.keyFile;
  settings.swaggerFolder = swaggerFolder(configuration);
  settings.metrics = configuration.metrics;
  settings.limits.connectionsPerAddress = configuration.connectionsPerAddress;
  settings.executionDefaults = configuration.execution;
  return settings;
}

observe::LogFormat logFormat(const std::string& text) {
  if (text == "json") return observe::LogFormat::Json;
  if (text == "text") return observe::LogFormat::Text;
  return observe::LogFormat::Automatic;
}

void showPassword(const Configuration& configuration, const std::string& password) {
  std::cout << "First start: the user admin was made with the password  " << password << "\n"
            << "It is shown this once. Log in with:  hotswap login " << configuration.urls.front()
            << " --username admin\n"
            << std::flush;
  if (!std::cout) {
    throw Error(ErrorCode::Unavailable,
                "The first password can't be shown, because standard output can't be written; give one as "
                "HOTSWAP_ADMIN_PASSWORD.");
  }
}

void announce(const Configuration& configuration) {
  for (const std::string& url : configuration.urls) {
    std::cout << "HotSwap listens on " << url << "   (API /api/v1, page /swagger"
              << (configuration.metrics ? ", metrics /metrics)\n" : ")\n");
  }
  std::cout << std::flush;
}

sigset_t stopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

void waitForStopSignal() {
  const sigset_t signals = stopSignals();
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
}

/// Ends the process at once when somebody presses Ctrl-C again: what executions did is in their journals. SIGTERM
/// comes from programs, which may send it twice and mean it once; so does SIGINT right after the first, from a shell
/// and from a program around this one.
std::jthread secondSignalWatch() {
  return std::jthread([](const std::stop_token& stop) {
    const auto begun = std::chrono::steady_clock::now();
    const sigset_t signals = stopSignals();
    while (!stop.stop_requested()) {
      const timespec patience{.tv_sec = 0, .tv_nsec = 200'000'000};
      const bool again = sigtimedwait(&signals, nullptr, &patience) == SIGINT;
      if (!again || std::chrono::steady_clock::now() - begun < std::chrono::seconds(1)) continue;
      observe::logWarning("Told to stop a second time: ending at once; executions go on at the next start.");
      _exit(128 + SIGINT);
    }
  });
}

}  // namespace

void blockStopSignals() {
  const sigset_t signals = stopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int runService(const Configuration& configuration, const std::map<std::string, std::string>& environment) {
  observe::setUpLog(configuration.logLevel, logFormat(configuration.logFormat));
  for (const std::string& warning : misspeltVariables(environment)) observe::logWarning(warning);
  makeDataFolder(configuration.dataFolder);
  refuseLostStore(configuration.dataFolder);
  SystemClock clock;
  SystemRandom random;
  CipherSealer sealer;
  store::Store store(configuration.dataFolder / "hotswap.db", sealer);
  const KeyMaterial keys = unlock(store, sealer, configuration, environment, random);
  db::Engines engines;
  engines.add(db::postgres::makeEngine());
  observe::Metrics metrics;
  metrics.databasesRegistered(static_cast<std::size_t>(store.databases().count()));
  const secret::Tokens tokens(keys.tokenKey, std::chrono::minutes(configuration.jwtExpirationMinutes), clock);
  orchestrator::Orchestrator orchestrator({.maxConcurrentExecutions = configuration.maxConcurrentExecutions,
                                           .run = configuration.run,
                                           .wayBackTimeout = configuration.wayBackTimeout},
                                          store, engines, metrics, clock, random);
  api::Api api(apiSettings(configuration), {.store = store,
                                            .orchestrator = orchestrator,
                                            .engines = engines,
                                            .tokens = tokens,
                                            .metrics = metrics,
                                            .clock = clock,
                                            .random = random,
                                            .version = HOTSWAP_VERSION});
  // What can fail comes before the first password is made and shown, and requests come after it.
  api.listen();
  makeFirstAdmin(store, environment, clock, random,
                 [&](const std::string& password) { showPassword(configuration, password); });
  orchestrator.start();
  api.start();
  announce(configuration);

  waitForStopSignal();
  observe::logInfo(fmt::format("Stopping: running executions are given up to {} to come to an edge between two steps.",
                               toHumanText(configuration.shutdownPatience)));
  const std::jthread impatience = secondSignalWatch();
  orchestrator.stop(configuration.shutdownPatience);
  api.stop(requestGrace);
  observe::logInfo("Stopped.");
  return 0;
}

}  // namespace hotswap::app
