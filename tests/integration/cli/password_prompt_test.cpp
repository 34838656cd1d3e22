#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "service_fixture.h"
#include "support/eventually.h"
#include "support/service.h"

namespace hotswap::cli {
namespace {

/// The program on a terminal of its own, as a person would sit before it.
class OnATerminal {
 public:
  OnATerminal(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& variables) {
    std::vector<std::string> command{support::Service::program().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    std::vector<std::string> settings;
    for (const auto& variable : variables) settings.push_back(variable.first + "=" + variable.second);
    const std::vector<char*> argv = pointersTo(command);
    const std::vector<char*> environment = pointersTo(settings);
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (pid_ != 0) return;
    ::execve(argv.front(), argv.data(), environment.data());
    ::_exit(127);
  }
  OnATerminal(const OnATerminal&) = delete;
  OnATerminal& operator=(const OnATerminal&) = delete;
  ~OnATerminal() {
    ::close(terminal_);
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }

  bool shows(const std::string& text) {
    return support::eventually([&] { return read().find(text) != std::string::npos; });
  }
  void type(const std::string& text) const {
    EXPECT_EQ(::write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  int exitCode() {
    int status = 0;
    EXPECT_TRUE(support::eventually([&] {
      read();
      return ::waitpid(pid_, &status, WNOHANG) == pid_;
    }));
    read();
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const std::string& read() {
    std::array<char, 4096> piece{};
    pollfd waiting{.fd = terminal_, .events = POLLIN, .revents = 0};
    while (::poll(&waiting, 1, 0) == 1) {
      const ssize_t count = ::read(terminal_, piece.data(), piece.size());
      if (count <= 0) break;
      screen_.append(piece.data(), static_cast<std::size_t>(count));
    }
    return screen_;
  }

 private:
  static std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string screen_;
};

struct PromptTest : ServiceTest {
  PromptTest() {
    on("POST", "/authentication/login",
       {{"token", "t-1"},
        {"expiresAt", "2027-01-15T09:00:00.000Z"},
        {"user", {{"username", "admin"}, {"role", "Admin"}}}});
    on("POST", "/users", {{"userId", "usr-1"}, {"username", "maria"}}, 201);
  }
};

TEST_F(PromptTest, AsksForThePasswordWithoutEcho) {
  OnATerminal person({"login", server.url(), "--username", "admin"}, hotswap.variables);
  ASSERT_TRUE(person.shows("Password of admin at " + server.url() + ": "));
  person.type("hunter2-hunter2\n");
  EXPECT_EQ(person.exitCode(), ExitCode::done) << person.read();
  EXPECT_EQ(person.read().find("hunter2"), std::string::npos) << person.read();
  EXPECT_EQ(sent("POST", "/authentication/login").at("password"), "hunter2-hunter2");
}

TEST_F(PromptTest, AsksForTheNameToo) {
  OnATerminal person({"login", server.url()}, hotswap.variables);
  ASSERT_TRUE(person.shows("Username: "));
  person.type("admin\n");
  ASSERT_TRUE(person.shows("Password of admin"));
  person.type("hunter2-hunter2\n");
  EXPECT_EQ(person.exitCode(), ExitCode::done);
  EXPECT_EQ(sent("POST", "/authentication/login").at("username"), "admin");
}

TEST_F(PromptTest, AsksForANewPasswordTwice) {
  OnATerminal person({"user", "add", "maria", "--role", "DBA"}, hotswap.variables);
  ASSERT_TRUE(person.shows("New password of maria: "));
  person.type("long-enough-pw\n");
  ASSERT_TRUE(person.shows("Again: "));
  person.type("long-enough-pw\n");
  EXPECT_EQ(person.exitCode(), ExitCode::done) << person.read();
  EXPECT_EQ(sent("POST", "/users").at("password"), "long-enough-pw");
}

TEST_F(PromptTest, SendsNothing_WhenTheTwoDiffer) {
  OnATerminal person({"user", "add", "maria", "--role", "DBA"}, hotswap.variables);
  ASSERT_TRUE(person.shows("New password of maria: "));
  person.type("long-enough-pw\n");
  ASSERT_TRUE(person.shows("Again: "));
  person.type("another-long-pw\n");
  EXPECT_EQ(person.exitCode(), ExitCode::wrongUse);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(PromptTest, GivesUp_WhenCtrlCIsPressed) {
  OnATerminal person({"login", server.url(), "--username", "admin"}, hotswap.variables);
  ASSERT_TRUE(person.shows("Password of admin"));
  person.type("half\x03");
  EXPECT_EQ(person.exitCode(), ExitCode::interrupted) << person.read();
  EXPECT_EQ(person.read().find("half"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(PromptTest, UsesTheTerminalsColoursAndWidth) {
  on("GET", "/databases", {{"databases", {{{"name", "orders"}, {"health", "Unhealthy"}}}}, {"total", 1}});
  OnATerminal person({"database", "list"}, hotswap.variables);
  EXPECT_EQ(person.exitCode(), ExitCode::done);
  EXPECT_NE(person.read().find("\x1b[31mUnhealthy\x1b[0m"), std::string::npos) << person.read();
}

}  // namespace
}  // namespace hotswap::cli
