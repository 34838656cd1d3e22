#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "support/api_server.h"
#include "support/eventually.h"
#include "support/json_schema.h"
#include "support/postgres_cluster.h"

namespace hotswap::support {
namespace {

using nlohmann::json;

/// Real answers of every route, held against the OpenAPI document, around real executions on a real server.
class Contract : public testing::Test {
 public:
  Contract() {
    server_.orchestrator.start();
    server_.start();
    admin_ = server_.client();
    document_ = admin_->must("GET", "/openapi.json");
    target_ = sharedCluster().makeDatabase();
  }
  ~Contract() override {
    server_.server->stop(std::chrono::seconds(5));
    server_.orchestrator.stop(std::chrono::seconds(5));
  }

 protected:
  /// Calls `method` on `path`, made of `pathTemplate` as the document has it, and holds request and answer against it.
  json call(const std::string& method, const std::string& pathTemplate, const std::string& path, const json& body,
            int status) {
    const Answer answer = admin_->send(method, path, body);
    EXPECT_EQ(answer.status, status) << method << ' ' << path << ": " << answer.text;
    std::string lower = method;
    std::ranges::transform(lower, lower.begin(), [](char c) { return static_cast<char>(c + 32); });
    const json& operation = document_["paths"][pathTemplate][lower];
    EXPECT_FALSE(operation.is_null()) << method << ' ' << pathTemplate;
    if (!body.is_null()) {
      expectFits(operation["requestBody"]["content"]["application/json"]["schema"], body,
                 "the request of " + method + " " + pathTemplate);
    }
    const std::string key = std::to_string(answer.status);
    const json& responses = operation.at("responses");
    EXPECT_TRUE(responses.contains(key) || status >= 400) << method << ' ' << pathTemplate << " answers " << key;
    const json& facts =
        responses.contains(key) ? responses.at(key) : resolved(document_, responses.at("default").at("$ref"));
    seen_.insert(method + " " + pathTemplate);
    if (!facts.contains("content")) {
      EXPECT_TRUE(answer.text.empty());
      return nullptr;
    }
    if (!facts["content"].contains("application/json")) return nullptr;
    const json value = json::parse(answer.text, nullptr, false);
    EXPECT_FALSE(value.is_discarded()) << answer.text;
    expectFits(facts["content"]["application/json"]["schema"], value, "the answer to " + method + " " + pathTemplate);
    return value;
  }
  void expectFits(const json& schema, const json& value, const std::string& what) {
    // The document describes itself only as far as that it is JSON.
    if (schema == json{{"type", "string"}}) return;
    for (const std::string& violation : schemaViolations(document_, schema, value))
      ADD_FAILURE() << what << ": " << violation;
  }
  std::string statusOf(const std::string& id) { return admin_->must("GET", "/api/v1/executions/" + id)["status"]; }
  bool ends(const std::string& id, const std::string& status) {
    return eventually([&] { return statusOf(id) == status; }, std::chrono::seconds(90));
  }

