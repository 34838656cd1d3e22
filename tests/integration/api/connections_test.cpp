#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <list>

#include "support/api_server.h"
#include "support/eventually.h"
#include "support/raw_http.h"
#include "support/server_process.h"

namespace hotswap::support {
namespace {

const std::string healthRequest = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Connections, CarryManyRequests) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  for (int i = 0; i < 20; ++i) {
    connection.send(healthRequest);
    const auto answer = connection.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }
}

TEST(Connections, AnswerPipelinedRequestsInOrder) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send(healthRequest + "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n" +
                  "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n" + healthRequest);
  EXPECT_EQ(connection.answer()->status, 200);
  EXPECT_EQ(connection.answer()->status, 404);
  EXPECT_EQ(connection.answer(std::chrono::seconds(30), true)->status, 200);
  EXPECT_EQ(connection.answer()->status, 200);
}

TEST(Connections, PassOverEmptyLinesBeforeARequest) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send("\r\n" + healthRequest + "\r\n" + healthRequest);
  EXPECT_EQ(connection.answer()->status, 200);
  EXPECT_EQ(connection.answer()->status, 200);
  connection.send("\r");
  connection.send("\n" + healthRequest);
  EXPECT_EQ(connection.answer()->status, 200);
}

TEST(Connections, GoOn_AfterARequestThatWasRefused) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  const std::string token = server.token(Role::Admin);
  connection.send(
      fmt::format("POST /api/v1/users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: "
                  "application/json\r\nContent-Length: 3\r\n\r\n{{x}}",
                  token));
  EXPECT_EQ(connection.answer()->status, 400);
  connection.send(healthRequest);
  EXPECT_EQ(connection.answer()->status, 200);
}

TEST(Connections, EndWhenTheyAreAskedTo) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(connection.answer()->headers.at("connection"), "close");
  EXPECT_TRUE(connection.closes());
}

TEST(Connections, OfHttp10EndAfterOneAnswer) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send("GET /health HTTP/1.0\r\n\r\n");
  EXPECT_EQ(connection.answer()->status, 200);
  EXPECT_TRUE(connection.closes());
}

TEST(Connections, ThatAreHalfClosedStillGetTheirAnswer) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send(healthRequest);
  connection.closeSending();
  EXPECT_EQ(connection.answer()->status, 200);
  EXPECT_TRUE(connection.closes());
}

TEST(Connections, EndWhenTheyAreIdleForTooLong) {
  ApiServer server([](api::ApiSettings& settings) { settings.limits.idleTimeout = std::chrono::milliseconds(200); });
  server.start();
  RawConnection connection(server.port());
  connection.send(healthRequest);
  EXPECT_EQ(connection.answer()->status, 200);
  EXPECT_TRUE(connection.closes());
}

TEST(Connections, AreToldToGoOn_WhereTheyWaitForIt) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send(
      "POST /api/v1/authentication/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: "
      "100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_TRUE(connection.readUntil("100 Continue\r\n\r\n"));
  connection.send("{}");
  EXPECT_EQ(connection.answer()->status, 400);
}

TEST(Connections, CarryTheBodyInChunks) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send(
      "POST /api/v1/authentication/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n");
  const std::string body = fmt::format(R"({{"username":"admin","password":"{}"}})", ApiServer::password);
  for (const char c : body) connection.send(fmt::format("1\r\n{}\r\n", c));
  connection.send("0\r\n\r\n");
  EXPECT_EQ(connection.answer()->status, 200);
}

TEST(Connections, SayTheLengthButSendNoBody_ForHead) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send("HEAD /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" + healthRequest);
  const auto head = connection.answer(std::chrono::seconds(30), true);
  EXPECT_GT(std::stoi(head->headers.at("content-length")), 1000);
  EXPECT_EQ(connection.answer()->json()["status"], "ok");
}

/// The status of a request that comes from that address of this machine, 0 where no answer came.
long statusFrom(const std::string& address, const std::string& url) {
  CURL* const handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_INTERFACE, ("host!" + address).c_str());
  curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, 60L);
  long status = 0;
  if (curl_easy_perform(handle) == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(handle);
  return status;
}

TEST(Connections, OfOneAddressAreBounded_AndThoseOfOthersHaveTheirRoom) {
  ApiServer server([](api::ApiSettings& settings) { settings.limits.connectionsPerAddress = 3; });
  server.start();
  std::list<RawConnection> own;
  for (int i = 0; i < 3; ++i) {
    own.emplace_back(server.port()).send(healthRequest);
    EXPECT_EQ(own.back().answer()->status, 200);
  }
  RawConnection oneTooMany(server.port());
  const auto refused = oneTooMany.answer();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->errorCode(), "UNAVAILABLE");
  EXPECT_TRUE(oneTooMany.closes());
  EXPECT_EQ(statusFrom("127.0.0.2", server.url() + "/health"), 200);
  own.pop_back();
  EXPECT_TRUE(eventually([&] {
    RawConnection again(server.port());
    again.send(healthRequest);
    const auto answer = again.answer();
    return answer && answer->status == 200;
  }));
}

