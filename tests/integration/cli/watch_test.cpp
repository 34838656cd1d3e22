#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>

#include "service_fixture.h"

namespace hotswap::cli {
namespace {

std::string event(int id, const std::string& name, const json& data) {
  return "id: " + std::to_string(id) + "\nevent: " + name + "\ndata: " + data.dump() + "\n\n";
}

json execution(const std::string& status) {
  return {
      {"executionId", "exec-1"}, {"status", status}, {"phases", json::array()}, {"progress", 0}, {"duration", nullptr}};
}

json log(int sequence, const std::string& message) {
  return {{"sequence", sequence},
          {"timestamp", "2027-01-15T08:00:01.000Z"},
          {"level", "info"},
          {"instance", "primary"},
          {"message", message}};
}

struct WatchTest : ServiceTest {
  WatchTest() { on("POST", "/migrations/m/execute", {{"executionId", "exec-1"}}, 202); }

  void onExecution(const std::vector<std::string>& statuses) {
    for (const std::string& status : statuses) on("GET", "/executions/exec-1", execution(status));
  }
  void onLogs(const json& logs) { on("GET", "/executions/exec-1/logs", {{"logs", logs}}); }
  void onEvents(const std::vector<std::string>& pieces, bool cut = false, std::function<void()> meanwhile = {},
                bool hold = false) {
    server.on("GET", "/api/v1/executions/exec-1/events",
              {.contentType = "text/event-stream",
               .pieces = pieces,
               .cut = cut,
               .hold = hold,
               .meanwhile = std::move(meanwhile)});
  }
  std::vector<ScriptedHttpServer::Request> connections() {
    return server.requests("GET", "/api/v1/executions/exec-1/events");
  }
};

TEST_F(WatchTest, ShowsWhatHappensAndEndsWithTheExecution) {
  onExecution({"Running", "Succeeded"});
  onLogs(json::array());
  onEvents({event(1, "phase", {{"name", "primary"}, {"instances", {"primary"}}, {"status", "Running"}}),
            event(2, "statement", log(1, "statement 1 of 1 done")), event(3, "status", {{"status", "Succeeded"}})});
  const Ran ran = hotswap({"execute", "m", "--watch"});
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ(ran.out,
            "Execution exec-1\n"
            "08:00:00Z status Running\n"
            "08:00:00Z phase primary: Running\n"
            "08:00:01Z primary: statement 1 of 1 done\n"
            "08:00:00Z status Succeeded\n"
            "Succeeded\n");
  EXPECT_EQ(ran.err, "");
}

TEST_F(WatchTest, PrintsLineByLine_OnATerminalThatKnowsNoEscapes) {
  hotswap.terminal = true;
  hotswap.variables["TERM"] = "dumb";
  onExecution({"Running", "Succeeded"});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "first")), event(2, "status", {{"status", "Succeeded"}})});
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ((ran.out + ran.err).find('\x1b'), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("primary: first\n"), std::string::npos) << ran.out;
}

TEST_F(WatchTest, EndsWithTheCodeOfTheResult) {
  const std::vector<std::pair<std::string, int>> cases{
      {"Succeeded", ExitCode::done}, {"Failed", ExitCode::failed}, {"RolledBack", ExitCode::pendingOrRolledBack}};
  for (const auto& [status, code] : cases) {
    ScriptedHttpServer own;
    own.on("GET", "/api/v1/executions/exec-1", {.body = execution(status).dump()});
    own.on("GET", "/api/v1/executions/exec-1/logs", {.body = "{\"logs\":[]}"});
    EXPECT_EQ(hotswap({"--url", own.url(), "execution", "watch", "exec-1"}).code, code) << status;
  }
}

TEST_F(WatchTest, GoesOnWhereItWas_WhenTheConnectionBreaks) {
  onExecution({"Running", "Running", "Succeeded"});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "first")), event(2, "statement", log(2, "second"))}, true);
  onEvents({event(2, "statement", log(2, "second")), event(3, "statement", log(3, "third")),
            event(4, "status", {{"status", "Succeeded"}})});
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  ASSERT_EQ(connections().size(), 2U);
  EXPECT_EQ(connections()[0].header("last-event-id"), "");
  EXPECT_EQ(connections()[1].header("last-event-id"), "2");
  EXPECT_EQ(ran.out.find("second"), ran.out.rfind("second"));
  EXPECT_NE(ran.out.find("third"), std::string::npos);
  EXPECT_NE(ran.err.find("connection lost"), std::string::npos);
  EXPECT_NE(ran.err.find("connected again"), std::string::npos);
}

