#include "integration/api/resources_fixture.h"

namespace hotswap::support {
namespace {

class Migrations : public Resources {};

TEST_F(Migrations, AreNotTriedInProductionByADeveloper) {
  add("databases", database("shop", "Production"));
  add("databases", database("staging", "Staging"));
  add("migrations", migration("add_a", "shop"));
  add("migrations", migration("add_b", "staging"));
  const json tried{{"dryRun", true}};
  EXPECT_EQ(developer_->post("/api/v1/migrations/add_a/validate", tried).status, 403);
  EXPECT_EQ(developer_->post("/api/v1/migrations/add_a/validate", json::object()).status, 503)
      << "it is only looked at";
  EXPECT_EQ(developer_->post("/api/v1/migrations/add_b/validate", tried).status, 503) << "nobody answers there";
}

TEST_F(Migrations, ComeWithWhatTheAnalysisFound) {
  add("databases", database("shop"));
  json body = migration("add_a", "shop");
  body.erase("rollbackScript");
  const Answer made = developer_->post("/api/v1/migrations", body);
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.headers.at("location"), "/api/v1/migrations/" + made.json()["migrationId"].get<std::string>());
  EXPECT_EQ(made.headers.at("etag"), "\"1\"");
  EXPECT_EQ(made.json()["createdBy"], "developer");
  EXPECT_EQ(made.json()["requiresApproval"], false);
  EXPECT_EQ(made.json()["status"], "Draft");
  const json findings = made.json()["findings"];
  EXPECT_TRUE(std::ranges::any_of(findings, [](const json& finding) {
    return finding["script"] == "rollbackScript" && finding["severity"] == "warning";
  })) << findings;
}

TEST_F(Migrations, WithASyntaxErrorAreRefused_WithLineAndColumn) {
  add("databases", database("shop"));
  json body = migration("broken", "shop");
  body["migrationScript"] = "SELECT 1;\nSELECT 2;\n  CREATE TABEL x ();";
  const Answer answer = developer_->post("/api/v1/migrations", body);
  expectDetail(answer, "migrationScript");
  const json error = answer.json()["error"];
  EXPECT_EQ(error["code"], "VALIDATION_ERROR");
  EXPECT_EQ(error["details"][0]["line"], 3);
  EXPECT_EQ(error["details"][0]["column"], 10);
  EXPECT_EQ(error["line"], 3);
}

TEST_F(Migrations, OfTooManyStatementsAreRefused) {
  add("databases", database("shop"));
  json body = migration("endless", "shop");
  std::string script;
  for (int i = 0; i < 1'000'000; ++i) script += "select 1;";
  body["migrationScript"] = script;
  const Answer answer = developer_->post("/api/v1/migrations", body);
  expectDetail(answer, "migrationScript");
  const auto message = answer.json()["error"]["message"].get<std::string>();
  EXPECT_NE(message.find("The script has 1000000 statements; at most 10000 are taken."), std::string::npos) << message;
}

TEST_F(Migrations, WithASyntaxErrorInTheWayBackAreRefused) {
  add("databases", database("shop"));
  json body = migration("broken", "shop");
  body["rollbackScript"] = "DROP TABEL a";
  expectDetail(developer_->post("/api/v1/migrations", body), "rollbackScript");
}

TEST_F(Migrations, OfProductionNeedAWayBack) {
  add("databases", database("live", "Production"));
  json body = migration("one", "live");
  body.erase("rollbackScript");
  expectDetail(developer_->post("/api/v1/migrations", body), "rollbackScript");
  body["rollbackScript"] = "  ";
  expectDetail(developer_->post("/api/v1/migrations", body), "rollbackScript");
}

TEST_F(Migrations, MayBeRiskierThanComputed_NeverLess) {
  add("databases", database("shop"));
  json body = migration("one", "shop");
  body["riskLevel"] = "High";
  EXPECT_EQ(add("migrations", body)["riskLevel"], "High");
  body = migration("two", "shop");
  body["migrationScript"] = "DROP TABLE public.a";
  body["riskLevel"] = "Low";
  EXPECT_EQ(add("migrations", body)["riskLevel"], "High");
}

TEST_F(Migrations, NameEverythingThatIsWrong) {
  const Answer answer = developer_->post("/api/v1/migrations", {{"name", "Bad Name"},
                                                                {"targetDatabaseId", "nowhere"},
                                                                {"migrationScript", " "},
                                                                {"dependencies", {"nothing"}},
                                                                {"tags", {""}}});
  for (const char* const field : {"name", "targetDatabaseId", "migrationScript", "dependencies[0]", "tags[0]"})
    expectDetail(answer, field);
}

TEST_F(Migrations, AreEditedOnlyInTheVersionThatWasRead) {
  add("databases", database("shop"));
  add("migrations", migration("one", "shop"));
  json body = migration("one", "shop");
  body["description"] = "edited";
  const Answer edited = developer_->send("PUT", "/api/v1/migrations/one", body, {{"If-Match", "\"1\""}});
  ASSERT_EQ(edited.status, 200) << edited.text;
  EXPECT_EQ(edited.headers.at("etag"), "\"2\"");
  EXPECT_EQ(edited.json()["description"], "edited");
  EXPECT_EQ(developer_->send("PUT", "/api/v1/migrations/one", body, {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(developer_->send("PUT", "/api/v1/migrations/one", body, {{"If-Match", "\"9\", \"2\""}}).status, 200);
  EXPECT_EQ(developer_->send("PUT", "/api/v1/migrations/one", body, {{"If-Match", "*"}}).status, 200);
  EXPECT_EQ(developer_->send("PUT", "/api/v1/migrations/one", body).status, 200);
}

TEST_F(Migrations, ChangeTheirChecksumWithTheirScripts) {
  add("databases", database("shop"));
  const json made = add("migrations", migration("one", "shop"));
  json body = migration("one", "shop");
  body["rollbackScript"] = "DROP TABLE IF EXISTS public.a";
  EXPECT_NE(developer_->must("PUT", "/api/v1/migrations/one", body)["checksum"], made["checksum"]);
}

TEST_F(Migrations, AreNotEdited_OnceTheyAreBegun) {
  add("databases", database("shop"));
  const json made = add("migrations", migration("one", "shop"));
  server_.store.migrations().setStatus(MigrationId::trusted(made["migrationId"]), {MigrationStatus::Draft},
                                       MigrationStatus::Succeeded, server_.clock.now());
  EXPECT_EQ(developer_->send("PUT", "/api/v1/migrations/one", migration("one", "shop")).status, 409);
  EXPECT_EQ(admin_->send("DELETE", "/api/v1/migrations/one").status, 409);
}

TEST_F(Migrations, AreListedByStateDatabaseAndTag) {
  add("databases", database("shop"));
  add("databases", database("other"));
  json tagged = migration("one", "shop");
  tagged["tags"] = {"blue"};
  add("migrations", tagged);
  add("migrations", migration("two", "other"));
  EXPECT_EQ(admin_->get("/api/v1/migrations").json()["total"], 2);
  EXPECT_EQ(admin_->get("/api/v1/migrations?database=shop&status=Draft&tag=blue").json()["migrations"][0]["name"],
            "one");
  EXPECT_EQ(admin_->get("/api/v1/migrations?database=other&tag=blue").json()["total"], 0);
  EXPECT_EQ(admin_->get("/api/v1/migrations?status=Succeeded").json()["total"], 0);
  const json page = admin_->get("/api/v1/migrations?limit=1&offset=1").json();
  EXPECT_EQ(page["migrations"].size(), 1U);
  EXPECT_EQ(page["limit"], 1);
  EXPECT_FALSE(page["migrations"][0].contains("migrationScript"));
}

TEST_F(Migrations, DependOnOthersByIdOrName) {
  add("databases", database("shop"));
  const json first = add("migrations", migration("one", "shop"));
  json body = migration("two", "shop");
  body["dependencies"] = {"one"};
  EXPECT_EQ(add("migrations", body)["dependencies"][0], first["migrationId"]);
  EXPECT_EQ(admin_->post("/api/v1/migrations/two/execute", json::object()).status, 409);
}

TEST_F(Migrations, TakeScriptsOfTenMebibytes_AndNoMore) {
  add("databases", database("shop"));
  json body = migration("big", "shop");
  body["migrationScript"] = "SELECT 1; -- " + std::string(maxScriptBytes - 13, 'x');
  EXPECT_EQ(developer_->post("/api/v1/migrations", body).status, 201);
  body["name"] = "bigger";
  body["migrationScript"] = "SELECT 1; -- " + std::string(maxScriptBytes - 12, 'x');
  expectDetail(developer_->post("/api/v1/migrations", body), "migrationScript");
}

}  // namespace
}  // namespace hotswap::support
