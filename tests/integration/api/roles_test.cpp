#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/api_server.h"

namespace hotswap::support {
namespace {

/// Who may call what (service contract, sections 2 and 7), written out once more by hand: A(dmin), D(eveloper), B
/// (DBA), V(iewer); `open`: no token needed.
const std::map<std::string, std::string> contract{
    {"POST /api/v1/authentication/login", "open"},
    {"POST /api/v1/users", "A"},
    {"GET /api/v1/users", "A"},
    {"GET /api/v1/users/{id}", "A"},
    {"PUT /api/v1/users/{id}", "A"},
    {"DELETE /api/v1/users/{id}", "A"},
    {"POST /api/v1/databases", "AB"},
    {"GET /api/v1/databases", "ADBV"},
    {"GET /api/v1/databases/{id}", "ADBV"},
    {"PUT /api/v1/databases/{id}", "AB"},
    {"DELETE /api/v1/databases/{id}", "AB"},
    {"GET /api/v1/databases/{id}/health", "ADBV"},
    {"POST /api/v1/migrations", "AD"},
    {"GET /api/v1/migrations", "ADBV"},
    {"GET /api/v1/migrations/{id}", "ADBV"},
    {"PUT /api/v1/migrations/{id}", "AD"},
    {"DELETE /api/v1/migrations/{id}", "A"},
    {"POST /api/v1/migrations/{id}/validate", "ADB"},
    {"POST /api/v1/migrations/{id}/execute", "ADB"},
    {"POST /api/v1/migrations/{id}/deploy", "ADB"},
    {"GET /api/v1/migrations/{id}/executions", "ADBV"},
    {"GET /api/v1/executions", "ADBV"},
    {"GET /api/v1/migrations/{id}/executions/{execId}", "ADBV"},
    {"GET /api/v1/executions/{execId}", "ADBV"},
    {"GET /api/v1/migrations/{id}/executions/{execId}/logs", "ADBV"},
    {"GET /api/v1/executions/{execId}/logs", "ADBV"},
    {"GET /api/v1/migrations/{id}/executions/{execId}/metrics", "ADBV"},
    {"GET /api/v1/executions/{execId}/metrics", "ADBV"},
    {"GET /api/v1/migrations/{id}/executions/{execId}/events", "ADBV"},
    {"GET /api/v1/executions/{execId}/events", "ADBV"},
    {"POST /api/v1/migrations/{id}/executions/{execId}/cancel", "AB"},
    {"POST /api/v1/executions/{execId}/cancel", "AB"},
    {"POST /api/v1/migrations/{id}/executions/{execId}/rollback", "AB"},
    {"POST /api/v1/executions/{execId}/rollback", "AB"},
    {"GET /health", "open"},
    {"GET /health/ready", "open"},
    {"GET /metrics", "open"},
    {"GET /openapi.json", "open"},
    {"GET /swagger", "open"},
    {"GET /swagger/", "open"},
    {"GET /swagger/{asset}", "open"},
};

const std::map<char, Role> roleLetters{
    {'A', Role::Admin}, {'D', Role::Developer}, {'B', Role::DBA}, {'V', Role::Viewer}};

struct Called {
  std::string method;
  std::string path;  ///< with ids of nothing
};

Called callOf(const std::string& line) {
  const auto space = line.find(' ');
  Called called{line.substr(0, space), line.substr(space + 1)};
  for (const char* const name : {"{id}", "{execId}", "{asset}"}) {
    if (const auto at = called.path.find(name); at != std::string::npos)
      called.path.replace(at, std::string(name).size(), "nothing-such");
  }
  return called;
}

class Roles : public testing::Test {
 protected:
  void SetUp() override { server_.start(); }
  ApiServer server_;
};

TEST_F(Roles, OfEachRouteAreThoseOfTheContract) {
  for (const auto& [line, who] : contract) {
    if (who == "open") continue;
    const Called called = callOf(line);
    for (const auto& [letter, role] : roleLetters) {
      const int status = server_.client(role)->send(called.method, called.path).status;
      if (who.find(letter) == std::string::npos) {
        EXPECT_EQ(status, 403) << toText(role) << ' ' << line;
      } else {
        EXPECT_TRUE(status == 200 || status == 400 || status == 404)
            << toText(role) << ' ' << line << " answered " << status;
      }
    }
  }
}

TEST_F(Roles, AreAskedOnlyOfThoseWhoHaveAToken) {
  JsonClient nobody(server_.url());
  for (const auto& [line, who] : contract) {
    const Called called = callOf(line);
    const Answer answer = nobody.send(called.method, called.path);
    if (who == "open") {
      EXPECT_NE(answer.status, 401) << line;
      EXPECT_NE(answer.status, 403) << line;
    } else {
      EXPECT_EQ(answer.status, 401) << line;
      EXPECT_EQ(answer.json()["error"]["code"], "UNAUTHORIZED");
      EXPECT_TRUE(answer.headers.at("www-authenticate").starts_with("Bearer")) << line;
    }
  }
}

TEST_F(Roles, AreWrittenDownForEveryRouteThereIs) {
  const nlohmann::json document = JsonClient(server_.url()).must("GET", "/openapi.json");
  std::set<std::string> served;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::string upper = method;
      std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 32); });
      served.insert(upper + " " + path);
    }
  }
  std::set<std::string> written;
  for (const auto& [line, who] : contract) written.insert(line);
  EXPECT_EQ(served, written);
}

TEST_F(Roles, OfARefusalAreInTheAuditTrail) {
  EXPECT_EQ(server_.client(Role::Viewer)->send("DELETE", "/api/v1/migrations/x").status, 403);
  const auto rows =
      server_.store.audit().list({.from = {}, .to = {}, .user = "viewer", .event = "access.refused", .object = {}}, {});
  ASSERT_EQ(rows.items.size(), 1U);
  EXPECT_EQ(rows.items.front().details, "DELETE /api/v1/migrations/{id}");
  EXPECT_EQ(rows.items.front().address, "127.0.0.1");
}

TEST_F(Roles, AreTheStoresAndNotTheTokens) {
  JsonClient client(server_.url());
  User claimed = server_.store.users().findByName("viewer").value();
  claimed.role = Role::Admin;
  client.setToken(server_.tokens.sign(claimed));
  EXPECT_EQ(client.get("/api/v1/users").status, 403);
}

}  // namespace
}  // namespace hotswap::support
