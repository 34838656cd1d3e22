#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "support/api_server.h"

namespace hotswap::support {

using nlohmann::json;

/// The resources against a real store; executions are taken in and never begin.
class Resources : public testing::Test {
 protected:
  Resources() {
    server_.orchestrator.start();
    server_.start();
    admin_ = server_.client();
    developer_ = server_.client(Role::Developer);
  }
  static json database(const std::string& name, const std::string& environment = "Development") {
    return {{"name", name},
            {"type", "PostgreSQL"},
            {"environment", environment},
            {"masterConnectionString", "Host=127.0.0.1;Port=1;Database=app;Username=app;Password=hidden-database-pw"}};
  }
  static json migration(const std::string& name, const std::string& target) {
    return {{"name", name},
            {"targetDatabaseId", target},
            {"migrationScript", "CREATE TABLE public.a (id int)"},
            {"rollbackScript", "DROP TABLE public.a"}};
  }
  json add(const std::string& path, const json& body) { return admin_->must("POST", "/api/v1/" + path, body); }
  static void expectDetail(const Answer& answer, const std::string& field) {
    EXPECT_EQ(answer.status, 400) << answer.text;
    const json error = answer.json()["error"];
    const bool named =
        std::ranges::any_of(error["details"], [&](const json& detail) { return detail["field"] == field; });
    EXPECT_TRUE(named) << field << " is not in " << answer.text;
  }
  std::int64_t audited(const std::string& event) {
    return server_.store.audit().list({.from = {}, .to = {}, .user = {}, .event = event, .object = {}}, {}).total;
  }

  ApiServer server_{{}, 0};
  std::unique_ptr<JsonClient> admin_;
  std::unique_ptr<JsonClient> developer_;
};

}  // namespace hotswap::support
