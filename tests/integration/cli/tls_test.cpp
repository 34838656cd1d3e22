#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "cli/cli.h"
#include "support/command_line.h"
#include "support/eventually.h"
#include "support/server_process.h"

namespace hotswap::cli {
namespace {

bool accepts(int port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return connected;
}

/// A server with a certificate that nobody has signed. It answers with a page, which is enough to see that the
/// command line has trusted it: the complaint is then about the page.
struct TlsTest : testing::Test {
  void serveAs(const std::string& names) {
    const std::string key = (folder.path() / "key.pem").string();
    certificate = (folder.path() / "cert.pem").string();
    const auto made = support::runProgram(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
         key, "-out", certificate, "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=" + names});
    ASSERT_EQ(made.status, 0) << made.output;
    const int port = support::freePort();
    server = std::make_unique<support::ServerProcess>(support::ServerProcess::Options{
        .command = {"openssl", "s_server", "-accept", "127.0.0.1:" + std::to_string(port), "-key", key, "-cert",
                    certificate, "-www", "-quiet"},
        .output = folder.path() / "server.log"});
    ASSERT_TRUE(support::eventually([&] { return accepts(port); }));
    hotswap.variables["HOTSWAP_URL"] = "https://127.0.0.1:" + std::to_string(port);
    hotswap.variables["HOTSWAP_TOKEN"] = "t";
  }
  static constexpr const char* reached = "no JSON";

  support::TemporaryFolder folder;
  std::string certificate;
  std::unique_ptr<support::ServerProcess> server;
  support::CommandLine hotswap;
};

TEST_F(TlsTest, RefusesACertificateThatNobodyVouchesFor) {
  serveAs("IP:127.0.0.1");
  const auto ran = hotswap({"database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("can't be trusted"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("--ca-file"), std::string::npos);
}

TEST_F(TlsTest, TrustsTheCertificatesInAFile) {
  serveAs("IP:127.0.0.1");
  const auto ran = hotswap({"--ca-file", certificate, "database", "list"});
  EXPECT_NE(ran.err.find(reached), std::string::npos) << ran.err;
}

TEST_F(TlsTest, RefusesTheCertificateOfAnotherHost) {
  serveAs("DNS:elsewhere.example");
  const auto ran = hotswap({"--ca-file", certificate, "database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("can't be trusted"), std::string::npos) << ran.err;
}

TEST_F(TlsTest, TrustsAnything_OnlyWhenToldTo) {
  serveAs("DNS:elsewhere.example");
  const auto ran = hotswap({"--insecure", "database", "list"});
  EXPECT_NE(ran.err.find(reached), std::string::npos) << ran.err;
}

TEST_F(TlsTest, SaysSo_WhenTheFileOfCertificatesIsNone) {
  serveAs("IP:127.0.0.1");
  const auto ran = hotswap({"--ca-file", "/nowhere.pem", "database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("can't be trusted"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace hotswap::cli
