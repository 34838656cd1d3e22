#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/api.h"
#include "db/postgres/postgres_engine.h"
#include "orchestrator/orchestrator.h"
#include "secret/password.h"
#include "support/json_client.h"
#include "support/mirror_sealer.h"
#include "support/temporary_folder.h"

namespace hotswap::support {

/// The whole service below the command line, in this process: a store in a temporary folder, an orchestrator, and the
/// API on a free port. One user a role: `admin`, `developer`, `dba`, `viewer`, all with `password`. Header-only, so
/// that only the suites that use it need the floors it is made of.
class ApiServer {
 public:
  static constexpr const char* password = "a-long-enough-password";
  using Change = std::function<void(api::ApiSettings&)>;

  /// `concurrentExecutions`: 0 lets executions be taken in and never begin.
  explicit ApiServer(const Change& change = {}, std::size_t concurrentExecutions = 10)
      : orchestrator({.maxConcurrentExecutions = concurrentExecutions, .run = {}}, store, engines, metrics, clock,
                     random) {
    engines.add(db::postgres::makeEngine());
    for (const auto& [role, text] : EnumTexts<Role>::entries) addUser(nameOf(role), role);
    settings.urls = {"http://127.0.0.1:0"};
    settings.swaggerFolder = std::string(HOTSWAP_SOURCE_DIR) + "/web/node_modules/swagger-ui-dist";
    if (change) change(settings);
  }

  /// Executions are taken in only after `orchestrator.start()`.
  void start() {
    server = std::make_unique<api::Api>(settings, services());
    server->start();
  }
  [[nodiscard]] api::Services services() {
    return {.store = store,
            .orchestrator = orchestrator,
            .engines = engines,
            .tokens = tokens,
            .metrics = metrics,
            .clock = clock,
            .random = random,
            .version = "1.2.3-test"};
  }
  [[nodiscard]] int port() const { return server->httpPort(); }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }

  static std::string nameOf(Role role) {
    std::string name(toText(role));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
  }
  [[nodiscard]] std::string token(Role role) const { return tokens.sign(*store.users().findByName(nameOf(role))); }
  [[nodiscard]] std::unique_ptr<JsonClient> client(Role role = Role::Admin) const {
    auto made = std::make_unique<JsonClient>(url());
    made->setToken(token(role));
    return made;
  }
  void addUser(const std::string& name, Role role) {
    static const std::string hash = secret::hashPassword(password);
    // Made a while ago, as tokens of users changed after the token was made are refused.
    const TimePoint made = clock.now() - std::chrono::hours(1);
    store.users().add({.id = UserId::make(clock, random),
                       .username = name,
                       .role = role,
                       .passwordHash = hash,
                       .disabled = false,
                       .createdAt = made,
                       .updatedAt = made});
  }

  TemporaryFolder folder;
  SystemClock clock;
  SystemRandom random;
  MirrorSealer sealer;
  store::Store store{folder.path() / "hotswap.db", sealer};
  db::Engines engines;
  observe::Metrics metrics;
  secret::Tokens tokens{"a key of thirty-two bytes or more", std::chrono::minutes(60), clock};
  orchestrator::Orchestrator orchestrator;
  api::ApiSettings settings;
  std::unique_ptr<api::Api> server;
};

}  // namespace hotswap::support