  ApiServer server_;
  std::unique_ptr<JsonClient> admin_;
  json document_;
  std::string target_;
  std::set<std::string> seen_;
};

TEST_F(Contract, IsKeptByEveryRoute_AroundARealExecution) {
  const std::string base = "/api/v1";
  const auto at = [&](const std::string& rest) { return base + rest; };
  call("POST", at("/authentication/login"), at("/authentication/login"),
       {{"username", "admin"}, {"password", ApiServer::password}}, 200);
  call("POST", at("/users"), at("/users"),
       {{"username", "carl"}, {"password", "twelve-chars-at-least"}, {"role", "DBA"}}, 201);
  call("GET", at("/users"), at("/users?limit=2"), nullptr, 200);
  call("GET", at("/users/{id}"), at("/users/carl"), nullptr, 200);
  call("PUT", at("/users/{id}"), at("/users/carl"), {{"disabled", true}, {"role", nullptr}}, 200);
  call("DELETE", at("/users/{id}"), at("/users/carl"), nullptr, 204);

  const json database{{"name", "shop"},
                      {"description", "the shop"},
                      {"type", "PostgreSQL"},
                      {"environment", "Development"},
                      {"masterConnectionString", sharedCluster().uri(target_)},
                      {"replicas", json::array()},
                      {"config", json::object()}};
  call("POST", at("/databases"), at("/databases"), database, 201);
  call("GET", at("/databases"), at("/databases"), nullptr, 200);
  call("GET", at("/databases/{id}"), at("/databases/shop"), nullptr, 200);
  call("PUT", at("/databases/{id}"), at("/databases/shop"), database, 200);
  EXPECT_EQ(call("GET", at("/databases/{id}/health"), at("/databases/shop/health"), nullptr, 200)["status"], "Healthy");

  const json migration{
      {"name", "add_a"},
      {"targetDatabaseId", "shop"},
      {"migrationScript",
       "CREATE TABLE public.a (id int PRIMARY KEY);\nINSERT INTO public.a SELECT generate_series(1, 7);"},
      {"rollbackScript", "DROP TABLE public.a"},
      {"tags", {"x"}},
      {"estimatedDuration", 1.5}};
  call("POST", at("/migrations"), at("/migrations"), migration, 201);
  call("GET", at("/migrations"), at("/migrations"), nullptr, 200);
  call("GET", at("/migrations/{id}"), at("/migrations/add_a"), nullptr, 200);
  call("PUT", at("/migrations/{id}"), at("/migrations/add_a"), migration, 200);
  const json report =
      call("POST", at("/migrations/{id}/validate"), at("/migrations/add_a/validate"), {{"dryRun", true}}, 200);
  EXPECT_EQ(report["isValid"], true) << report;
  EXPECT_EQ(report["statements"].size(), 2U);

  const json watch{{"primarySeconds", 2}, {"baselineSeconds", 1}, {"windowSeconds", 1}};
  const json execution = call("POST", at("/migrations/{id}/execute"), at("/migrations/add_a/execute"),
                              {{"monitoring", watch}, {"environment", "Development"}}, 202);
  const std::string id = execution["executionId"];
  ASSERT_TRUE(ends(id, "Succeeded")) << admin_->get("/api/v1/executions/" + id).text;
  for (const std::string& prefix :
       {std::string("/migrations/{id}/executions/{execId}"), std::string("/executions/{execId}")}) {
    std::string path = prefix;
    if (const auto place = path.find("{id}"); place != std::string::npos) path.replace(place, 4, "add_a");
    path.replace(path.find("{execId}"), 8, id);
    EXPECT_EQ(call("GET", at(prefix), at(path), nullptr, 200)["rowsAffected"], 7);
    EXPECT_GE(call("GET", at(prefix + "/logs"), at(path + "/logs"), nullptr, 200)["total"], 2);
    EXPECT_TRUE(call("GET", at(prefix + "/metrics"), at(path + "/metrics?instance=primary"), nullptr, 200)["baseline"]
                    .is_object());
    call("GET", at(prefix + "/events"), at(path + "/events"), nullptr, 200);
    EXPECT_EQ(admin_->post(at(path + "/cancel"), json::object()).status, 409);
  }
  call("GET", at("/migrations/{id}/executions"), at("/migrations/add_a/executions"), nullptr, 200);
  call("GET", at("/executions"), at("/executions"), nullptr, 200);
  const json undone = call("POST", at("/executions/{execId}/rollback"), at("/executions/" + id + "/rollback"),
                           {{"reason", "a second thought"}}, 200);
  EXPECT_EQ(undone["status"], "RolledBack");
  EXPECT_EQ(undone["verified"], true);

  const json again = call("POST", at("/migrations/{id}/deploy"), at("/migrations/add_a/deploy"),
                          {{"monitoring", {{"primarySeconds", 600}}}}, 202);
  const std::string second = again["executionId"];
  call("POST", at("/migrations/{id}/executions/{execId}/cancel"),
       at("/migrations/add_a/executions/" + second + "/cancel"), {{"reason", "x"}}, 200);
  EXPECT_TRUE(ends(second, "RolledBack"));
  call("POST", at("/migrations/{id}/executions/{execId}/rollback"),
       at("/migrations/add_a/executions/" + second + "/rollback"), json::object(), 409);
  const json third = admin_->must("POST", at("/migrations/add_a/execute"), {{"monitoring", {{"primarySeconds", 600}}}});
  call("POST", at("/executions/{execId}/cancel"),
       at("/executions/" + third["executionId"].get<std::string>() + "/cancel"), json::object(), 200);
  EXPECT_TRUE(ends(third["executionId"], "RolledBack"));

  call("DELETE", at("/migrations/{id}"), at("/migrations/add_a"), nullptr, 204);
  call("DELETE", at("/databases/{id}"), at("/databases/shop"), nullptr, 204);
  call("GET", "/health", "/health", nullptr, 200);
  call("GET", "/health/ready", "/health/ready", nullptr, 200);
  call("GET", "/metrics", "/metrics", nullptr, 200);
  call("GET", "/openapi.json", "/openapi.json", nullptr, 200);
  call("GET", "/swagger", "/swagger", nullptr, 200);
  call("GET", "/swagger/", "/swagger/", nullptr, 308);
  call("GET", "/swagger/{asset}", "/swagger/start.js", nullptr, 200);

  for (const auto& [path, operations] : document_["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::string upper = method;
      std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 32); });
      EXPECT_TRUE(seen_.contains(upper + " " + path)) << upper << ' ' << path << " has not been called";
    }
  }
}

