#include "integration/api/resources_fixture.h"

namespace hotswap::support {
namespace {

class Users : public Resources {};

TEST_F(Users, AreMadeChangedAndDeleted) {
  const Answer made =
      admin_->post("/api/v1/users", {{"username", "Ann"}, {"password", "twelve-chars-at-least"}, {"role", "Viewer"}});
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.headers.at("location"), "/api/v1/users/" + made.json()["userId"].get<std::string>());
  EXPECT_EQ(admin_->get(made.headers.at("location")).json()["username"], "Ann");
  EXPECT_EQ(admin_->must("PUT", "/api/v1/users/ann", {{"role", "DBA"}})["role"], "DBA");
  EXPECT_EQ(admin_->send("DELETE", "/api/v1/users/Ann").status, 204);
  EXPECT_EQ(admin_->get("/api/v1/users/Ann").status, 404);
  EXPECT_EQ(audited("user.created") + audited("user.updated") + audited("user.deleted"), 3);
}

TEST_F(Users, KeepTheirNamesUnique_WithoutRegardToCase) {
  EXPECT_EQ(
      admin_->post("/api/v1/users", {{"username", "ADMIN"}, {"password", "twelve-chars-at-least"}, {"role", "Viewer"}})
          .status,
      409);
}

TEST_F(Users, NeverLoseTheirLastAdmin) {
  EXPECT_EQ(admin_->send("DELETE", "/api/v1/users/admin").status, 409);
  EXPECT_EQ(admin_->send("PUT", "/api/v1/users/admin", {{"disabled", true}}).status, 409);
  EXPECT_EQ(admin_->send("PUT", "/api/v1/users/admin", {{"role", "DBA"}}).status, 409);
}

TEST_F(Users, NeverShowTheirHash) { EXPECT_EQ(admin_->get("/api/v1/users").text.find("argon2"), std::string::npos); }

TEST_F(Users, KeepTheirTokens_WhereAChangeChangesNothing) {
  const auto viewer = server_.client(Role::Viewer);
  const json before = admin_->must("GET", "/api/v1/users/viewer");
  for (const json& nothing : {json::object(), json{{"role", nullptr}}, json{{"role", "Viewer"}, {"disabled", false}}}) {
    const Answer answer = admin_->send("PUT", "/api/v1/users/viewer", nothing);
    EXPECT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(answer.json(), before);
    EXPECT_EQ(viewer->get("/api/v1/migrations").status, 200) << nothing;
  }
  EXPECT_EQ(audited("user.updated"), 0);
}

TEST_F(Users, LoseTheirTokens_WithAnotherPasswordRoleOrState) {
  for (const json& change :
       {json{{"password", "twelve-chars-at-least"}}, json{{"role", "DBA"}}, json{{"disabled", true}}}) {
    const std::string name = "user-" + change.begin().key();
    server_.addUser(name, Role::Viewer);
    JsonClient own(server_.url());
    own.setToken(server_.tokens.sign(*server_.store.users().findByName(name)));
    EXPECT_EQ(own.get("/api/v1/migrations").status, 200);
    admin_->must("PUT", "/api/v1/users/" + name, change);
    EXPECT_EQ(own.get("/api/v1/migrations").status, 401) << change;
  }
}

TEST_F(Users, NeedAGoodPassword) {
  expectDetail(admin_->post("/api/v1/users", {{"username", "bob"}, {"password", "short"}, {"role", "Viewer"}}),
               "password");
  expectDetail(admin_->send("PUT", "/api/v1/users/viewer", {{"password", "short"}}), "password");
}

}  // namespace
}  // namespace hotswap::support
