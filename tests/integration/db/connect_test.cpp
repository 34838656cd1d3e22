#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "db/postgres/connection.h"
#include "integration/db/postgres_connections.h"
#include "support/server_process.h"

namespace hotswap::db::postgres {
namespace {

using support::PostgresCluster;
using support::sharedCluster;
using testing::HasSubstr;
using testing::Not;

/// An address that counts as another machine, though Linux connects it to this one.
constexpr const char* anotherMachine = "0.0.0.0";

/// Listens on the loopback interface; the kernel takes connections, nobody ever answers them.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, generic, length) != 0 || listen(socket_, 16) != 0 ||
        getsockname(socket_, generic, &length) != 0) {
      throw std::runtime_error("can't listen on the loopback interface");
    }
    port_ = ntohs(address.sin_port);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { close(socket_); }
  [[nodiscard]] std::string port() const { return std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

std::string answerOver(const std::string& connectionString) {
  return connectTo(ConnectionString::parse(connectionString))->query("select current_database()").text(0, 0);
}

TEST(Connect, WorksWithEachFormOfConnectionString) {
  const std::string port = std::to_string(sharedCluster().port());
  const std::string password = PostgresCluster::password;
  EXPECT_EQ(answerOver("Host=127.0.0.1;Port=" + port + ";Database=template1;Username=postgres;Password=" + password),
            "template1");
  EXPECT_EQ(answerOver("host=127.0.0.1 port=" + port + " dbname=template1 user=postgres password='" + password + "'"),
            "template1");
  EXPECT_EQ(answerOver("postgresql://postgres:" + password + "@127.0.0.1:" + port + "/template1"), "template1");
  EXPECT_EQ(answerOver("postgresql://postgres:" + password + "@localhost:" + port + "/template1?connect_timeout=5"),
            "template1");
}

TEST(Connect, SetsASearchPathWithSpaces) {
  const auto session = connectTo(ConnectionString::parse(
      "Host=127.0.0.1;Port=" + std::to_string(sharedCluster().port()) +
      ";Username=postgres;Password=" + PostgresCluster::password + R"(;Search Path=pg_catalog, "odd \ name")"));
  EXPECT_EQ(session->query("select current_setting('search_path')").text(0, 0), "pg_catalog, \"odd \\ name\"");
}

TEST(Connect, TakesADatabaseNameForAName_EvenIfItLooksLikeAConnectionString) {
  const SqlError error =
      errorOf([] { connectTo(sharedCluster().connection().with("dbname", "host=127.0.0.1 user=x")); });
  EXPECT_EQ(error.failure().sqlState, "3D000");
}

TEST(Connect, IsRefused_WithAWrongPassword) {
  const SqlError error = errorOf([] { connectTo(sharedCluster().connection().with("password", "hunter2-wrong")); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_EQ(error.failure().sqlState, "28P01");
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_FALSE(error.recovery().connectionUsable);
  EXPECT_THAT(error.what(), HasSubstr("password authentication failed"));
  EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
}

TEST(Connect, IsRefused_WithoutAPassword) {
  EXPECT_EQ(errorOf([] {
              connectTo(sharedCluster().connection().with("password", "").with("passfile", "/nonexistent"));
            }).kind(),
            SqlErrorKind::ConnectionRefused);
}

TEST(Connect, SaysThatTheDatabaseDoesNotExist) {
  EXPECT_EQ(errorOf([] { connectTo(sharedCluster().connection("no_such_database")); }).failure().sqlState, "3D000");
}

TEST(Connect, IsRefused_WhereNobodyListens) {
  const std::string port = std::to_string(support::freePort());
  const SqlError error = errorOf([&] { connectTo(sharedCluster().connection().with("port", port)); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_TRUE(error.recovery().retryable);
  EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:" + port));
  EXPECT_THAT(error.what(), Not(HasSubstr(PostgresCluster::password)));
}

TEST(Connect, IsRefused_WhereTheHostHasNoAddress) {
  const SqlError error = errorOf([] { connectTo(sharedCluster().connection().with("host", "no-such-host.invalid")); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_THAT(error.what(), HasSubstr("no-such-host.invalid"));
}

TEST(Connect, GivesUp_WhenTheServerNeverAnswers) {
  const SilentServer silent;
  const SqlError error =
      errorOf([&] { connectTo(sharedCluster().connection().with("port", silent.port()), Milliseconds(100)); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_TRUE(error.recovery().retryable);
  EXPECT_THAT(error.what(), HasSubstr("no answer within"));
}

TEST(Connect, GivesUpAfterTheStringsOwnTimeout_WhereThatIsShorter) {
  const SilentServer silent;
  const auto target = sharedCluster().connection().with("port", silent.port()).with("connect_timeout", "1");
  EXPECT_THAT(errorOf([&] { connectTo(target, std::chrono::hours(1)); }).what(), HasSubstr("no answer within 1.0 s"));
}

TEST(Connect, GivesUpAtOnce_WithoutAnyTime) {
  EXPECT_THAT(errorOf([] { connectTo(sharedCluster().connection(), Milliseconds(0)); }).what(), HasSubstr("no answer"));
}

TEST(Connect, ReachesTheSecondHost_WhenTheFirstNeverAnswers) {
  const SilentServer silent;
  const auto target = sharedCluster()
                          .connection()
                          .with("host", "127.0.0.1,localhost")
                          .with("port", silent.port() + "," + std::to_string(sharedCluster().port()));
  EXPECT_EQ(connectTo(target, std::chrono::seconds(4))->query("select 1").integer(0, 0), 1);
}

TEST(Connect, TakesAServerThatIsNoStandby_WhenStandbysAreOnlyPreferred) {
  const auto target =
      sharedCluster().connection().with("host", "127.0.0.1,127.0.0.1").with("target_session_attrs", "prefer-standby");
  EXPECT_EQ(connectTo(target)->query("select 1").integer(0, 0), 1);
  EXPECT_EQ(errorOf([&] { connectTo(target.with("target_session_attrs", "standby")); }).kind(),
            SqlErrorKind::ConnectionRefused);
}

TEST(Connect, IsRefused_WhenHostsAndPortsDontMatch) {
  const auto target = sharedCluster().connection().with("host", "a,b,c").with("port", "1,2");
  EXPECT_EQ(errorOf([&] { connectTo(target); }).kind(), SqlErrorKind::ConnectionRefused);
}

TEST(Connect, MayBeTriedAgain_WhenTheServerHasNoRoom) {
  PostgresCluster cluster(
      {.settings = {{"max_connections", "3"}, {"superuser_reserved_connections", "0"}, {"max_wal_senders", "0"}}});
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 3; ++i) sessions.push_back(connectTo(cluster.connection()));
  const SqlError error = errorOf([&] { connectTo(cluster.connection()); });
  EXPECT_EQ(error.failure().sqlState, "53300");
  EXPECT_TRUE(error.recovery().retryable);
}

int tcpOption(const Connection& connection, int option) {
  int value = 0;
  socklen_t length = sizeof(value);
  EXPECT_EQ(getsockopt(PQsocket(connection.get()), IPPROTO_TCP, option, &value, &length), 0);
  return value;
}

TEST(Connect, LooksForAServerThatHasSilentlyGone_AsOftenAsTheStringSays) {
  const auto usual = Connection::open(sharedCluster().connection(), "", std::chrono::seconds(20));
  EXPECT_EQ(tcpOption(usual, TCP_KEEPIDLE), 10);
  EXPECT_EQ(tcpOption(usual, TCP_KEEPINTVL), 5);
  EXPECT_EQ(tcpOption(usual, TCP_KEEPCNT), 3);
  EXPECT_EQ(tcpOption(usual, TCP_USER_TIMEOUT), 20'000);
  const auto own =
      Connection::open(sharedCluster().connection().with("tcp_user_timeout", "7000"), "", std::chrono::seconds(20));
  EXPECT_EQ(tcpOption(own, TCP_USER_TIMEOUT), 7000);
}

TEST(Tls, IsRefused_WhereTheServerHasNone) {
  const SqlError error = errorOf([] { connectTo(sharedCluster().connection().with("sslmode", "require")); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_THAT(error.what(), HasSubstr("SSL"));
}

TEST(Tls, IsNotAskedFor_OnThisMachine) {
  EXPECT_EQ(sharedCluster().connection().value("sslmode"), "");
  EXPECT_NO_THROW(connectTo(sharedCluster().connection()));
}

TEST(Tls, IsDemandedOfAnotherMachine_WhenNoModeIsNamed) {
  const ConnectionString elsewhere = sharedCluster().connection().with("host", anotherMachine);
  const SqlError error = errorOf([&] { connectTo(elsewhere); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_THAT(error.what(), HasSubstr("sslmode=verify-full"));
  EXPECT_NO_THROW(connectTo(elsewhere.with("sslmode", "prefer")));
}

/// A server with a certificate that signs itself, for localhost and 127.0.0.1, and another such certificate.
class TlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new support::TemporaryFolder();
    support::giveToServerUser(folder->path());
    makeCertificate("server");
    makeCertificate("stranger");
    cluster = new PostgresCluster(
        {.settings = {{"ssl", "on"}, {"ssl_cert_file", path("server.crt")}, {"ssl_key_file", path("server.key")}}});
  }
  static void TearDownTestSuite() {
    delete cluster;
    delete folder;
  }
  static std::string path(const std::string& name) { return (folder->path() / name).string(); }
  static void makeCertificate(const std::string& name) {
    const support::Finished made = support::runProgram(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0", "-keyout",
         path(name + ".key"), "-out", path(name + ".crt")},
        {}, true);
    ASSERT_EQ(made.status, 0) << made.output;
  }
  static ConnectionString target(const std::string& mode) { return cluster->connection().with("sslmode", mode); }
  static std::string inTls(const ConnectionString& target) {
    return connectTo(target)->query("select ssl from pg_stat_ssl where pid = pg_backend_pid()").text(0, 0);
  }

  static support::TemporaryFolder* folder;
  static PostgresCluster* cluster;
};
support::TemporaryFolder* TlsTest::folder = nullptr;
PostgresCluster* TlsTest::cluster = nullptr;

TEST_F(TlsTest, IsUsed_WhenItIsRequired) { EXPECT_EQ(inTls(target("require")), "t"); }

TEST_F(TlsTest, IsNotUsed_WhenItIsDisabled) { EXPECT_EQ(inTls(target("disable")), "f"); }

TEST_F(TlsTest, IsUsed_WhenTheCertificateAndTheHostAreRight) {
  const auto checked = target("verify-full").with("sslrootcert", path("server.crt"));
  EXPECT_EQ(inTls(checked), "t");
  EXPECT_EQ(inTls(checked.with("host", "localhost")), "t");
}

TEST_F(TlsTest, IsRefused_WhenTheCertificateIsNotTrusted) {
  for (const char* mode : {"verify-full", "verify-ca"}) {
    const SqlError error = errorOf([&] { connectTo(target(mode).with("sslrootcert", path("stranger.crt"))); });
    EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused);
    EXPECT_FALSE(error.recovery().retryable);
  }
}

TEST_F(TlsTest, IsRefused_WhenTheCertificateIsForAnotherHost) {
  const auto other = target("verify-full").with("sslrootcert", path("server.crt")).with("host", "127.0.0.2");
  EXPECT_EQ(errorOf([&] { connectTo(other); }).kind(), SqlErrorKind::ConnectionRefused);
}

TEST_F(TlsTest, ChecksTheCertificateOfAnotherMachine_WhenNoModeIsNamed) {
  const ConnectionString elsewhere = cluster->connection().with("host", anotherMachine);
  EXPECT_EQ(inTls(elsewhere.with("sslrootcert", path("server.crt"))), "t");
  EXPECT_FALSE(errorOf([&] { connectTo(elsewhere.with("sslrootcert", path("stranger.crt"))); }).recovery().retryable);
  EXPECT_FALSE(errorOf([&] { connectTo(elsewhere); }).recovery().retryable) << "no root of the system has signed it";
}

TEST_F(TlsTest, IsRefused_WhenTheRootCertificateIsMissing) {
  EXPECT_THAT(errorOf([] { connectTo(target("verify-full").with("sslrootcert", "/nonexistent/root.crt")); }).what(),
              HasSubstr("root"));
}

TEST_F(TlsTest, CarriesStatementsStreamsAndCancels) {
  const auto session = connectTo(target("require"));
  int count = 0;
  session->stream("select repeat('x', 1000) from generate_series(1, 20000)", {},
                  [&](std::span<const Value>) { return ++count > 0; });
  EXPECT_EQ(count, 20'000);
  session->stream("select repeat('x', 1000), generate_series(1, 2000000000)", {},
                  [&](std::span<const Value>) { return false; });
  EXPECT_EQ(session->query("select length('" + std::string(3'000'000, 'y') + "')").integer(0, 0), 3'000'000);
}

}  // namespace
}  // namespace hotswap::db::postgres
