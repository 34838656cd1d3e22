#include "integration/api/resources_fixture.h"

namespace hotswap::support {
namespace {

class Executions : public Resources {};

TEST_F(Executions, AreTakenInAndShownEverywhere) {
  add("databases", database("shop"));
  const json made = add("migrations", migration("one", "shop"));
  const Answer taken = developer_->post("/api/v1/migrations/one/execute",
                                        {{"environment", "Development"}, {"monitoring", {{"primarySeconds", 3}}}});
  ASSERT_EQ(taken.status, 202) << taken.text;
  const json execution = taken.json();
  const std::string id = execution["executionId"];
  EXPECT_EQ(taken.headers.at("location"),
            "/api/v1/migrations/" + made["migrationId"].get<std::string>() + "/executions/" + id);
  EXPECT_EQ(execution["status"], "Pending");
  EXPECT_EQ(execution["strategy"], "Direct");
  EXPECT_EQ(execution["initiatedBy"], "developer");
  EXPECT_EQ(execution["monitoring"]["primarySeconds"], 3);
  for (const std::string& path :
       {taken.headers.at("location"), "/api/v1/executions/" + id, "/api/v1/migrations/one/executions/" + id}) {
    EXPECT_EQ(admin_->get(path).json()["executionId"], id) << path;
  }
  EXPECT_EQ(admin_->get("/api/v1/migrations/one/executions").json()["total"], 1);
  EXPECT_EQ(admin_->get("/api/v1/executions?status=Pending&database=shop").json()["total"], 1);
  EXPECT_EQ(admin_->get("/api/v1/executions?status=Running").json()["total"], 0);
  EXPECT_EQ(admin_->get("/api/v1/executions/" + id + "/logs").json()["limit"], 200);
  EXPECT_TRUE(admin_->get("/api/v1/executions/" + id + "/metrics").json()["snapshots"].empty());
  EXPECT_EQ(audited("execution.requested"), 1);
  add("migrations", migration("two", "shop"));
  EXPECT_EQ(admin_->get("/api/v1/migrations/two/executions/" + id).status, 404);
  EXPECT_EQ(developer_->post("/api/v1/migrations/one/execute", json::object()).status, 409);
}

TEST_F(Executions, NeedTheTargetsOwnEnvironment) {
  add("databases", database("shop", "Staging"));
  add("migrations", migration("one", "shop"));
  EXPECT_EQ(admin_->post("/api/v1/migrations/one/execute", {{"environment", "QA"}}).status, 409);
  EXPECT_EQ(admin_->get("/api/v1/migrations/one").json()["status"], "Draft");
}

TEST_F(Executions, InProductionAreNotForDevelopers) {
  add("databases", database("live", "Production"));
  add("migrations", migration("one", "live"));
  EXPECT_EQ(developer_->post("/api/v1/migrations/one/execute", json::object()).status, 403);
  EXPECT_EQ(developer_->post("/api/v1/migrations/one/deploy", json::object()).status, 403);
  EXPECT_EQ(audited("access.refused"), 2);
  EXPECT_EQ(server_.client(Role::DBA)->post("/api/v1/migrations/one/deploy", json::object()).status, 202);
}

TEST_F(Executions, RefuseOptionsThatAreWrong) {
  add("databases", database("shop"));
  add("migrations", migration("one", "shop"));
  const auto refused = [&](const json& body, const std::string& field) {
    expectDetail(admin_->post("/api/v1/migrations/one/execute", body), field);
  };
  refused({{"timeout", 7201}}, "timeout");
  refused({{"timeout", 0}}, "timeout");
  refused({{"monitoring", {{"latencyFactor", 1}}}}, "monitoring.latencyFactor");
  refused({{"monitoring", {{"nonsense", 1}}}}, "monitoring.nonsense");
  refused({{"phases", {"master"}}}, "phases");
  refused({{"onlineRewrite", true}}, "onlineRewrite");
  refused({{"strategy", "Canary"}}, "strategy");
  EXPECT_EQ(admin_->get("/api/v1/migrations/one/executions").json()["total"], 0);
}

TEST_F(Executions, AreCancelledOnce) {
  add("databases", database("shop"));
  add("migrations", migration("one", "shop"));
  const std::string id = admin_->must("POST", "/api/v1/migrations/one/execute", json::object())["executionId"];
  const Answer cancelled =
      server_.client(Role::DBA)->post("/api/v1/executions/" + id + "/cancel", {{"reason", "not now"}});
  ASSERT_EQ(cancelled.status, 200) << cancelled.text;
  EXPECT_NE(cancelled.json()["cancelReason"].get<std::string>().find("not now"), std::string::npos);
  EXPECT_EQ(admin_->post("/api/v1/executions/" + id + "/cancel", json::object()).status, 409);
  EXPECT_EQ(admin_->get("/api/v1/executions/" + id).json()["status"], "RolledBack");
}

TEST_F(Executions, ThatDoNotExistAreNotFound) {
  for (const char* const path :
       {"/api/v1/executions/x", "/api/v1/executions/exec-01890a5d-ac96-774b-bcce-b302099a8057",
        "/api/v1/executions/exec-01890a5d-ac96-774b-bcce-b302099a8057/events", "/api/v1/executions/x/logs"}) {
    EXPECT_EQ(admin_->get(path).status, 404) << path;
  }
}

}  // namespace
}  // namespace hotswap::support
