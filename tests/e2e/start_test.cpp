#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "support/eventually.h"
#include "support/raw_http.h"
#include "support/service.h"

namespace hotswap::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Somebody else who listens on a port.
class Occupant {
 public:
  explicit Occupant(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(socket_, 1) != 0) {
      throw std::runtime_error("the port could not be taken");
    }
  }
  Occupant(const Occupant&) = delete;
  Occupant& operator=(const Occupant&) = delete;
  ~Occupant() { close(socket_); }

 private:
  int socket_;
};

/// Starts of the program by hand, with and without success.
class Start : public testing::Test {
 protected:
  /// A start that is expected to be refused; ended by force where it isn't.
  support::Finished refused(std::vector<std::string> more = {},
                            const std::map<std::string, std::string>& environment = {}) {
    std::vector<std::string> command{"timeout", "20", support::Service::program(), "serve"};
    if (more.empty()) more = {"--urls", url(), "--data", data()};
    command.insert(command.end(), more.begin(), more.end());
    return support::runProgram(command, environment);
  }
  /// A start that is expected to succeed, without a password for the first user.
  std::string printedByAStart(const std::function<void()>& meanwhile = [] {}) {
    const std::filesystem::path output = folder_.path() / "output.log";
    std::filesystem::remove(output);
    support::ServerProcess process(
        {.command = {support::Service::program(), "serve", "--urls", url(), "--data", data()},
         .environment = {},
         .output = output});
    support::JsonClient client(url());
    EXPECT_TRUE(support::eventually([&] { return !process.running() || client.get("/health/ready").status == 200; },
                                    std::chrono::seconds(60)));
    EXPECT_TRUE(process.running());
    meanwhile();
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(std::chrono::seconds(30)), 0);
    std::stringstream text;
    text << std::ifstream(output).rdbuf();
    return text.str();
  }
  static std::string passwordIn(const std::string& output) {
    std::smatch found;
    return std::regex_search(output, found, std::regex("with the password +(\\S+)")) ? found[1].str() : "";
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }

  support::TemporaryFolder folder_;
  int port_ = support::freePort();
};

/// A data folder that was used: it has a user and an encrypted connection string.
class StartAgain : public Start {
 protected:
  StartAgain() {
    support::Service service;
    service.admin()->must("POST", "/api/v1/databases",
                          {{"name", "shop"},
                           {"type", "PostgreSQL"},
                           {"environment", "QA"},
                           {"masterConnectionString", "postgresql://hotswap@127.0.0.1:1/shop"}});
    EXPECT_EQ(service.stop(), 0);
    std::filesystem::copy(service.dataFolder(), data());
    std::filesystem::permissions(data(), std::filesystem::perms::owner_all);
  }
};

TEST_F(Start, ShowsTheFirstPassword_ThoughAnEarlierOneFailedOnATakenAddress) {
  {
    const Occupant occupant(port_);
    const support::Finished failed = refused();
    EXPECT_EQ(failed.status, 1) << failed.output;
    EXPECT_THAT(failed.output, AllOf(HasSubstr("Can't listen on"), Not(HasSubstr("password"))));
  }
  std::string output;
  output = printedByAStart([&] {
    const std::filesystem::path log = folder_.path() / "output.log";
    std::string shown;
    EXPECT_TRUE(support::eventually([&] {
      std::stringstream text;
      text << std::ifstream(log).rdbuf();
      return !(shown = passwordIn(text.str())).empty();
    }));
    support::JsonClient client(url());
    EXPECT_EQ(client.post("/api/v1/authentication/login", {{"username", "admin"}, {"password", shown}}).status, 200);
  });
  EXPECT_EQ(passwordIn(printedByAStart()), "") << "the password is shown this once";
}

TEST_F(Start, ShowsTheFirstPassword_ThoughAnEarlierOneFailedOnItsCertificate) {
  const support::Finished failed = refused({"--urls", "https://127.0.0.1:" + std::to_string(port_), "--data", data()});
  EXPECT_EQ(failed.status, 2) << failed.output;
  EXPECT_THAT(failed.output, AllOf(HasSubstr("certificate"), Not(HasSubstr("password"))));
  EXPECT_NE(passwordIn(printedByAStart()), "");
}

TEST_F(Start, LeavesThePermissionsOfAnExistingFolderAlone_AndRefusesOneThatOthersMayWriteTo) {
  using std::filesystem::perms;
  std::filesystem::create_directory(data());
  std::filesystem::permissions(data(), perms::all);
  const support::Finished open = refused();
  EXPECT_EQ(open.status, 2) << open.output;
  EXPECT_THAT(open.output, AllOf(HasSubstr(data().string()), HasSubstr("chmod go-w")));
  EXPECT_EQ(std::filesystem::status(data()).permissions(), perms::all);
  EXPECT_TRUE(std::filesystem::is_empty(data()));
}

