#include <fmt/format.h>
#include <gtest/gtest.h>

#include <list>
#include <random>

#include "support/api_server.h"
#include "support/eventually.h"
#include "support/raw_http.h"

namespace hotswap::support {
namespace {

/// Requests that no decent client would send. After each of them the service has to be as well as before.
class HostileRequests : public testing::Test {
 protected:
  HostileRequests()
      : server_([](api::ApiSettings& settings) {
          settings.limits.headerTimeout = std::chrono::milliseconds(300);
          settings.limits.bodyTimeout = std::chrono::milliseconds(300);
          settings.limits.bodyBytes = std::size_t{1} * 1024 * 1024;
          settings.limits.connections = 50;
        }) {
    server_.start();
  }
  void TearDown() override {
    EXPECT_TRUE(eventually([&] { return JsonClient(server_.url()).get("/health").status == 200; }))
        << "the service is not well";
  }

  std::string head(const std::string& line, const std::string& more = "") const {
    return fmt::format("{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n{}", line, server_.token(Role::Admin),
                       more);
  }
  std::string request(const std::string& line, const std::string& body, const std::string& more = "") const {
    return head(line,
                fmt::format("Content-Type: application/json\r\n{}Content-Length: {}\r\n\r\n", more, body.size())) +
           body;
  }
  RawAnswer exchange(const std::string& bytes) {
    const auto answer = rawExchange(server_.port(), bytes);
    EXPECT_TRUE(answer) << "no answer to " << bytes.substr(0, 200);
    return answer.value_or(RawAnswer{});
  }
  /// Every error has the contract's form.
  void expectError(const RawAnswer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.errorCode(), code) << answer.body;
    const auto error = nlohmann::json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(error.is_object()) << answer.body;
    EXPECT_FALSE(error["error"]["message"].get<std::string>().empty());
    EXPECT_EQ(error["error"]["traceId"].get<std::string>().size(), 32U);
    EXPECT_TRUE(error["error"]["details"].is_array());
    EXPECT_EQ(error["error"]["traceId"], answer.headers.at("x-trace-id"));
  }
  ApiServer server_;
};

TEST_F(HostileRequests, GetTheContractsError_WhereTheyAreNoHttp) {
  for (const char* const bytes :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n",
        "GET / HTTP/1.1\r\nHo st: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n"}) {
    expectError(exchange(bytes), 400, "VALIDATION_ERROR");
  }
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheHostIsMissingOrTwice) {
  expectError(exchange("GET /health HTTP/1.1\r\n\r\n"), 400, "VALIDATION_ERROR");
  expectError(exchange("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400, "VALIDATION_ERROR");
}

TEST_F(HostileRequests, GetTheContractsError_WhereAHeaderIsFolded) {
  for (const char* const folded :
       {"X: a\r\n b\r\n", "X: a\r\n\tb\r\n", "X: a\r\n \r\n", "Transfer-Encoding:\r\n chunked\r\n"}) {
    RawConnection connection(server_.port());
    connection.send(fmt::format("GET /health HTTP/1.1\r\nHost: x\r\n{}\r\n", folded));
    const auto answer = connection.answer();
    ASSERT_TRUE(answer) << folded;
    expectError(*answer, 400, "VALIDATION_ERROR");
    EXPECT_EQ(answer->headers.at("connection"), "close") << folded;
  }
  expectError(exchange("GET /health HTTP/1.1\r\n Host: x\r\n\r\n"), 400, "VALIDATION_ERROR");
}

TEST_F(HostileRequests, OfEmptyLinesAloneGetNoAttention) {
  expectError(exchange("\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"), 400, "VALIDATION_ERROR");
}

TEST_F(HostileRequests, CanNotSmuggleASecondRequest) {
  const std::string second = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string headers :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n", "Content-Length: -1\r\n", "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n", "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"}) {
    RawConnection connection(server_.port());
    connection.send(head("POST /api/v1/users", "Content-Type: application/json\r\n" + headers + "\r\n") + "0\r\n\r\n" +
                    second);
    auto answer = connection.answer();
    ASSERT_TRUE(answer) << headers;
    EXPECT_EQ(answer->status, 400) << headers;
    EXPECT_EQ(answer->headers["connection"], "close") << headers;
    EXPECT_FALSE(connection.answer(std::chrono::seconds(5))) << "a second answer after " << headers;
  }
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheHeaderIsHuge) {
  expectError(exchange("GET /health HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n"), 400,
              "VALIDATION_ERROR");
  expectError(exchange("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 400, "VALIDATION_ERROR");
  std::string many = "GET /health HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 20'000; ++i) many += "A: b\r\n";
  expectError(exchange(many + "\r\n"), 400, "VALIDATION_ERROR");
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheJsonIsBroken) {
  const RawAnswer answer = exchange(request("POST /api/v1/users", "{\"username\": \n x}"));
  expectError(answer, 400, "VALIDATION_ERROR");
  EXPECT_NE(answer.body.find("line 2, column 2"), std::string::npos) << answer.body;
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheJsonIsDeep) {
  expectError(exchange(request("POST /api/v1/migrations", std::string(100'000, '['))), 400, "VALIDATION_ERROR");
  expectError(exchange(request("POST /api/v1/migrations", "{\"a\":" + std::string(100'000, '{'))), 400,
              "VALIDATION_ERROR");
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheBodyIsHuge) {
  const std::string huge(2'000'000, 'x');
  expectError(exchange(request("POST /api/v1/migrations", huge)), 413, "PAYLOAD_TOO_LARGE");
  expectError(exchange(request("POST /api/v1/users", std::string(70'000, ' '))), 413, "PAYLOAD_TOO_LARGE");
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheBodyIsHugeInChunks) {
  RawConnection connection(server_.port());
  connection.send(
      head("POST /api/v1/migrations", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 20 && connection.send(chunk); ++i) continue;
  const auto answer = connection.answer();
  ASSERT_TRUE(answer);
  expectError(*answer, 413, "PAYLOAD_TOO_LARGE");
}

TEST_F(HostileRequests, AreNotReadAtAll_WhereTheTokenIsMissing) {
  RawConnection connection(server_.port());
  connection.send(
      "POST /api/v1/migrations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
      "900000\r\n\r\n");
  const auto answer = connection.answer();
  ASSERT_TRUE(answer);
  expectError(*answer, 401, "UNAUTHORIZED");
  EXPECT_EQ(answer->headers.at("connection"), "close");
}

TEST_F(HostileRequests, GetTheContractsError_WhereAChunkIsEndless) {
  RawConnection connection(server_.port());
  connection.send(
      head("POST /api/v1/migrations", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
  connection.send("5;" + std::string(300'000, 'x'));
  const auto answer = connection.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheBodyIsNoJsonByItsType) {
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data", ""}) {
    const std::string body = "{}";
    expectError(
        exchange(head("POST /api/v1/users", fmt::format("Content-Type: {}\r\nContent-Length: 2\r\n\r\n", type)) + body),
        415, "UNSUPPORTED_MEDIA_TYPE");
  }
  expectError(exchange(request("POST /api/v1/users", "{}", "Content-Encoding: gzip\r\n")), 415,
              "UNSUPPORTED_MEDIA_TYPE");
}

TEST_F(HostileRequests, GetTheContractsError_WhereThePathOrMethodIsUnknown) {
  expectError(exchange(head("GET /nothing", "\r\n")), 404, "NOT_FOUND");
  expectError(exchange(head("GET /../../etc/passwd", "\r\n")), 404, "NOT_FOUND");
  expectError(exchange(head("GET /swagger/..%2f..%2fpackage.json", "\r\n")), 404, "NOT_FOUND");
  for (const char* const method : {"PATCH", "OPTIONS", "TRACE", "PROPFIND", "X"}) {
    const RawAnswer answer = exchange(head(std::string(method) + " /api/v1/migrations", "\r\n"));
    if (answer.errorCode() == "VALIDATION_ERROR") continue;  // not even a method
    expectError(answer, 405, "METHOD_NOT_ALLOWED");
    EXPECT_EQ(answer.headers.at("allow"), "POST, GET, HEAD") << method;
  }
}

TEST_F(HostileRequests, GetTheContractsError_WhereTheQueryIsWrong) {
  for (const char* const query :
       {"limit=0", "limit=201", "limit=-1", "limit=x", "limit=1e2", "limit=99999999999999999999", "limit=1&limit=2",
        "offset=-1", "status=Nope", "unknown=1", "limit=%", "tag=%00"}) {
    expectError(exchange(head(std::string("GET /api/v1/migrations?") + query, "\r\n")), 400, "VALIDATION_ERROR");
  }
}

TEST_F(HostileRequests, GetTheContractsError_WhereABodyIsNotWanted) {
  expectError(exchange(request("GET /api/v1/migrations", "{}")), 400, "VALIDATION_ERROR");
  expectError(exchange(request("DELETE /api/v1/users/x", "{}")), 400, "VALIDATION_ERROR");
}

TEST_F(HostileRequests, CarryNoSqlIntoTheStore) {
  const std::string sql = R"('; DROP TABLE users; --" OR 1=1)";
  auto client = server_.client();
  nlohmann::json database{{"name", "victim"},
                          {"description", sql},
                          {"type", "PostgreSQL"},
                          {"environment", "QA"},
                          {"masterConnectionString", "Host=127.0.0.1;Database=a' OR '1'='1"},
                          {"config", {{"x'; DROP TABLE users", sql}}}};
  const nlohmann::json made = client->must("POST", "/api/v1/databases", database);
  EXPECT_EQ(made["description"], sql);
  database["name"] = sql;
  EXPECT_EQ(client->post("/api/v1/databases", database).status, 400);
  EXPECT_EQ(client->post("/api/v1/users", {{"username", sql}, {"password", sql}, {"role", "Viewer"}}).status, 400);
  EXPECT_EQ(client->post("/api/v1/authentication/login", {{"username", sql}, {"password", sql}}).status, 401);
  const std::string escaped = "%27%3B%20DROP%20TABLE%20users%3B--";
  for (const std::string path :
       {"/api/v1/databases/", "/api/v1/migrations/", "/api/v1/users/", "/api/v1/executions/"}) {
    EXPECT_EQ(client->get(path + escaped).status, 404) << path;
  }
  EXPECT_EQ(client->get("/api/v1/migrations?tag=" + escaped).json()["total"], 0);
  EXPECT_EQ(client->get("/api/v1/migrations?database=" + escaped).status, 404);
  EXPECT_EQ(client->get("/api/v1/users").json()["total"], 4);
}

TEST_F(HostileRequests, AreCutOff_WhereTheHeaderComesSlowly) {
  RawConnection connection(server_.port());
  connection.send("GET /health HTTP/1.1\r\nHo");
  const auto answer = connection.answer();
  ASSERT_TRUE(answer);
  expectError(*answer, 400, "VALIDATION_ERROR");
  EXPECT_TRUE(connection.closes());
}

TEST_F(HostileRequests, AreCutOff_WhereNothingComesAtAll) {
  RawConnection connection(server_.port());
  EXPECT_TRUE(connection.closes());
}

TEST_F(HostileRequests, AreCutOff_WhereTheBodyComesSlowly) {
  RawConnection connection(server_.port());
  connection.send(head("POST /api/v1/migrations", "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n") +
                  "{");
  const auto answer = connection.answer();
  ASSERT_TRUE(answer);
  expectError(*answer, 400, "VALIDATION_ERROR");
  EXPECT_TRUE(connection.closes());
}

TEST_F(HostileRequests, AreCutOff_WhereTheHeaderStillDripsWhenItsTimeRunsOut) {
  std::list<RawConnection> dripping;
  for (int i = 0; i < 40; ++i) dripping.emplace_back(server_.port()).send("GET /health HTTP/1.1\r\nX: ");
  // Only a byte that comes just when the time runs out counts, so they come all the time.
  const auto end = std::chrono::steady_clock::now() + 2 * server_.settings.limits.headerTimeout;
  while (std::chrono::steady_clock::now() < end) {
    for (RawConnection& connection : dripping) connection.send("a");
  }
  for (RawConnection& connection : dripping) EXPECT_TRUE(connection.closes());
}

TEST_F(HostileRequests, DoNotKeepOthersFromBeingServed_WhileTheyAreSlow) {
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 40; ++i) {
    slow.push_back(std::make_unique<RawConnection>(server_.port()));
    slow.back()->send("GET /health HTTP/1.1\r\nX: ");
  }
  EXPECT_EQ(server_.client()->get("/api/v1/migrations").status, 200);
}

TEST_F(HostileRequests, AreTurnedAway_WhereThereAreTooManyConnections) {
  std::vector<std::unique_ptr<RawConnection>> many;
  int turnedAway = 0;
  for (int i = 0; i < 200; ++i) many.push_back(std::make_unique<RawConnection>(server_.port()));
  for (const auto& connection : many) {
    const auto answer = connection->answer(std::chrono::seconds(5));
    if (answer && answer->status == 503 && answer->errorCode() == "UNAVAILABLE") ++turnedAway;
  }
  EXPECT_GE(turnedAway, 1);
}

TEST_F(HostileRequests, MayBeDroppedHalfWay) {
  for (int i = 0; i < 200; ++i) {
    RawConnection connection(server_.port());
    connection.send(
        std::string(head("POST /api/v1/migrations", "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"))
            .substr(0, static_cast<std::size_t>(i)));
    if (i % 2 == 0) connection.reset();
  }
}

TEST_F(HostileRequests, MayBeRandomBytes) {
  std::mt19937 random(20260101);
  for (int i = 0; i < 100; ++i) {
    std::string bytes(1 + random() % 4000, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    RawConnection connection(server_.port());
    if (i % 2 == 0) connection.send("GET / HTTP/1.1\r\n");
    connection.send(bytes + "\r\n\r\n");
    connection.closeSending();
    connection.closes(std::chrono::seconds(10));
  }
}

TEST_F(HostileRequests, OverTlsToAPlainPortAreEnded) {
  RawConnection connection(server_.port());
  connection.send(std::string("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10));
  connection.closeSending();
  EXPECT_TRUE(connection.closes());
}

}  // namespace
}  // namespace hotswap::support
