#include "cli/error_text.h"

#include <gtest/gtest.h>

#include "cli/service_error.h"

namespace hotswap::cli {
namespace {

using nlohmann::json;
const Paint plain(false);

ServiceError refusal(const json& error, long status = 400) {
  return ServiceError::from(status, json{{"error", error}}.dump());
}

TEST(ErrorText, SaysTheTraceIdOfAFault_AndNotOfARefusal) {
  const json body{{"code", "NOT_FOUND"}, {"message", "There is no migration x."}, {"traceId", "abc"}};
  EXPECT_EQ(errorText(refusal(body, 404), {}, plain), "hotswap: There is no migration x.\n");
  EXPECT_EQ(errorText(refusal(body, 500), {}, plain), "hotswap: There is no migration x.\n  traceId abc\n");
}

TEST(ErrorText, SaysSentenceAndFields) {
  const auto error = refusal(
      {{"code", "VALIDATION_ERROR"},
       {"message", "The migration is refused."},
       {"details", {{{"field", "name"}, {"message", "is too long"}}, {{"field", "tags[0]"}, {"message", "is empty"}}}},
       {"traceId", "abc"}});
  EXPECT_EQ(errorText(error, {}, plain),
            "hotswap: The migration is refused.\n  name: is too long\n  tags[0]: is empty\n");
}

TEST(ErrorText, PointsIntoTheScript) {
  const auto error =
      refusal({{"message", "no"},
               {"details", {{{"field", "migrationScript"}, {"message", "syntax error"}, {"line", 2}, {"column", 8}}}},
               {"sqlState", "42601"}});
  const KnownScripts scripts{{"migrationScript", {.name = "up.sql", .text = "select 1;\nCREATE TABEL x ();\n"}}};
  EXPECT_EQ(errorText(error, scripts, plain),
            "hotswap: no\n"
            "  migrationScript: syntax error (up.sql:2:8)\n"
            "  2 | CREATE TABEL x ();\n"
            "    |        ^\n"
            "  SQLSTATE 42601\n");
}

TEST(ErrorText, CallsNoNameOfSqliteASqlState) {
  EXPECT_EQ(errorText(refusal({{"message", "no"}, {"sqlState", "SQLITE_CONSTRAINT"}}), {}, plain),
            "hotswap: no\n  SQLITE_CONSTRAINT\n");
}

TEST(ErrorText, NamesThePlace_WhenTheScriptIsNotAtHand) {
  const auto error = refusal(
      {{"message", "no"}, {"details", {{{"field", "migrationScript"}, {"message", "x"}, {"line", 2}, {"column", 8}}}}});
  EXPECT_EQ(errorText(error, {}, plain), "hotswap: no\n  migrationScript: x (line 2:8)\n");
}

TEST(Excerpt, PutsTheCaretUnderWideAndAccentedCharacters) {
  EXPECT_EQ(excerpt("select '数é', x", 1, 13, plain), "  1 | select '数é', x\n    |              ^\n");
}

TEST(Excerpt, KeepsTheCaretInPlace_BehindTabsAndInWindowsFiles) {
  EXPECT_EQ(excerpt("\tselect x\r\n", 1, 9, plain), "  1 |  select x\n    |         ^\n");
}

TEST(Excerpt, ShowsOnlyThePlaceOfAVeryLongLine) {
  const std::string script = std::string(5000, 'a') + "X" + std::string(5000, 'b');
  const std::string shown = excerpt(script, 1, 5001, plain);
  EXPECT_LT(shown.size(), 400U);
  const std::size_t lineEnd = shown.find('\n');
  EXPECT_EQ(shown.substr(0, lineEnd).find('X'), shown.substr(lineEnd + 1).find('^'));
}

TEST(Excerpt, IsEmpty_WhereTheScriptHasNoSuchLine) {
  EXPECT_EQ(excerpt("one line", 7, 1, plain), "");
  EXPECT_EQ(excerpt("", 1, 1, plain), "");
}

TEST(Excerpt, SurvivesAColumnBehindTheEnd) { EXPECT_EQ(excerpt("ab", 1, 900, plain).substr(0, 4), "  1 "); }

TEST(ServiceErrorTest, NeverShowsAForeignPage) {
  const auto error = ServiceError::from(502, "<html>secret stack trace</html>");
  EXPECT_EQ(
      errorText(error, {}, plain),
      "hotswap: the address answered with HTTP status 502 and no message of HotSwap's; is it the service's URL?\n");
  EXPECT_TRUE(error.recovery().retryable);
}

TEST(ServiceErrorTest, SurvivesAnswersOfAnotherShape) {
  for (const std::string body :
       {"", "[]", "null", "{\"error\":7}", "{\"error\":{}}", R"({"error":{"message":7,"details":{}}})",
        R"({"error":{"message":"m","details":[7,null,{"line":-1,"column":1e99}]}})"}) {
    EXPECT_NO_THROW(static_cast<void>(errorText(ServiceError::from(400, body), {}, plain))) << body;
  }
}

TEST(ServiceErrorTest, SaysWhenToTryAgain) {
  EXPECT_STREQ(ServiceError::from(429, R"({"error":{"message":"Too many writes."}})", "30").what(),
               "Too many writes. (try again in 30 s)");
}

TEST(ErrorDocument, IsWhatTheServiceSent) {
  const json sent{{"error", {{"code", "CONFLICT"}, {"message", "m"}, {"traceId", "t"}, {"future", 1}}}};
  EXPECT_EQ(errorDocument(ServiceError::from(409, sent.dump())), sent);
}

TEST(ErrorDocument, HasTheSameShape_ForAnErrorThatAroseHere) {
  EXPECT_EQ(errorDocument(Error(ErrorCode::Unavailable, "gone")),
            (json{{"error", {{"code", "UNAVAILABLE"}, {"message", "gone"}, {"details", json::array()}}}}));
}

}  // namespace
}  // namespace hotswap::cli