TEST_F(WatchTest, FetchesTheLogLinesItHasMissed) {
  onExecution({"Running", "Running", "Succeeded"});
  onLogs(json::array());
  onLogs({log(2, "missed"), log(3, "too")});
  onEvents({event(1, "statement", log(1, "first"))}, true);
  onEvents({event(9, "status", {{"status", "Succeeded"}})});
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_NE(ran.out.find("first\n08:00:01Z primary: missed\n08:00:01Z primary: too\n"), std::string::npos) << ran.out;
}

TEST_F(WatchTest, SurvivesARestartOfTheService) {
  onExecution({"Running", "Running", "Running", "RolledBack"});
  onLogs(json::array());
  server.on(
      "GET", "/api/v1/executions/exec-1/events",
      {.contentType = "text/event-stream",
       .pieces = {event(1, "status", {{"status", "Running"}, {"message", "x"}}), "event: shutdown\ndata: {}\n\n"}});
  server.on("GET", "/api/v1/executions/exec-1/events",
            {.status = 503, .body = R"({"error":{"code":"UNAVAILABLE","message":"starting"}})"});
  onEvents({event(2, "status", {{"status", "RolledBack"}, {"message", "taken up again"}})});
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::pendingOrRolledBack) << ran.err;
  EXPECT_EQ(connections().size(), 3U);
  EXPECT_NE(ran.err.find("starting"), std::string::npos);
}

TEST_F(WatchTest, FindsTheEnd_WhenItCameWhileNobodyCouldListen) {
  onExecution({"Running", "Failed"});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "first"))}, true);
  EXPECT_EQ(hotswap({"execution", "watch", "exec-1"}).code, ExitCode::failed);
  EXPECT_EQ(connections().size(), 1U);
}

TEST_F(WatchTest, WaitsLongerBetweenTries_AndGivesUpInTheEnd) {
  onExecution({"Running"});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "first"))}, true, [this] { server.close(); });
  const auto before = hotswap.clock.steadyNow();
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::pendingOrRolledBack);
  EXPECT_NE(ran.err.find("trying again in 0.5 s"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("trying again in 10.0 s"), std::string::npos);
  EXPECT_NE(ran.err.find("look later with `hotswap execution watch exec-1`"), std::string::npos);
  EXPECT_GE(hotswap.clock.steadyNow() - before, std::chrono::minutes(10));
  EXPECT_LE(hotswap.clock.steadyNow() - before, std::chrono::minutes(11));
}

TEST_F(WatchTest, StopsAtOnce_WhenThereIsNoSuchExecution) {
  on("GET", "/executions/exec-1", {{"error", {{"code", "NOT_FOUND"}, {"message", "There is no such execution."}}}},
     404);
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(ran.err, "hotswap: There is no such execution.\n");
}

TEST_F(WatchTest, StopsAtOnce_WhenTheLoginHasEnded) {
  onExecution({"Running"});
  onLogs(json::array());
  server.on("GET", "/api/v1/executions/exec-1/events",
            {.status = 401, .body = R"({"error":{"code":"UNAUTHORIZED","message":"The token has run out."}})"});
  EXPECT_EQ(hotswap({"execution", "watch", "exec-1"}).code, ExitCode::failed);
  EXPECT_EQ(connections().size(), 1U);
}

TEST_F(WatchTest, CtrlCLeavesTheExecutionRunningAndSaysHowToGoOn) {
  onExecution({"Running"});
  onLogs(json::array());
  onEvents(
      {event(1, "statement", log(1, "first"))}, false, [] { ::kill(::getpid(), SIGINT); }, true);
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(ran.code, ExitCode::interrupted);
  EXPECT_EQ(ran.err,
            "hotswap: no longer watching; the execution goes on\n"
            "  look again: hotswap execution watch exec-1\n"
            "  stop it:    hotswap execution cancel exec-1\n");
  EXPECT_TRUE(server.requests("POST", "/api/v1/executions/exec-1/cancel").empty());
}