TEST(Connections, CarryTheTraceAndTheSecurityHeaders) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send(
      "GET /nothing HTTP/1.1\r\nHost: x\r\ntraceparent: "
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n");
  const auto answer = connection.answer();
  EXPECT_EQ(answer->headers.at("x-trace-id"), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_TRUE(answer->headers.at("traceparent").starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
  EXPECT_EQ(answer->json()["error"]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(answer->headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer->headers.at("cache-control"), "no-store");
  EXPECT_NE(answer->headers.at("content-security-policy").find("default-src 'none'"), std::string::npos);
  EXPECT_FALSE(answer->headers.contains("strict-transport-security"));
}

// Ending.

bool listens(int port) {
  try {
    const RawConnection connection(port);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

TEST(Stopping, EndsIdleConnections) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send(healthRequest);
  EXPECT_EQ(connection.answer()->status, 200);
  server.server->stop(std::chrono::seconds(30));
  EXPECT_TRUE(connection.closes());
}

TEST(Stopping, LetsARequestInFlightFinish) {
  ApiServer server;
  server.start();
  const int port = server.port();
  RawConnection connection(port);
  const std::string body = fmt::format(R"({{"username":"admin","password":"{}"}})", ApiServer::password);
  connection.send(
      fmt::format("POST /api/v1/authentication/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: "
                  "100-continue\r\nContent-Length: {}\r\n\r\n",
                  body.size()));
  ASSERT_TRUE(connection.readUntil("100 Continue\r\n\r\n"));
  auto stopped = std::async(std::launch::async, [&] { server.server->stop(std::chrono::seconds(60)); });
  EXPECT_TRUE(eventually([&] { return !listens(port); }));
  connection.send(body);
  const auto answer = connection.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  stopped.get();
}

TEST(Stopping, ClosesThePort) {
  ApiServer server;
  server.start();
  const int port = server.port();
  server.server->stop(std::chrono::seconds(60));
  EXPECT_FALSE(listens(port));
}

TEST(Stopping, CutsWhatDoesNotEndWithinTheGrace) {
  ApiServer server;
  server.start();
  RawConnection connection(server.port());
  connection.send("GET /health HTTP/1.1\r\nHost: x\r\nX: ");
  RawConnection other(server.port());
  other.send(healthRequest);
  EXPECT_TRUE(other.answer());
  server.server->stop(std::chrono::milliseconds(50));
  EXPECT_TRUE(connection.closes());
}

TEST(Starting, IsRefused_WhereTheAddressIsTaken) {
  ApiServer first;
  first.start();
  ApiServer second([&](api::ApiSettings& settings) { settings.urls = {first.url()}; });
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unavailable);
    EXPECT_NE(std::string(error.what()).find(first.url()), std::string::npos);
  }
}

TEST(Starting, IsRefused_WhereTlsHasNoCertificate) {
  ApiServer server([](api::ApiSettings& settings) { settings.urls = {"https://127.0.0.1:0"}; });
  EXPECT_THROW(server.start(), Error);
}

// TLS.

class Tls : public testing::Test {
 protected:
  Tls() : server_([this](api::ApiSettings& settings) { makeCertificate(settings); }) { server_.start(); }

  void makeCertificate(api::ApiSettings& settings) {
    settings.urls = {"https://127.0.0.1:0", "http://127.0.0.1:0"};
    settings.certificateFile = folder_.path() / "cert.pem";
    settings.keyFile = folder_.path() / "key.pem";
    settings.limits.headerTimeout = std::chrono::milliseconds(500);
    const Finished made =
        runProgram({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                    settings.keyFile.string(), "-out", settings.certificateFile.string()});
    EXPECT_EQ(made.status, 0) << made.output;
  }
  /// The status, 0 where no answer came.
  long get(const std::string& path, long least, long most, std::string* headers = nullptr) {
    CURL* const handle = curl_easy_init();
    const std::string url = fmt::format("https://127.0.0.1:{}{}", server_.server->httpsPort(), path);
    const std::string authority = server_.settings.certificateFile.string();
    std::string body;
    const auto append = +[](char* data, std::size_t size, std::size_t count, void* into) {
      static_cast<std::string*>(into)->append(data, size * count);
      return size * count;
    };
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_CAINFO, authority.c_str());
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, least | most);
    curl_easy_setopt(handle, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    std::string received;
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &received);
    long status = 0;
    if (curl_easy_perform(handle) == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(handle);
    if (headers != nullptr) *headers = received;
    return status;
  }

  TemporaryFolder folder_;
  ApiServer server_;
};

TEST_F(Tls, ServesVersions12And13) {
  EXPECT_EQ(get("/health", CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_2), 200);
  EXPECT_EQ(get("/health", CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_DEFAULT), 200);
}

TEST_F(Tls, RefusesOlderVersions) {
  EXPECT_EQ(get("/health", CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_1), 0);
}

TEST_F(Tls, TellsBrowsersToStayWithIt) {
  std::string headers;
  EXPECT_EQ(get("/openapi.json", CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_DEFAULT, &headers), 200);
  EXPECT_NE(headers.find("Strict-Transport-Security: max-age="), std::string::npos) << headers;
}

TEST_F(Tls, SurvivesHandshakesThatAreNone) {
  RawConnection plain(server_.server->httpsPort());
  plain.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(plain.closes());
  RawConnection silent(server_.server->httpsPort());
  EXPECT_TRUE(silent.closes());
  EXPECT_EQ(get("/health", CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_DEFAULT), 200);
}

TEST_F(Tls, RunsBesideAPlainListener) { EXPECT_EQ(JsonClient(server_.url()).get("/health").status, 200); }

}  // namespace
}  // namespace hotswap::support
