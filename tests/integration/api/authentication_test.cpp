#include <gtest/gtest.h>

#include "support/api_server.h"
#include "support/eventually.h"

namespace hotswap::support {
namespace {

class Authentication : public testing::Test {
 protected:
  void SetUp() override { server_.start(); }
  Answer login(const std::string& username, const std::string& password) {
    return JsonClient(server_.url())
        .post("/api/v1/authentication/login", {{"username", username}, {"password", password}});
  }
  int withToken(const std::string& token) {
    return JsonClient(server_.url())
        .send("GET", "/api/v1/migrations", nullptr, {{"Authorization", "Bearer " + token}})
        .status;
  }
  std::vector<AuditRow> audited(const std::string& event) {
    return server_.store.audit().list({.from = {}, .to = {}, .user = {}, .event = event, .object = {}}, {}).items;
  }
  nlohmann::json newUser(const std::string& name, const std::string& role) {
    return server_.client()->must("POST", "/api/v1/users",
                                  {{"username", name}, {"password", "twelve-chars-at-least"}, {"role", role}});
  }
  User user(const std::string& name) { return server_.store.users().findByName(name).value(); }
  ApiServer server_;
};

std::string base64Url(const std::string& text) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string encoded;
  unsigned int buffer = 0;
  int bits = 0;
  for (const char c : text) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) encoded += digits[(buffer >> static_cast<unsigned int>(bits - 6)) & 63U];
  }
  if (bits > 0) encoded += digits[(buffer << static_cast<unsigned int>(6 - bits)) & 63U];
  return encoded;
}

TEST_F(Authentication, GivesATokenThatWorks) {
  const Answer answer = login("dba", ApiServer::password);
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json()["user"]["role"], "DBA");
  EXPECT_EQ(withToken(answer.json()["token"]), 200);
  EXPECT_EQ(audited("login.succeeded").size(), 1U);
}

TEST_F(Authentication, AnswersAlike_ForAnUnknownUserAWrongPasswordAndADisabledUser) {
  server_.client()->must("PUT", "/api/v1/users/viewer", {{"disabled", true}});
  const auto shape = [](const Answer& answer) {
    nlohmann::json body = answer.json();
    body["error"].erase("traceId");
    body["error"].erase("timestamp");
    return std::to_string(answer.status) + body.dump();
  };
  const std::string unknown = shape(login("nobody", ApiServer::password));
  EXPECT_TRUE(unknown.starts_with("401"));
  EXPECT_EQ(shape(login("dba", "wrong")), unknown);
  EXPECT_EQ(shape(login("viewer", ApiServer::password)), unknown);
  EXPECT_EQ(audited("login.failed").size(), 3U);
}

TEST_F(Authentication, KeepsWhatWasTypedOutOfTheAuditTrail) {
  login("my-password-in-the-wrong-field", "x");
  for (const AuditRow& row : audited("login.failed"))
    EXPECT_EQ((row.user + row.details + row.object).find("my-password"), std::string::npos);
}

TEST_F(Authentication, RefusesTokensThatAreNotOurs) {
  const std::string good = server_.token(Role::Admin);
  const std::string payload = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  const std::string none = base64Url(R"({"alg":"none","typ":"JWT"})") + "." + payload + ".";
  const secret::Tokens others("another key of thirty-two bytes or more", std::chrono::minutes(60), server_.clock);
  std::string flipped = good;
  flipped.back() = flipped.back() == 'A' ? 'B' : 'A';
  flipped[good.rfind('.') + 1] = flipped[good.rfind('.') + 1] == 'A' ? 'B' : 'A';
  EXPECT_EQ(withToken(good), 200);
  const std::string header = good.substr(0, good.find('.'));
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string("a.b.c"), none, others.sign(user("admin")), flipped,
        header + "." + payload, header + "." + payload + ".", good + "x", std::string(9000, 'a')}) {
    EXPECT_EQ(withToken(bad), 401) << bad.substr(0, 100);
  }
}

TEST_F(Authentication, RefusesTokensThatHaveRunOut) {
  const secret::Tokens expired("a key of thirty-two bytes or more", std::chrono::seconds(-60), server_.clock);
  EXPECT_EQ(withToken(expired.sign(user("admin"))), 401);
}

TEST_F(Authentication, RefusesOtherSchemes) {
  for (const char* const value : {"Basic YWRtaW46eA==", "Bearer", "bearer ", "Token x"}) {
    EXPECT_EQ(JsonClient(server_.url()).send("GET", "/api/v1/migrations", nullptr, {{"Authorization", value}}).status,
              401)
        << value;
  }
}

TEST_F(Authentication, EndsAtOnce_WhenTheUserIsDeleted) {
  newUser("leaver", "Viewer");
  const std::string token = login("leaver", "twelve-chars-at-least").json()["token"];
  EXPECT_EQ(withToken(token), 200);
  EXPECT_EQ(server_.client()->send("DELETE", "/api/v1/users/leaver").status, 204);
  EXPECT_EQ(withToken(token), 401);
}

TEST_F(Authentication, EndsAtOnce_WhenTheUserIsDisabled) {
  newUser("sleeper", "Viewer");
  const std::string token = login("sleeper", "twelve-chars-at-least").json()["token"];
  server_.client()->must("PUT", "/api/v1/users/sleeper", {{"disabled", true}});
  EXPECT_EQ(withToken(token), 401);
}

TEST_F(Authentication, OfAnOlderTokenEnds_WhenThePasswordIsChanged) {
  const std::string old = server_.tokens.sign(user("dba"));
  EXPECT_EQ(withToken(old), 200);
  server_.client()->must("PUT", "/api/v1/users/dba", {{"password", "another-long-password"}});
  EXPECT_EQ(withToken(old), 401);
  EXPECT_EQ(login("dba", ApiServer::password).status, 401);
  EXPECT_EQ(login("dba", "another-long-password").status, 200);
}

TEST_F(Authentication, OfAnOlderTokenEnds_ThoughTheLifetimeWasLoweredSince) {
  // Counted back from its end with the lifetime of today, it would have been made two hours from now.
  const secret::Tokens longer("a key of thirty-two bytes or more", std::chrono::hours(3), server_.clock);
  const std::string old = longer.sign(user("dba"));
  EXPECT_EQ(withToken(old), 200);
  server_.client()->must("PUT", "/api/v1/users/dba", {{"password", "another-long-password"}});
  EXPECT_EQ(withToken(old), 401);
}

TEST_F(Authentication, TellsATokenOfBeforeAChangeFromOneOfAfter_WithinOneMillisecond) {
  User dba = user("dba");
  // As if the user had been changed at this very moment, and the clock were set back then.
  dba.updatedAt = server_.clock.now() + std::chrono::minutes(1);
  server_.store.users().update(dba);
  const std::string before = server_.tokens.sign(user("dba"));
  EXPECT_EQ(withToken(before), 200);
  server_.client()->must("PUT", "/api/v1/users/dba", {{"password", "another-long-password"}});
  EXPECT_EQ(withToken(before), 401);
  const Answer after = login("dba", "another-long-password");
  ASSERT_EQ(after.status, 200);
  EXPECT_EQ(withToken(after.json()["token"]), 200);
}

TEST_F(Authentication, OfALoginThatBeganBeforeAChangeEndsWithIt) {
  const User asOfTheLogin = user("dba");
  server_.client()->must("PUT", "/api/v1/users/dba", {{"password", "another-long-password"}});
  EXPECT_EQ(withToken(server_.tokens.sign(asOfTheLogin)), 401);
}

}  // namespace
}  // namespace hotswap::support
