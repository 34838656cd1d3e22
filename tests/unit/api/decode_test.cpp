#include "api/decode.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/json/database_json.h"
#include "api/json/execution_json.h"
#include "api/json/migration_json.h"
#include "api/json/user_json.h"

namespace hotswap::api {
namespace {

std::string refusalOf(const std::string& text) {
  try {
    static_cast<void>(parseJson(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    return error.what();
  }
  return "";
}

template <class Decoder>
std::vector<ErrorDetail> problemsOf(const std::string& text, Decoder decoder) {
  try {
    static_cast<void>(decoded(text, decoder));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    return error.details();
  }
  return {};
}

std::vector<std::string> fieldsOf(const std::vector<ErrorDetail>& problems) {
  std::vector<std::string> fields;
  for (const ErrorDetail& problem : problems) fields.push_back(problem.field);
  return fields;
}

TEST(ParseJson, NamesLineAndColumn_WhereTheTextIsNoJson) {
  EXPECT_EQ(refusalOf("{\n  \"a\": 1,\n  \"b\" 2\n}"), "The body is not valid JSON at line 3, column 7.");
}

TEST(ParseJson, NeverRepeatsTheText) {
  EXPECT_EQ(refusalOf(R"({"password": hunter2-secret})").find("hunter2"), std::string::npos);
}

TEST(ParseJson, RefusesDeepNesting_WithoutUsingTheStack) {
  EXPECT_NE(refusalOf(std::string(100'000, '[')).find("nested more than 64"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_NE(refusalOf(objects).find("nested more than 64"), std::string::npos);
}

TEST(ParseJson, TakesNestingUpToTheLimit) {
  const std::string deepest = std::string(maxNesting, '[') + std::string(maxNesting, ']');
  EXPECT_EQ(refusalOf(deepest), "");
  EXPECT_NE(refusalOf("[" + deepest + "]"), "");
}

TEST(ParseJson, RefusesAFieldGivenTwice) { EXPECT_NE(refusalOf(R"({"a":1,"a":2})").find("twice"), std::string::npos); }

TEST(ParseJson, TakesTheSameFieldInTwoObjects) { EXPECT_EQ(refusalOf(R"([{"a":1},{"a":2},{"b":{"a":1},"a":3}])"), ""); }

TEST(ParseJson, RefusesNul_RawAndEscaped) {
  EXPECT_NE(refusalOf(std::string("{\"a\":\"x\0y\"}", 11)), "");
  EXPECT_NE(refusalOf(R"({"a":"x\u0000y"})"), "");
  EXPECT_NE(refusalOf(R"({"a\u0000":1})"), "");
}

TEST(ParseJson, RefusesInvalidUtf8) {
  EXPECT_NE(refusalOf("{\"a\":\"\xC3\x28\"}"), "");
  EXPECT_NE(refusalOf("{\"a\":\"\xED\xA0\x80\"}"), "");
}

TEST(ParseJson, RefusesLoneSurrogates) { EXPECT_NE(refusalOf(R"({"a":"\ud800"})"), ""); }

TEST(ParseJson, RefusesNumbersOutOfRange) {
  EXPECT_NE(refusalOf(R"({"a":1e999})").find("too large"), std::string::npos);
}

TEST(ParseJson, RefusesTooManyValues) {
  std::string many = "[0";
  for (std::size_t i = 0; i < maxValues; ++i) many += ",0";
  EXPECT_NE(refusalOf(many + "]").find("more than 100000 values"), std::string::npos);
}

TEST(ParseJson, RefusesWhatFollowsTheDocument) { EXPECT_NE(refusalOf("{} {}"), ""); }

TEST(ParseJson, RefusesWhatJavaScriptWouldTake) {
  for (const char* const text : {"{'a':1}", "{a:1}", "{\"a\":1,}", "[1,]", "// x\n{}", "{\"a\":NaN}", "{\"a\":0x10}",
                                 "{\"a\":+1}", "{\"a\":01}"}) {
    EXPECT_NE(refusalOf(text), "") << text;
  }
}

TEST(ParseJson, KeepsEveryCharacterOfAScript) {
  const std::string script = "SELECT 'ä€😀', \"x\\y\"\n\t/* \u007f */";
  EXPECT_EQ(parseJson(JsonInput{{"s", script}}.dump())["s"].get<std::string>(), script);
}

TEST(ObjectReader, NamesEveryProblemAtOnce_UnderItsPath) {
  const auto problems = problemsOf(
      R"({"name": 5, "type": "Postgres", "environment": null, "replicas": [{"role": "Boss", "trafficWeight": "1", "x": 1}], "zzz": {}})",
      readDatabaseRequest);
  EXPECT_EQ(fieldsOf(problems), (std::vector<std::string>{"name", "type", "environment", "masterConnectionString",
                                                          "replicas[0].connectionString", "replicas[0].role",
                                                          "replicas[0].trafficWeight", "replicas[0].x", "zzz"}));
}

TEST(ObjectReader, RefusesABodyThatIsNoObject) {
  for (const char* const text : {"[]", "1", "\"x\"", "null", "true"}) {
    EXPECT_FALSE(problemsOf(text, readReason).empty()) << text;
  }
}

TEST(ObjectReader, TakesNullAsAbsent) { EXPECT_TRUE(problemsOf(R"({"reason": null})", readReason).empty()); }

TEST(ObjectReader, TakesAnEmptyBodyAsAnEmptyObject) { EXPECT_FALSE(decoded(" \n", readValidateRequest).dryRun); }

TEST(ObjectReader, BoundsTheListOfUnknownFields) {
  JsonInput body = JsonInput::object();
  for (int i = 0; i < 5000; ++i) body["field" + std::to_string(i)] = i;
  EXPECT_EQ(problemsOf(body.dump(), readReason).size(), 20U);
}

TEST(ObjectReader, DoesNotRepeatLongFieldNames) {
  const auto problems = problemsOf("{\"" + std::string(1'000'000, 'x') + "\": 1}", readReason);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_LT(problems.front().field.size(), 100U);
}

/// Every field of a request, given every wrong type.
struct Decoding {
  const char* name;
  const char* whole;
  std::function<std::vector<ErrorDetail>(const std::string&)> problems;
};

class WrongTypes : public testing::TestWithParam<Decoding> {};

TEST_P(WrongTypes, TakesTheRequestAsItStands) { EXPECT_TRUE(GetParam().problems(GetParam().whole).empty()); }

TEST_P(WrongTypes, RefusesEachWrongType_NamingTheField) {
  const JsonInput whole = JsonInput::parse(GetParam().whole);
  const std::vector<JsonInput> values{true, 1.5, "text", JsonInput::array({JsonInput::array()}), JsonInput{{"x", 1}}};
  for (const auto& [field, right] : whole.items()) {
    for (const JsonInput& wrong : values) {
      if (wrong.type_name() == std::string_view(right.type_name()) && !right.is_array() && !right.is_object()) continue;
      if (wrong.is_object() && field == "config") continue;
      JsonInput broken = whole;
      broken[field] = wrong;
      const auto problems = GetParam().problems(broken.dump());
      ASSERT_FALSE(problems.empty()) << field << " = " << wrong;
      EXPECT_TRUE(problems.front().field.starts_with(field)) << problems.front().field;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Requests, WrongTypes,
    testing::Values(
        Decoding{"login", R"({"username":"a","password":"b"})",
                 [](const std::string& text) { return problemsOf(text, readLoginRequest); }},
        Decoding{"newUser", R"({"username":"a","password":"123456789012","role":"DBA"})",
                 [](const std::string& text) { return problemsOf(text, readNewUserRequest); }},
        Decoding{"changeUser", R"({"password":"123456789012","role":"DBA","disabled":true})",
                 [](const std::string& text) { return problemsOf(text, readChangeUserRequest); }},
        Decoding{
            "database",
            R"({"name":"a","description":"","type":"PostgreSQL","environment":"QA","masterConnectionString":"Host=a",
                     "replicas":[{"connectionString":"Host=b"}],"config":{"a":1}})",
            [](const std::string& text) { return problemsOf(text, readDatabaseRequest); }},
        Decoding{
            "migration",
            R"({"name":"a","description":"","targetDatabaseId":"a","migrationScript":"SELECT 1","rollbackScript":"SELECT 2",
                     "strategy":"Direct","riskLevel":"High","estimatedDuration":1,"dependencies":["a"],"tags":["b"]})",
            [](const std::string& text) { return problemsOf(text, readMigrationRequest); }},
        Decoding{"execute",
                 R"({"environment":"QA","strategy":"Direct","dryRun":true,"timeout":60,"autoRollback":true,
                     "monitoring":{"primarySeconds":1}})",
                 [](const std::string& text) { return problemsOf(text, readExecuteRequest); }},
        Decoding{"validate", R"({"dryRun":true,"rehearse":true})",
                 [](const std::string& text) { return problemsOf(text, readValidateRequest); }},
        Decoding{"reason", R"({"reason":"x"})", [](const std::string& text) { return problemsOf(text, readReason); }}),
    [](const auto& decoding) { return std::string(decoding.param.name); });

TEST(ExecuteRequest, SaysWhatIsNotAvailableYet) {
  const auto problems =
      problemsOf(R"({"phases":["master"],"onlineRewrite":true,"monitoring":{"replicaSeconds":1}})", readExecuteRequest);
  EXPECT_EQ(fieldsOf(problems), (std::vector<std::string>{"monitoring.replicaSeconds", "phases", "onlineRewrite"}));
  for (const ErrorDetail& problem : problems) EXPECT_NE(problem.message.find("not available yet"), std::string::npos);
}

TEST(ExecuteRequest, TakesTheWatchSettings) {
  const ExecuteRequest request = decoded(
      R"({"timeout":90,"autoRollback":false,"monitoring":{"primarySeconds":0,"latencyFactor":2.5,"lockWaitSeconds":1,"windowSeconds":3}})",
      readExecuteRequest);
  EXPECT_EQ(request.options.timeout, Seconds(90));
  EXPECT_FALSE(request.options.autoRollback);
  EXPECT_EQ(request.options.watch.primary, Seconds(0));
  EXPECT_EQ(request.options.watch.latencyFactor, 2.5);
  EXPECT_EQ(request.options.watch.lockWait, Seconds(1));
  EXPECT_EQ(request.options.watch.window, Seconds(3));
}

TEST(NewUser, RefusesWeakPasswordsAndOddNames) {
  EXPECT_EQ(passwordProblem("12345678901", "x"), "must have at least 12 characters");
  EXPECT_EQ(passwordProblem("äöüäöüäöüäö", "x"), "must have at least 12 characters");
  EXPECT_EQ(passwordProblem("Administrator", "administrator"), "must not be the username");
  EXPECT_EQ(passwordProblem("äöüäöüäöüäöü", "x"), "");
  EXPECT_NE(passwordProblem(std::string(1025, 'x'), "x"), "");
  for (const char* const name : {"", "a b", "a'b", "ä", "usr-01890a5d-ac96-774b-bcce-b302099a8057"}) {
    const JsonInput body{{"username", name}, {"password", "123456789012"}, {"role", "Viewer"}};
    EXPECT_FALSE(problemsOf(body.dump(), readNewUserRequest).empty()) << name;
  }
}

}  // namespace
}  // namespace hotswap::api
