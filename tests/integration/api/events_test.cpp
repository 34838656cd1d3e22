#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>

#include "support/api_server.h"
#include "support/eventually.h"
#include "support/raw_http.h"

namespace hotswap::support {
namespace {

/// An execution that nobody runs: what happens in it is published by the test.
class Events : public testing::Test {
 protected:
  Events() : server_([](api::ApiSettings& settings) { settings.limits.heartbeat = std::chrono::milliseconds(100); }) {
    database_.id = DatabaseId::make(server_.clock, server_.random);
    database_.name = "target";
    database_.masterConnectionString = "Host=127.0.0.1";
    server_.store.databases().add(database_);
    migration_.id = MigrationId::make(server_.clock, server_.random);
    migration_.name = "change";
    migration_.targetDatabaseId = database_.id;
    migration_.migrationScript = "SELECT 1";
    server_.store.migrations().add(migration_);
    execution_.id = ExecutionId::make(server_.clock, server_.random);
    execution_.migrationId = migration_.id;
    execution_.databaseId = database_.id;
    execution_.status = ExecutionStatus::Running;
    execution_.createdAt = server_.clock.now();
    server_.store.executions().add(execution_);
    server_.start();
  }

  std::string request(const std::string& more = "", const std::string& version = "1.1") {
    return fmt::format(
        "GET /api/v1/migrations/change/executions/{}/events HTTP/{}\r\nHost: x\r\nAuthorization: Bearer {}\r\n{}\r\n",
        execution_.id.text(), version, server_.token(Role::Viewer), more);
  }
  template <class What>
  void publish(What what) {
    server_.orchestrator.events().publish(
        {.sequence = 0, .executionId = execution_.id, .at = server_.clock.now(), .what = std::move(what)});
  }
  void progress(const std::string& activity) { publish(ProgressMade{.percent = 10, .activity = activity}); }
  void end() {
    execution_.status = ExecutionStatus::Succeeded;
    execution_.completedAt = server_.clock.now();
    server_.store.executions().save(execution_);
    publish(StatusChanged{.status = ExecutionStatus::Succeeded, .message = "done"});
  }
  static std::string idBefore(const std::string& stream, const std::string& marker) {
    const auto end = stream.find(marker);
    const auto start = stream.rfind("id: ", end) + 4;
    return stream.substr(start, stream.find('\n', start) - start);
  }

  ApiServer server_;
  DatabaseTarget database_;
  Migration migration_;
  Execution execution_;
};

TEST_F(Events, AreStreamedAsTheyHappen_UntilTheEnd) {
  RawConnection connection(server_.port());
  connection.send(request());
  EXPECT_TRUE(connection.readUntil("text/event-stream"));
  progress("one");
  EXPECT_TRUE(connection.readUntil("\"activity\":\"one\""));
  publish(PhaseChanged{.phase = {.name = "primary", .instances = {"primary"}, .status = PhaseStatus::Running}});
  EXPECT_TRUE(connection.readUntil("event: phase\ndata: {\"name\":\"primary\""));
  PerformanceSnapshot snapshot;
  snapshot.instance = "primary";
  publish(SnapshotTaken{.snapshot = snapshot});
  EXPECT_TRUE(connection.readUntil("event: snapshot\ndata: {\"instance\":\"primary\""));
  LogEntry entry;
  entry.sqlStatement = "CREATE TABLE a()";
  publish(StatementReported{.entry = entry});
  EXPECT_TRUE(connection.readUntil("CREATE TABLE a()"));
  end();
  EXPECT_TRUE(connection.readUntil("\"status\":\"Succeeded\""));
  EXPECT_TRUE(connection.readUntil("0\r\n\r\n"));
  EXPECT_TRUE(connection.closes());
}

TEST_F(Events, GoOnWhereTheWatcherWasCutOff) {
  RawConnection first(server_.port());
  first.send(request());
  progress("one");
  progress("two");
  const auto seen = first.readUntil(R"("activity":"one")");
  ASSERT_TRUE(seen);
  first.reset();
  progress("three");
  RawConnection second(server_.port());
  second.send(request("Last-Event-ID: " + idBefore(*seen, "event: progress") + "\r\n"));
  const auto resumed = second.readUntil(R"("activity":"three")");
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->find("\"one\""), std::string::npos);
  EXPECT_NE(resumed->find("\"two\""), std::string::npos);
}

TEST_F(Events, OfAnExecutionThatIsOverAreItsStatus) {
  end();
  server_.orchestrator.events().forget(execution_.id);
  const auto answer = rawExchange(server_.port(), request());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->body.starts_with("event: status\ndata: {\"status\":\"Succeeded\"")) << answer->body;
}

TEST_F(Events, AreSeparatedByHeartbeats_WhenNothingHappens) {
  RawConnection connection(server_.port());
  connection.send(request());
  EXPECT_TRUE(connection.readUntil(":\n\n"));
  EXPECT_TRUE(connection.readUntil(":\n\n"));
}

TEST_F(Events, OverHttp10EndWithTheConnection) {
  RawConnection connection(server_.port());
  connection.send(request("", "1.0"));
  EXPECT_TRUE(connection.readUntil("\r\n\r\n"));
  end();
  const auto text = connection.readUntil("\"Succeeded\"");
  ASSERT_TRUE(text);
  EXPECT_TRUE(connection.closes());
}

TEST_F(Events, TellOfAShutdown_AndLetTheServiceStop) {
  RawConnection connection(server_.port());
  connection.send(request());
  progress("one");
  EXPECT_TRUE(connection.readUntil("\"activity\":\"one\""));
  auto stopped = std::async(std::launch::async, [&] { server_.server->stop(std::chrono::seconds(60)); });
  EXPECT_TRUE(connection.readUntil("event: shutdown"));
  EXPECT_TRUE(connection.closes());
  stopped.get();
}

TEST_F(Events, OfASlowReaderDoNotHoldUpThePublisher) {
  RawConnection slow(server_.port());
  slow.send(request());
  EXPECT_TRUE(slow.readUntil("text/event-stream"));
  progress("begun");
  EXPECT_TRUE(slow.readUntil("begun"));
  LogEntry entry;
  entry.sqlStatement = std::string(3000, 'x');
  for (int i = 0; i < 20'000; ++i) publish(StatementReported{.entry = entry});
  // 60 MB fit neither into the socket nor into the queue of a reader who doesn't read: it is cut off, and may come
  // back.
  EXPECT_TRUE(slow.closes());
  EXPECT_EQ(server_.client()->get("/health").status, 200);
}

TEST_F(Events, AreForThoseWhoMayReadOnly) {
  const auto answer =
      rawExchange(server_.port(),
                  fmt::format("GET /api/v1/executions/{}/events HTTP/1.1\r\nHost: x\r\n\r\n", execution_.id.text()));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
}

TEST_F(Events, AreNotOpened_ForHead) {
  RawConnection connection(server_.port());
  std::string head = request();
  head.replace(0, 3, "HEAD");
  connection.send(head);
  const auto answer = connection.answer(std::chrono::seconds(30), true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.at("content-type"), "text/event-stream");
}

TEST_F(Events, MayLoseTheirWatchersAtAnyTime) {
  for (int i = 0; i < 50; ++i) {
    RawConnection connection(server_.port());
    connection.send(request());
    if (i % 2 == 0) connection.readUntil("text/event-stream");
    progress("x");
    connection.reset();
  }
  EXPECT_EQ(server_.client()->get("/health").status, 200);
}

}  // namespace
}  // namespace hotswap::support
