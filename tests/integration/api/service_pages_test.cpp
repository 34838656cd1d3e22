#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <chrono>

#include "integration/api/resources_fixture.h"
#include "support/eventually.h"

namespace hotswap::support {
namespace {

class ServicePages : public Resources {};

TEST_F(ServicePages, HealthIsOpenAndSaysTheVersion) {
  const json health = JsonClient(server_.url()).must("GET", "/health");
  EXPECT_EQ(health["status"], "ok");
  EXPECT_EQ(health["version"], "1.2.3-test");
  EXPECT_EQ(JsonClient(server_.url()).get("/health/ready").status, 200);
}

TEST_F(ServicePages, IsNotReady_WhileTheStoreCannotBeWritten) {
  JsonClient probe(server_.url());
  soci::session other(soci::sqlite3, "dbname=" + (server_.folder.path() / "hotswap.db").string());
  other << "BEGIN IMMEDIATE";
  EXPECT_TRUE(eventually([&] { return probe.get("/health/ready").status == 503; }));
  EXPECT_EQ(probe.get("/health").status, 200) << "the process lives";
  other << "ROLLBACK";
  EXPECT_TRUE(eventually([&] { return probe.get("/health/ready").status == 200; }));
}

TEST_F(ServicePages, ReadinessAsksTheStoreOnceASecondAtMost_HoweverOftenItIsAsked) {
  JsonClient probe(server_.url());
  soci::session other(soci::sqlite3, "dbname=" + (server_.folder.path() / "hotswap.db").string());
  const auto asked = [&] {
    long long times = 0;
    other << "SELECT touched FROM store_probe WHERE id = 1", soci::into(times);
    return times;
  };
  const long long before = asked();
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(probe.get("/health/ready").status, 200);
  const auto took = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
  EXPECT_GE(asked() - before, 1);
  EXPECT_LE(asked() - before, took.count());
}

TEST_F(ServicePages, MetricsCountRequestsByRouteAndNotByPath) {
  admin_->get("/api/v1/migrations/some-name");
  admin_->get("/api/v1/nothing/at/all");
  const std::string text = JsonClient(server_.url()).get("/metrics").text;
  EXPECT_NE(text.find("route=\"/api/v1/migrations/{id}\""), std::string::npos) << text;
  EXPECT_NE(text.find("route=\"unmatched\""), std::string::npos);
  EXPECT_EQ(text.find("some-name"), std::string::npos);
  EXPECT_EQ(text.find("nothing/at/all"), std::string::npos);
}

TEST_F(ServicePages, MetricsHaveTheirOwnSwitch) {
  ApiServer without([](api::ApiSettings& settings) { settings.metrics = false; });
  without.start();
  EXPECT_EQ(JsonClient(without.url()).get("/metrics").status, 404);
}

TEST_F(ServicePages, SwaggerIsServedWithAStrictPolicyAndNoInlineScript) {
  const Answer page = JsonClient(server_.url()).get("/swagger");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.headers.at("content-type").starts_with("text/html"));
  EXPECT_NE(page.headers.at("content-security-policy").find("script-src 'self';"), std::string::npos);
  EXPECT_EQ(page.text.find("<script>"), std::string::npos);
  EXPECT_NE(JsonClient(server_.url()).get("/swagger/start.js").text.find("/openapi.json"), std::string::npos);
  for (const char* const file : {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}) {
    EXPECT_EQ(JsonClient(server_.url()).get(std::string("/swagger/") + file).status, 200) << file;
  }
  for (const char* const file : {"package.json", "index.html", "swagger-ui.js.map"}) {
    EXPECT_EQ(JsonClient(server_.url()).get(std::string("/swagger/") + file).status, 404) << file;
  }
}

TEST_F(ServicePages, SwaggerSaysSo_WhereItsFilesAreMissing) {
  for (const std::string folder : {"", "/nowhere"}) {
    ApiServer without([&](api::ApiSettings& settings) { settings.swaggerFolder = folder; });
    without.start();
    const Answer page = JsonClient(without.url()).get("/swagger");
    EXPECT_EQ(page.status, 404);
    EXPECT_NE(page.text.find("swagger-ui-dist"), std::string::npos) << page.text;
  }
}

TEST_F(ServicePages, SwaggerIsFoundWithASlashAtItsEnd) {
  const Answer redirect = JsonClient(server_.url()).get("/swagger/");
  EXPECT_EQ(redirect.status, 308);
  EXPECT_EQ(redirect.headers.at("location"), "/swagger");
}

TEST_F(ServicePages, OpenApiNamesTheTypesThatSwaggersFilesHave) {
  const json document = JsonClient(server_.url()).must("GET", "/openapi.json");
  const json& types = document["paths"]["/swagger/{asset}"]["get"]["responses"]["200"]["content"];
  for (const char* const file : {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "start.js"}) {
    const std::string type = JsonClient(server_.url()).get(std::string("/swagger/") + file).headers.at("content-type");
    EXPECT_TRUE(types.contains(type.substr(0, type.find(';')))) << type;
  }
}

TEST_F(ServicePages, SayWhatIsMissing_WithoutAToken) {
  const json error = JsonClient(server_.url()).get("/api/v1/databases").json()["error"];
  EXPECT_EQ(error["message"],
            "This call needs a token; log in and send it in the header `Authorization`, scheme `Bearer`.");
}

}  // namespace
}  // namespace hotswap::support