TEST_F(Contract, OfErrorsIsKeptToo) {
  const json& schema = document_["components"]["schemas"]["Error"];
  admin_->must("POST", "/api/v1/databases",
               {{"name", "shop"},
                {"type", "PostgreSQL"},
                {"environment", "QA"},
                {"masterConnectionString", "Host=127.0.0.1;Port=1"}});
  const json broken{{"name", "x"}, {"targetDatabaseId", "shop"}, {"migrationScript", "SELEC 1"}};
  const json good{{"name", "x"}, {"targetDatabaseId", "shop"}, {"migrationScript", "SELECT 1"}};
  admin_->must("POST", "/api/v1/migrations", good);
  const std::vector<std::pair<Answer, int>> answers{
      {admin_->post("/api/v1/migrations", broken), 400},
      {admin_->post("/api/v1/migrations", good), 409},
      {admin_->get("/api/v1/users/nobody"), 404},
      {admin_->send("PATCH", "/api/v1/users"), 405},
      {admin_->send("PUT", "/api/v1/migrations/x", good, {{"If-Match", "\"99\""}}), 412},
      {admin_->post("/api/v1/migrations/x/validate", json::object()), 503},
      {JsonClient(server_.url()).get("/api/v1/users"), 401},
      {server_.client(Role::Viewer)->get("/api/v1/users"), 403},
  };
  for (const auto& [answer, status] : answers) {
    EXPECT_EQ(answer.status, status) << answer.text;
    expectFits(schema, answer.json(), "the error " + std::to_string(status));
  }
}

TEST_F(Contract, SendsNobodyBackToADatabaseThatRefusesForGood) {
  const auto validated = [&](const std::string& name, const std::string& connection) {
    admin_->must(
        "POST", "/api/v1/databases",
        {{"name", name}, {"type", "PostgreSQL"}, {"environment", "QA"}, {"masterConnectionString", connection}});
    admin_->must("POST", "/api/v1/migrations",
                 {{"name", "of_" + name}, {"targetDatabaseId", name}, {"migrationScript", "SELECT 1"}});
    return admin_->post("/api/v1/migrations/of_" + name + "/validate", json::object());
  };
  const std::string helps = "Trying again does not help";
  // 3D000: there is no such database.
  const Answer missing = validated("missing", sharedCluster().uri("nowhere"));
  EXPECT_EQ(missing.status, 503);
  EXPECT_EQ(missing.json()["error"]["sqlState"], "3D000");
  EXPECT_FALSE(missing.headers.contains("retry-after"));
  EXPECT_NE(missing.text.find(helps), std::string::npos) << missing.text;
  // Nobody listens; somebody may soon.
  const Answer away = validated("away", "Host=127.0.0.1;Port=1;Database=app;Username=app");
  EXPECT_EQ(away.status, 503);
  EXPECT_TRUE(away.headers.contains("retry-after"));
  EXPECT_EQ(away.text.find(helps), std::string::npos) << away.text;
}

TEST_F(Contract, OfARollbackThatTakesLongIsToSayThatItGoesOn) {
  ApiServer hurried([](api::ApiSettings& settings) { settings.rollbackPatience = std::chrono::milliseconds(0); });
  hurried.orchestrator.start();
  hurried.start();
  auto client = hurried.client();
  client->must("POST", "/api/v1/databases",
               {{"name", "shop"},
                {"type", "PostgreSQL"},
                {"environment", "QA"},
                {"masterConnectionString", sharedCluster().uri(target_)}});
  client->must("POST", "/api/v1/migrations",
               {{"name", "slow_back"},
                {"targetDatabaseId", "shop"},
                {"migrationScript", "CREATE TABLE public.b (id int)"},
                {"rollbackScript", "SELECT pg_sleep(2); DROP TABLE public.b"}});
  const std::string id = client->must("POST", "/api/v1/migrations/slow_back/execute",
                                      {{"monitoring", {{"primarySeconds", 1}, {"baselineSeconds", 1}}}})["executionId"];
  const auto status = [&] { return client->must("GET", "/api/v1/executions/" + id)["status"]; };
  ASSERT_TRUE(eventually([&] { return status() == "Succeeded"; }, std::chrono::seconds(90)));
  const Answer answer = client->post("/api/v1/executions/" + id + "/rollback", {{"reason", "x"}});
  EXPECT_EQ(answer.status, 202) << answer.text;
  EXPECT_TRUE(answer.json()["rollbackCompletedAt"].is_null());
  EXPECT_TRUE(eventually([&] { return status() == "RolledBack"; }, std::chrono::seconds(90)));
  hurried.server->stop(std::chrono::seconds(5));
  hurried.orchestrator.stop(std::chrono::seconds(5));
}

}  // namespace
}  // namespace hotswap::support