TEST_F(StartAgain, IsRefused_WithAnotherMasterKey) {
  std::ofstream(data() / "master.key") << std::string(64, 'a') << "\n";
  const support::Finished failed = refused();
  EXPECT_EQ(failed.status, 1) << failed.output;
  EXPECT_THAT(failed.output, HasSubstr("another master key"));
}

TEST_F(StartAgain, IsRefused_WithoutTheMasterKey_AndMakesNoNewOne) {
  std::filesystem::remove(data() / "master.key");
  const support::Finished failed = refused();
  EXPECT_EQ(failed.status, 1) << failed.output;
  EXPECT_THAT(failed.output, AllOf(HasSubstr("master.key"), HasSubstr("HOTSWAP_MASTER_KEY")));
  EXPECT_FALSE(std::filesystem::exists(data() / "master.key"));
}

TEST_F(StartAgain, SaysThatLoginsEnd_WhenTheKeyOfTheTokensIsGone) {
  std::filesystem::remove(data() / "jwt.key");
  EXPECT_THAT(printedByAStart(), HasSubstr("log in again"));
}

TEST_F(StartAgain, IsRefused_WhenTheStoreIsEmptyOrGone) {
  std::filesystem::remove(data() / "hotswap.db");
  const support::Finished gone = refused();
  EXPECT_EQ(gone.status, 1) << gone.output;
  EXPECT_THAT(gone.output, AllOf(HasSubstr("hotswap.db"), HasSubstr("backup"), Not(HasSubstr("First start"))));
  EXPECT_FALSE(std::filesystem::exists(data() / "hotswap.db"));
  std::ofstream(data() / "hotswap.db").flush();
  const support::Finished empty = refused();
  EXPECT_EQ(empty.status, 1) << empty.output;
  EXPECT_EQ(std::filesystem::file_size(data() / "hotswap.db"), 0U);
}

TEST_F(StartAgain, GoesOnWithTheRightKeys) { EXPECT_EQ(passwordIn(printedByAStart()), ""); }

TEST_F(Start, ServesNoMetrics_WhereTheyAreSwitchedOff) {
  const support::Service on;
  EXPECT_EQ(support::JsonClient(on.url()).get("/metrics").status, 200);
  const std::map<std::string, std::string> switchedOff{{"Metrics__Enabled", "false"}};
  const support::Service off(switchedOff);
  EXPECT_EQ(support::JsonClient(off.url()).get("/metrics").status, 404);
  EXPECT_THAT(off.outputText(), Not(HasSubstr("/metrics")));
}

TEST_F(Start, WarnsOfVariablesItDoesNotKnow_ByNameAlone) {
  const std::map<std::string, std::string> misspelt{{"Migraton__LockTimeout", "PT7S"}};
  const support::Service service(misspelt);
  EXPECT_THAT(service.outputText(), AllOf(HasSubstr("Migraton__LockTimeout means nothing"),
                                          HasSubstr("did you mean Migration__LockTimeout?"), Not(HasSubstr("PT7S"))));
}

TEST_F(Start, EndsGracefully_ThoughItIsToldToStopTwice) {
  support::Service service;
  // A request that is never finished holds the end up until its grace is over.
  support::RawConnection unfinished(std::stoi(service.url().substr(service.url().rfind(':') + 1)));
  unfinished.send("GET /health HTTP/1.1\r\nHost: x\r\n");
  service.process().signal(SIGTERM);
  EXPECT_TRUE(support::eventually([&] { return service.outputText().find("Stopping:") != std::string::npos; }));
  EXPECT_EQ(service.stop(), 0);
  EXPECT_THAT(service.outputText(), HasSubstr("Stopped."));
}

TEST_F(Start, EndsWithTwo_WhenTheConfigurationIsWrong) {
  const std::string loop = file("loop.yaml", "Log:\n  Level: &x\n    y: *x\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--config", loop}, {"--config", folder_.path()}, {"--urls", ""}, {"--data", ""}}) {
    const support::Finished failed = refused(arguments);
    EXPECT_EQ(failed.status, 2) << arguments.front() << ": " << failed.output;
    EXPECT_THAT(failed.output, Not(HasSubstr("basic_filebuf")));
  }
  EXPECT_EQ(refused({}, {{"HOTSWAP_ADMIN_PASSWORD", "short"}}).status, 2);
  EXPECT_EQ(refused({}, {{"Log__Level", "loud"}}).status, 2);
}

TEST_F(Start, TakesEveryLogLevelThatItOffers) {
  for (const std::string level : {"debug", "info", "warning", "error"}) {
    // Refused for its address alone, which is looked at after the level.
    const support::Finished failed = refused({"--urls", "http://nowhere:1", "--data", data(), "--log-level", level});
    EXPECT_THAT(failed.output, Not(HasSubstr("Log__Level"))) << level;
  }
  EXPECT_THAT(support::runProgram({support::Service::program(), "serve", "--help"}).output,
              AllOf(HasSubstr("debug|info|warning|error"), Not(HasSubstr("trace"))));
}

}  // namespace
}  // namespace hotswap::e2e
