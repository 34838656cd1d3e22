#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "service_fixture.h"

namespace hotswap::cli {
namespace {

const json database{{"databaseId", "db-1"},
                    {"name", "orders"},
                    {"description", ""},
                    {"type", "PostgreSQL"},
                    {"environment", "QA"},
                    {"masterConnectionString", "host=h password=****"},
                    {"replicas", json::array()},
                    {"health", "Healthy"},
                    {"config", {{"a", 1}}},
                    {"createdAt", "2027-01-15T08:00:00.000Z"},
                    {"version", 3}};
const json migration{{"migrationId", "mig-1"},
                     {"name", "add_note"},
                     {"targetDatabaseId", "db-1"},
                     {"status", "Draft"},
                     {"riskLevel", "Medium"},
                     {"strategy", nullptr},
                     {"tags", {"a", "b"}},
                     {"dependencies", json::array()},
                     {"createdBy", "admin"},
                     {"createdAt", "2027-01-15T08:00:00.000Z"},
                     {"updatedAt", "2027-01-15T08:00:00.000Z"},
                     {"checksum", "c0ffee"},
                     {"description", "d"},
                     {"migrationScript", "ALTER TABLE t ADD c int;\n"},
                     {"rollbackScript", nullptr},
                     {"version", 1}};

struct CommandsTest : ServiceTest {
  std::string fileWith(const std::string& name, const std::string& text) {
    const auto path = hotswap.home.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
};

TEST_F(CommandsTest, DatabaseAddSendsWhatWasSaid) {
  on("POST", "/databases", database, 201);
  const Ran ran = hotswap({"database", "add", "orders", "--environment", "qa", "--connection",
                           "Host=h;Username=u;Database=d", "--description", "shop", "--password-stdin"},
                          "hunter2\n");
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  const json request = sent("POST", "/databases");
  EXPECT_EQ(request.at("name"), "orders");
  EXPECT_EQ(request.at("type"), "PostgreSQL");
  EXPECT_EQ(request.at("environment"), "QA");
  EXPECT_EQ(request.at("description"), "shop");
  EXPECT_NE(request.at("masterConnectionString").get<std::string>().find("hunter2"), std::string::npos);
  EXPECT_EQ((ran.out + ran.err).find("hunter2"), std::string::npos);
  EXPECT_NE(ran.out.find("name         orders\nid           db-1\n"), std::string::npos) << ran.out;
}

TEST_F(CommandsTest, DatabaseAddTakesReferencesFilesAndTheEnvironment) {
  on("POST", "/databases", database, 201);
  hotswap({"database", "add", "a", "--environment", "QA", "--connection", "env:ORDERS"});
  hotswap({"database", "add", "b", "--environment", "QA", "--connection-file", fileWith("c", "host=h password=pw\n")});
  hotswap.variables["HOTSWAP_CONNECTION"] = "host=e password=pw";
  hotswap({"database", "add", "c", "--environment", "QA"});
  const auto requests = server.requests("POST", "/api/v1/databases");
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(json::parse(requests[0].body).at("masterConnectionString"), "env:ORDERS");
  EXPECT_EQ(json::parse(requests[1].body).at("masterConnectionString"), "host=h password=pw");
  EXPECT_EQ(json::parse(requests[2].body).at("masterConnectionString"), "host=e password=pw");
}

TEST_F(CommandsTest, DatabaseAddTakesReplicasFromAFile) {
  on("POST", "/databases", database, 201);
  const json replicas{{{"connectionString", "env:R1"}, {"role", "AsyncReplica"}}};
  hotswap({"database", "add", "orders", "--environment", "QA", "--connection", "env:P", "--from", "-"},
          json{{"replicas", replicas}}.dump());
  EXPECT_EQ(sent("POST", "/databases").at("replicas"), replicas);
}

TEST_F(CommandsTest, DatabaseAddIsWrongUse_WithoutEnvironmentOrConnection) {
  EXPECT_EQ(hotswap({"database", "add", "x", "--connection", "env:P"}).code, ExitCode::wrongUse);
  EXPECT_EQ(hotswap({"database", "add", "x", "--environment", "QA"}).code, ExitCode::wrongUse);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(CommandsTest, DatabaseUpdateChangesOnlyWhatWasSaid_AndOnlyThatVersion) {
  server.on("GET", "/api/v1/databases/orders", {.body = database.dump(), .headers = {{"ETag", "\"3\""}}});
  on("PUT", "/databases/orders", database);
  EXPECT_EQ(hotswap({"database", "update", "orders", "--description", "new"}).code, ExitCode::done);
  EXPECT_EQ(sent("PUT", "/databases/orders"), (json{{"name", "orders"},
                                                    {"description", "new"},
                                                    {"type", "PostgreSQL"},
                                                    {"environment", "QA"},
                                                    {"masterConnectionString", "host=h password=****"},
                                                    {"replicas", json::array()},
                                                    {"config", {{"a", 1}}}}));
  EXPECT_EQ(server.requests("PUT", "/api/v1/databases/orders").front().header("if-match"), "\"3\"");
}

TEST_F(CommandsTest, DatabaseUpdateIsWrongUse_WhenNothingChanges) {
  on("GET", "/databases/orders", database);
  EXPECT_EQ(hotswap({"database", "update", "orders"}).code, ExitCode::wrongUse);
}

TEST_F(CommandsTest, ListsAreTables) {
  on("GET", "/databases", {{"databases", {database}}, {"total", 1}, {"limit", 20}, {"offset", 0}});
  EXPECT_EQ(hotswap({"database", "list"}).out,
            "NAME    ID    TYPE        ENVIRONMENT  HEALTH   DESCRIPTION\n"
            "orders  db-1  PostgreSQL  QA           Healthy\n");
  EXPECT_EQ(hotswap({"database", "list", "-q"}).out, "db-1\n");
}

TEST_F(CommandsTest, ListsSayWhatTheyDoNotShow) {
  on("GET", "/migrations", {{"migrations", {migration}}, {"total", 57}, {"limit", 1}, {"offset", 4}});
  const Ran ran = hotswap({"migration", "list", "--limit", "1", "--offset", "4", "--status", "draft", "--database",
                           "orders", "--tag", "a b"});
  EXPECT_NE(ran.out.find("5 to 5 of 57; see --limit and --offset.\n"), std::string::npos) << ran.out;
  EXPECT_EQ(server.requests().front().target,
            "/api/v1/migrations?status=Draft&database=orders&tag=a%20b&limit=1&offset=4");
}

TEST_F(CommandsTest, AnEmptyListSaysSo) {
  on("GET", "/executions", {{"executions", json::array()}, {"total", 0}});
  EXPECT_EQ(hotswap({"execution", "list"}).out, "No executions.\n");
}

TEST_F(CommandsTest, JsonIsExactlyTheServicesAnswer) {
  const std::string body = "{ \"databases\" : [ ],\n \"total\":0, \"future\": 1e3 }";
  server.on("GET", "/api/v1/databases", {.body = body});
  const Ran ran = hotswap({"database", "list", "--json"});
  EXPECT_EQ(ran.out, body + "\n");
  EXPECT_EQ(ran.err, "");
}

TEST_F(CommandsTest, DatabaseHealthFails_WhenItIsUnhealthy) {
  on("GET", "/databases/orders/health",
     {{"status", "Unhealthy"},
      {"instances",
       {{{"instance", "primary"},
         {"status", "Unhealthy"},
         {"message", "connection refused"},
         {"replicationLagSeconds", 31.5},
         {"responseTimeMs", nullptr}}}}});
  const Ran ran = hotswap({"database", "health", "orders"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.out.find("primary   Unhealthy        31.5 s                  connection refused"), std::string::npos)
      << ran.out;
}

TEST_F(CommandsTest, RemovingSendsDelete) {
  server.on("DELETE", "/api/v1/databases/orders", {.status = 204});
  server.on("DELETE", "/api/v1/migrations/mig-1", {.status = 204});
  server.on("DELETE", "/api/v1/users/maria", {.status = 204});
  EXPECT_EQ(hotswap({"database", "remove", "orders"}).out, "Removed orders.\n");
  EXPECT_EQ(hotswap({"migration", "delete", "mig-1"}).out, "Deleted mig-1.\n");
  EXPECT_EQ(hotswap({"user", "remove", "maria", "--json"}).out, "");
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(CommandsTest, ANameCanNotLeaveItsPlaceInThePath) {
  hotswap({"database", "remove", "../users/admin?x=#"});
  EXPECT_EQ(server.requests().front().target, "/api/v1/databases/..%2Fusers%2Fadmin%3Fx%3D%23");
}

TEST_F(CommandsTest, MigrationCreateSendsScriptsAndFindings) {
  json written = migration;
  written["findings"] = {{{"rule", "lock"},
                          {"severity", "warning"},
                          {"message", "takes a strong lock"},
                          {"recommendation", "add it NOT VALID"},
                          {"script", "migrationScript"},
                          {"line", 1},
                          {"column", 7}}};
  on("POST", "/migrations", written, 201);
  const Ran ran = hotswap({"migration",
                           "create",
                           "add_note",
                           "--database",
                           "orders",
                           "--up",
                           fileWith("up.sql", "ALTER TABLE t ADD c int;\n"),
                           "--down",
                           "-",
                           "--tag",
                           "a",
                           "--tag",
                           "b",
                           "--depends-on",
                           "first",
                           "--strategy",
                           "direct",
                           "--risk",
                           "high",
                           "--description",
                           "d"},
                          "ALTER TABLE t DROP c;");
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ(sent("POST", "/migrations"), (json{{"name", "add_note"},
                                               {"targetDatabaseId", "orders"},
                                               {"migrationScript", "ALTER TABLE t ADD c int;\n"},
                                               {"rollbackScript", "ALTER TABLE t DROP c;"},
                                               {"tags", {"a", "b"}},
                                               {"dependencies", {"first"}},
                                               {"strategy", "Direct"},
                                               {"riskLevel", "High"},
                                               {"description", "d"}}));
  EXPECT_NE(ran.out.find("warning lock: takes a strong lock ("), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("  1 | ALTER TABLE t ADD c int;\n    |       ^\n  add it NOT VALID\n"), std::string::npos)
      << ran.out;
}

TEST_F(CommandsTest, MigrationCreatePrintsOnlyTheId_WhenQuiet) {
  on("POST", "/migrations", migration, 201);
  EXPECT_EQ(hotswap({"-q", "migration", "create", "x", "--database", "o", "--up", "-"}, "select 1").out, "mig-1\n");
}

TEST_F(CommandsTest, ASyntaxErrorIsShownInItsPlace) {
  on("POST", "/migrations",
     {{"error",
       {{"code", "VALIDATION_ERROR"},
        {"message", "The migration script is refused."},
        {"details",
         {{{"field", "migrationScript"},
           {"message", "syntax error at or near \"TABEL\""},
           {"line", 2},
           {"column", 8}}}},
        {"traceId", "t1"}}}},
     400);
  const Ran ran =
      hotswap({"migration", "create", "x", "--database", "o", "--up", "-"}, "select 1;\nCREATE TABEL x ();");
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "hotswap: The migration script is refused.\n"
            "  migrationScript: syntax error at or near \"TABEL\" (standard input:2:8)\n"
            "  2 | CREATE TABEL x ();\n"
            "    |        ^\n");
}

TEST_F(CommandsTest, AnErrorIsTheServicesJson_WithJson) {
  const json error{{"error",
                    {{"code", "CONFLICT"},
                     {"message", "It runs."},
                     {"details", json::array()},
                     {"traceId", "t"},
                     {"timestamp", "x"}}}};
  on("DELETE", "/migrations/m", error, 409);
  const Ran ran = hotswap({"migration", "delete", "m", "--json"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(json::parse(ran.err), error);
}

TEST_F(CommandsTest, RefusesTwoScriptsFromStandardInput) {
  EXPECT_EQ(hotswap({"migration", "create", "x", "--database", "o", "--up", "-", "--down", "-"}, "x").code,
            ExitCode::wrongUse);
}

TEST_F(CommandsTest, MigrationShowPrintsScripts_ButNoEscapeSequences) {
  json shown = migration;
  shown["migrationScript"] = "-- \x1b[2J\nselect 1;";
  on("GET", "/migrations/add_note", shown);
  const Ran ran = hotswap({"migration", "show", "add_note"});
  EXPECT_NE(ran.out.find("\nforward\n-- \\x1B[2J\nselect 1;\n"), std::string::npos) << ran.out;
}

TEST_F(CommandsTest, MigrationUpdateKeepsWhatIsNotNamed) {
  server.on("GET", "/api/v1/migrations/add_note", {.body = migration.dump(), .headers = {{"ETag", "\"1\""}}});
  on("PUT", "/migrations/add_note", migration);
  const Ran ran = hotswap({"migration", "update", "add_note", "--up", "-"}, "select 2;");
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  const json request = sent("PUT", "/migrations/add_note");
  EXPECT_EQ(request.at("migrationScript"), "select 2;");
  EXPECT_EQ(request.at("tags"), (json{"a", "b"}));
  EXPECT_EQ(request.at("riskLevel"), "Medium");
  EXPECT_FALSE(request.contains("status"));
  EXPECT_FALSE(request.contains("version"));
  EXPECT_NE(ran.err.find("risk Medium is kept"), std::string::npos);
  EXPECT_EQ(server.requests("PUT", "/api/v1/migrations/add_note").front().header("if-match"), "\"1\"");
}

TEST_F(CommandsTest, ValidateShowsFindingsInTheScript_AndFails) {
  on("POST", "/migrations/add_note/validate",
     {{"isValid", false},
      {"errors",
       {{{"rule", "missing-object"},
         {"severity", "error"},
         {"message", "there is no table t"},
         {"script", "migrationScript"},
         {"line", 1},
         {"column", 13}}}},
      {"warnings", json::array()},
      {"infos", json::array()},
      {"riskLevel", "Low"},
      {"dryRun", true},
      {"statements",
       {{{"index", 0},
         {"line", 1},
         {"kind", "ALTER TABLE"},
         {"transactional", true},
         {"unit", 0},
         {"blocks", {{"reads", true}, {"writes", true}}},
         {"estimatedSeconds", 12.4},
         {"sql", "ALTER TABLE t ADD c int"}}}}});
  on("GET", "/migrations/add_note", migration);
  const Ran ran = hotswap({"migration", "validate", "add_note", "--dry-run"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(sent("POST", "/migrations/add_note/validate"), (json{{"dryRun", true}}));
  EXPECT_EQ(ran.out,
            "error missing-object: there is no table t (forward:1:13)\n"
            "  1 | ALTER TABLE t ADD c int;\n"
            "    |             ^\n"
            "\n"
            "STATEMENT  LINE  KIND         TRANSACTION  BLOCKS         FOR ABOUT  SQL\n"
            "        1     1  ALTER TABLE  0            reads, writes       12 s  ALTER TABLE t ADD c int\n"
            "\n"
            "Not valid, risk Low, tried in a transaction that was rolled back\n");
}

TEST_F(CommandsTest, ValidateShowsWhatCannotBeTakenBack_TheWayBackThatFollows_AndTheRehearsal) {
  json draft = migration;
  draft["rollbackScript"] = nullptr;
  on("POST", "/migrations/add_note/validate",
     {{"isValid", true},
      {"errors", json::array()},
      {"warnings", json::array()},
      {"infos", json::array()},
      {"riskLevel", "High"},
      {"rollback", {{"script", "ALTER TABLE t ADD COLUMN c int;\n"}, {"reversible", false}}},
      {"rehearsal", {{"ran", false}, {"passed", false}, {"message", "Give the role CREATEDB."}}},
      {"statements", {{{"index", 0}, {"kind", "ALTER TABLE"}, {"lost", {"The values of t.c are lost."}}}}}});
  on("GET", "/migrations/add_note", draft);
  const Ran ran = hotswap({"migration", "validate", "add_note", "--rehearse"});
  EXPECT_EQ(ran.code, ExitCode::done);
  EXPECT_EQ(sent("POST", "/migrations/add_note/validate"), (json{{"dryRun", false}, {"rehearse", true}}));
  EXPECT_THAT(ran.out, testing::HasSubstr("\nStatement 1 can't be taken back whole: The values of t.c are lost.\n"
                                          "As much of a way back as there is:\n  ALTER TABLE t ADD COLUMN c int;\n"));
  EXPECT_THAT(ran.out, testing::HasSubstr("\nThe rehearsal was not possible: Give the role CREATEDB.\n"));
}

TEST_F(CommandsTest, ExecuteSendsEveryOverride_AndSaysHowToWatch) {
  on("POST", "/migrations/add_note/execute", {{"executionId", "exec-1"}}, 202);
  const Ran ran = hotswap({"execute",
                           "add_note",
                           "--strategy",
                           "direct",
                           "--dry-run",
                           "--environment",
                           "QA",
                           "--timeout",
                           "PT30M",
                           "--no-auto-rollback",
                           "--watch-seconds",
                           "5m",
                           "--baseline-seconds",
                           "3",
                           "--latency-factor",
                           "1.3",
                           "--window-seconds",
                           "2",
                           "--lock-wait-seconds",
                           "1.5",
                           "--lag-seconds",
                           "9",
                           "--cpu-percent",
                           "80"});
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ(sent("POST", "/migrations/add_note/execute"), (json{{"strategy", "Direct"},
                                                                {"dryRun", true},
                                                                {"environment", "QA"},
                                                                {"timeout", 1800.0},
                                                                {"autoRollback", false},
                                                                {"monitoring",
                                                                 {{"primarySeconds", 300.0},
                                                                  {"baselineSeconds", 3.0},
                                                                  {"latencyFactor", 1.3},
                                                                  {"windowSeconds", 2.0},
                                                                  {"lockWaitSeconds", 1.5},
                                                                  {"lagSeconds", 9.0},
                                                                  {"cpuPercent", 80.0}}}}));
  EXPECT_EQ(ran.out, "Execution exec-1 is accepted.\nWatch it with: hotswap execution watch exec-1\n");
}

TEST_F(CommandsTest, ExecuteSendsNothingThatWasNotSaid) {
  on("POST", "/migrations/add_note/execute", {{"executionId", "exec-1"}}, 202);
  EXPECT_EQ(hotswap({"execute", "add_note", "-q"}).out, "exec-1\n");
  EXPECT_EQ(sent("POST", "/migrations/add_note/execute"), json::object());
}

TEST_F(CommandsTest, ExecuteRefusesADurationThatIsNone) {
  const Ran ran = hotswap({"execute", "m", "--timeout", "soon"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_NE(ran.err.find("--timeout takes a duration"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(CommandsTest, CancelSendsTheReason) {
  on("POST", "/executions/exec-1/cancel", {{"executionId", "exec-1"}});
  EXPECT_EQ(hotswap({"execution", "cancel", "exec-1", "--reason", "wrong week"}).code, ExitCode::done);
  EXPECT_EQ(sent("POST", "/executions/exec-1/cancel"), (json{{"reason", "wrong week"}}));
}

TEST_F(CommandsTest, RollbackSaysByItsCodeHowItWent) {
  on("POST", "/executions/a/rollback", {{"status", "RolledBack"}, {"rollbackDuration", 1.25}});
  on("POST", "/executions/b/rollback", {{"status", "Running"}}, 202);
  on("POST", "/executions/c/rollback", {{"status", "Failed"}});
  const Ran done = hotswap({"execution", "rollback", "a"});
  EXPECT_EQ(done.code, ExitCode::done);
  EXPECT_EQ(done.out, "RolledBack, the way back took 1.2 s\n");
  EXPECT_EQ(hotswap({"execution", "rollback", "b"}).code, ExitCode::pendingOrRolledBack);
  EXPECT_EQ(hotswap({"execution", "rollback", "c"}).code, ExitCode::failed);
}

TEST_F(CommandsTest, ExecutionShowTellsTheWholeStory) {
  on("GET", "/executions/exec-1",
     {{"executionId", "exec-1"},
      {"status", "Failed"},
      {"errorMessage", "relation t is missing"},
      {"phases", {{{"name", "primary"}, {"instances", {"primary"}}, {"status", "Failed"}}}},
      {"duration", 2}});
  const Ran ran = hotswap({"execution", "show", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::done);
  EXPECT_NE(ran.out.find("phase primary (primary): Failed\nFailed after 2.0 s\n  why: relation t is missing\n"),
            std::string::npos)
      << ran.out;
}

TEST_F(CommandsTest, LogsAreTheMessagesAlone_WithQuiet) {
  on("GET", "/executions/exec-1/logs",
     {{"logs",
       {{{"sequence", 1}, {"timestamp", "2027-01-15T08:00:01.000Z"}, {"level", "info"}, {"message", "one"}},
        {{"sequence", 2}, {"timestamp", "2027-01-15T08:00:02.000Z"}, {"level", "error"}, {"message", "two"}}}},
      {"total", 2}});
  EXPECT_EQ(hotswap({"execution", "logs", "exec-1", "-q"}).out, "one\ntwo\n");
}

TEST_F(CommandsTest, LogsReadPageAfterPage) {
  json first = json::array();
  for (int sequence = 1; sequence <= 200; ++sequence) first.push_back({{"sequence", sequence}, {"message", "line"}});
  on("GET", "/executions/exec-1/logs", {{"logs", first}, {"total", 201}});
  on("GET", "/executions/exec-1/logs",
     {{"logs",
       {{{"sequence", 201},
         {"timestamp", "2027-01-15T08:00:01.000Z"},
         {"level", "error"},
         {"message", "last"},
         {"sqlStatement", "select\n1"}}}},
      {"total", 201}});
  const Ran ran = hotswap({"execution", "logs", "exec-1", "--statements"});
  EXPECT_EQ(ran.code, ExitCode::done);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 203);
  EXPECT_NE(ran.out.find("08:00:01Z error last\n    select\n    1\n"), std::string::npos);
  EXPECT_EQ(server.requests().back().target, "/api/v1/executions/exec-1/logs?after=200&limit=200");
}

TEST_F(CommandsTest, UserAddReadsThePasswordFromStandardInput_AndNotFromTheLoginsVariable) {
  on("POST", "/users", {{"userId", "usr-1"}, {"username", "maria"}, {"role", "DBA"}}, 201);
  hotswap.variables["HOTSWAP_PASSWORD"] = "of-the-admin";
  EXPECT_EQ(hotswap({"user", "add", "maria", "--role", "dba"}).code, ExitCode::wrongUse);
  const Ran ran = hotswap({"user", "add", "maria", "--role", "dba", "--password-stdin"}, "of-maria-long\n");
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ(sent("POST", "/users"), (json{{"username", "maria"}, {"role", "DBA"}, {"password", "of-maria-long"}}));
  EXPECT_EQ((ran.out + ran.err).find("of-maria-long"), std::string::npos);
}

TEST_F(CommandsTest, UserUpdateSendsOnlyWhatChanges) {
  on("PUT", "/users/maria", {{"userId", "usr-1"}, {"username", "maria"}});
  EXPECT_EQ(hotswap({"user", "update", "maria", "--role", "Viewer", "--disable"}).code, ExitCode::done);
  EXPECT_EQ(sent("PUT", "/users/maria"), (json{{"role", "Viewer"}, {"disabled", true}}));
  EXPECT_EQ(hotswap({"user", "update", "maria"}).code, ExitCode::wrongUse);
  EXPECT_EQ(hotswap({"user", "update", "maria", "--disable", "--enable"}).code, ExitCode::wrongUse);
}

TEST_F(CommandsTest, SaysThatTheServiceCanNotBeReached) {
  server.close();
  const Ran ran = hotswap({"database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_TRUE(ran.err.starts_with("hotswap: " + server.url() + " can't be reached: ")) << ran.err;
  EXPECT_EQ(json::parse(hotswap({"database", "list", "--json"}).err).at("error").at("code"), "UNAVAILABLE");
}

TEST_F(CommandsTest, SaysThatTheOutcomeIsUnknown_WhenTheConnectionBreaksDuringAWrite) {
  server.on("POST", "/api/v1/migrations/m/execute", {.status = 202, .body = "{\"executionId\":", .cut = true});
  const Ran ran = hotswap({"execute", "m"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("whether it has done what was asked is not known"), std::string::npos) << ran.err;
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CommandsTest, GivesUpOnAnAnswerThatNeverComes) {
  server.on("GET", "/api/v1/databases", {.hold = true});
  const Ran ran = hotswap({"--request-timeout", "0.2", "database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("gave no answer in time"), std::string::npos) << ran.err;
}

TEST_F(CommandsTest, SurvivesAnAnswerThatIsNoJson) {
  server.on("GET", "/api/v1/databases", {.body = "<html>", .contentType = "text/html"});
  const Ran ran = hotswap({"database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("no JSON"), std::string::npos);
}

TEST_F(CommandsTest, SurvivesAnswersOfAnotherShape) {
  for (const std::string body :
       {"[]", "null", "7", "{}", R"({"databases":{"a":1}})", R"({"databases":[null,7,{"name":{}}],"total":"x"})"}) {
    server.on("GET", "/api/v1/databases", {.body = body});
    EXPECT_EQ(hotswap({"database", "list"}).code, ExitCode::done) << body;
  }
}

TEST_F(CommandsTest, SendsABigScriptWhole) {
  on("POST", "/migrations", migration, 201);
  const std::string script = "select '" + std::string(std::size_t{9} * 1024 * 1024, 'x') + "';";
  EXPECT_EQ(hotswap({"migration", "create", "x", "--database", "o", "--up", "-"}, script).code, ExitCode::done);
  EXPECT_EQ(sent("POST", "/migrations").at("migrationScript"), script);
}

TEST_F(CommandsTest, RefusesAScriptThatIsTooBig_WithoutSendingIt) {
  const Ran ran = hotswap({"migration", "create", "x", "--database", "o", "--up", "-"},
                          std::string(std::size_t{10} * 1024 * 1024 + 1, 'x'));
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("bigger than the 10 MiB allowed"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace hotswap::cli