TEST_F(WatchTest, CtrlCWorks_WhileTheServiceHangs) {
  onExecution({"Running"});
  server.on("GET", "/api/v1/executions/exec-1", {.hold = true, .meanwhile = [] { ::kill(::getpid(), SIGINT); }});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "first"))}, true);
  EXPECT_EQ(hotswap({"execution", "watch", "exec-1"}).code, ExitCode::interrupted);
}

TEST_F(WatchTest, CtrlCDoesNotStopWhatComesAfterTheWatch) {
  onExecution({"Running"});
  onLogs(json::array());
  onEvents(
      {event(1, "statement", log(1, "first"))}, false, [] { ::kill(::getpid(), SIGINT); }, true);
  hotswap({"execution", "watch", "exec-1"});
  EXPECT_EQ(hotswap({"execution", "show", "exec-1"}).code, ExitCode::done);
}

TEST_F(WatchTest, PutsTheHandlersBack_WhenItIsOver) {
  struct sigaction before {};
  ::sigaction(SIGINT, nullptr, &before);
  onExecution({"Succeeded"});
  onLogs(json::array());
  hotswap({"execution", "watch", "exec-1"});
  struct sigaction after {};
  ::sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST_F(WatchTest, PrintsOnlyTheFinalExecution_WithJson) {
  onExecution({"Running", "Succeeded"});
  onEvents({event(1, "statement", log(1, "first")), event(2, "status", {{"status", "Succeeded"}})});
  const Ran ran = hotswap({"execute", "m", "--watch", "--json"});
  EXPECT_EQ(json::parse(ran.out), execution("Succeeded"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(WatchTest, DrawsInPlaceOnATerminal) {
  onExecution({"Running", "Succeeded"});
  onLogs(json::array());
  onEvents({event(1, "progress", {{"percent", 50}, {"activity", "building index: 41 %"}}),
            event(2, "statement", log(1, "a line")), event(3, "status", {{"status", "Succeeded"}})});
  hotswap.terminal = true;
  hotswap.variables["NO_COLOR"] = "1";
  const Ran ran = hotswap({"execution", "watch", "exec-1"});
  EXPECT_NE(ran.out.find("50 %  building index: 41 %"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("\x1b[2A\r\x1b[J08:00:01Z primary: a line\nexec-1  Running"), std::string::npos) << ran.out;
  EXPECT_TRUE(ran.out.ends_with("\x1b[2A\r\x1b[JSucceeded\n")) << ran.out;
}

TEST_F(WatchTest, AsksForTheBaseline_OnceFiguresCome) {
  json later = execution("Running");
  later["baseline"] = {{"instance", "primary"}, {"snapshot", {{"avgQueryLatencyMs", 1.0}}}};
  on("GET", "/executions/exec-1", execution("Running"));
  on("GET", "/executions/exec-1", later);
  on("GET", "/executions/exec-1", execution("Succeeded"));
  onLogs(json::array());
  onEvents({event(1, "snapshot", {{"instance", "primary"}, {"avgQueryLatencyMs", 1.1}}),
            event(2, "status", {{"status", "Succeeded"}})});
  EXPECT_NE(hotswap({"execution", "watch", "exec-1"}).out.find("latency 1.10 ms (baseline 1.00 ms, 1.1x)"),
            std::string::npos);
}

TEST_F(WatchTest, LogsFollowToTheEnd) {
  onExecution({"Running", "Succeeded"});
  onLogs({log(1, "old")});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "old")), event(2, "statement", log(2, "new")),
            event(3, "status", {{"status", "Succeeded"}})});
  const Ran ran = hotswap({"execution", "logs", "exec-1", "--follow"});
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ(ran.out, "08:00:01Z primary: old\n08:00:01Z primary: new\n");
}

TEST_F(WatchTest, LogsFollowAsOneJsonALine) {
  onExecution({"Running", "Succeeded"});
  onLogs(json::array());
  onEvents({event(1, "statement", log(1, "one")), event(2, "statement", log(2, "two")),
            event(3, "status", {{"status", "Succeeded"}})});
  std::istringstream lines(hotswap({"execution", "logs", "exec-1", "--follow", "--json"}).out);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(json::parse(line), log(1, "one"));
  std::getline(lines, line);
  EXPECT_EQ(json::parse(line), log(2, "two"));
}

}  // namespace
}  // namespace hotswap::cli
