#include "integration/api/resources_fixture.h"

namespace hotswap::support {
namespace {

class Databases : public Resources {};

TEST_F(Databases, ShowTheirPasswordsMasked) {
  json body = database("shop");
  body["replicas"] =
      json::array({{{"connectionString", "postgresql://app:hidden-database-pw@10.0.0.2/app"}, {"trafficWeight", 0.5}}});
  const Answer made = admin_->post("/api/v1/databases", body);
  ASSERT_EQ(made.status, 201) << made.text;
  for (const std::string& text :
       {made.text, admin_->get("/api/v1/databases").text, admin_->get("/api/v1/databases/shop").text}) {
    EXPECT_EQ(text.find("hidden-database-pw"), std::string::npos);
    EXPECT_NE(text.find("****"), std::string::npos);
  }
}

TEST_F(Databases, AreFoundByIdAndName) {
  const json made = add("databases", database("shop"));
  EXPECT_EQ(admin_->get("/api/v1/databases/shop").json()["databaseId"], made["databaseId"]);
  EXPECT_EQ(admin_->get("/api/v1/databases/" + made["databaseId"].get<std::string>()).json()["name"], "shop");
  EXPECT_EQ(admin_->get("/api/v1/databases/other").status, 404);
}

TEST_F(Databases, KeepTheirPassword_WhereTheMaskedStringComesBack) {
  json body = database("shop");
  body["replicas"] = json::array({{{"connectionString", "Host=10.0.0.2;Password=hidden-replica-pw"}}});
  const json made = add("databases", body);
  body["masterConnectionString"] = made["masterConnectionString"];
  body["replicas"] = json::array({{{"replicaId", made["replicas"][0]["replicaId"]},
                                   {"connectionString", made["replicas"][0]["connectionString"]}}});
  body["description"] = "changed";
  const json changed = admin_->must("PUT", "/api/v1/databases/shop", body);
  EXPECT_EQ(changed["description"], "changed");
  EXPECT_EQ(changed["replicas"][0]["replicaId"], made["replicas"][0]["replicaId"]);
  const DatabaseTarget stored = server_.store.databases().find("shop");
  EXPECT_NE(stored.masterConnectionString.find("hidden-database-pw"), std::string::npos);
  EXPECT_NE(stored.replicas.at(0).connectionString.find("hidden-replica-pw"), std::string::npos);
}

TEST_F(Databases, DoNotSendTheirPasswordElsewhere) {
  const json made = add("databases", database("shop"));
  json body = database("shop");
  for (const char* const elsewhere : {"Host=evil.example;Port=1;Database=app;Username=app;Password=****",
                                      "Host=127.0.0.1;Port=1;Database=app;Username=other;Password=****"}) {
    body["masterConnectionString"] = elsewhere;
    expectDetail(admin_->send("PUT", "/api/v1/databases/shop", body), "masterConnectionString");
  }
  body["name"] = "new";
  body["masterConnectionString"] = made["masterConnectionString"];
  expectDetail(admin_->post("/api/v1/databases", body), "masterConnectionString");
}

TEST_F(Databases, AreNotLedElsewhere_WhileAnExecutionHasNotEnded) {
  json body = database("shop");
  const json made = add("databases", body);
  add("migrations", migration("add_a", "shop"));
  ASSERT_EQ(admin_->post("/api/v1/migrations/add_a/execute", json::object()).status, 202);
  body["masterConnectionString"] = made["masterConnectionString"];
  body["description"] = "the same database";
  EXPECT_EQ(admin_->send("PUT", "/api/v1/databases/shop", body).status, 200);
  json elsewhere = database("shop");
  elsewhere["masterConnectionString"] = "Host=127.0.0.1;Port=2;Database=app;Username=app;Password=other";
  const Answer refused = admin_->send("PUT", "/api/v1/databases/shop", elsewhere);
  EXPECT_EQ(refused.status, 409) << refused.text;
  EXPECT_NE(refused.text.find("has not ended"), std::string::npos) << refused.text;
  elsewhere = body;
  elsewhere["environment"] = "Production";
  EXPECT_EQ(admin_->send("PUT", "/api/v1/databases/shop", elsewhere).status, 409);
}

TEST_F(Databases, RefuseWhatTheyCanNotUse) {
  json body = database("shop");
  body["masterConnectionString"] = "Host=a;Nonsense=1";
  expectDetail(admin_->post("/api/v1/databases", body), "masterConnectionString");
  body = database("shop");
  body["type"] = "Oracle";
  EXPECT_EQ(admin_->post("/api/v1/databases", body).status, 400);
  body = database("a name with blanks");
  expectDetail(admin_->post("/api/v1/databases", body), "name");
}

TEST_F(Databases, AreNotChanged_WhereTheVersionHasMovedOn) {
  add("databases", database("shop"));
  const Answer read = admin_->get("/api/v1/databases/shop");
  const std::string tag = read.headers.at("etag");
  EXPECT_EQ(admin_->send("PUT", "/api/v1/databases/shop", database("shop"), {{"If-Match", tag}}).status, 200);
  EXPECT_EQ(admin_->send("PUT", "/api/v1/databases/shop", database("shop"), {{"If-Match", tag}}).status, 412);
}

TEST_F(Databases, ThatAreReferredToStay) {
  add("databases", database("shop"));
  add("migrations", migration("one", "shop"));
  EXPECT_EQ(admin_->send("DELETE", "/api/v1/databases/shop").status, 409);
  EXPECT_EQ(admin_->send("DELETE", "/api/v1/migrations/one").status, 204);
  EXPECT_EQ(admin_->send("DELETE", "/api/v1/databases/shop").status, 204);
}

TEST_F(Databases, SayWhatAilsThem) {
  add("databases", database("shop"));
  const json health = admin_->must("GET", "/api/v1/databases/shop/health");
  EXPECT_EQ(health["status"], "Unhealthy");
  EXPECT_FALSE(health["instances"][0]["message"].get<std::string>().empty());
  EXPECT_EQ(admin_->get("/api/v1/databases/shop").json()["health"], "Unhealthy");
}

}  // namespace
}  // namespace hotswap::support
