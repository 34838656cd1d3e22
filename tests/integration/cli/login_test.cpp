#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "service_fixture.h"

namespace hotswap::cli {
namespace {

struct LoginTest : ServiceTest {
  LoginTest() {
    hotswap.variables.erase("HOTSWAP_TOKEN");
    hotswap.variables.erase("HOTSWAP_URL");
    hotswap.variables["HOTSWAP_PASSWORD"] = "hunter2-hunter2";
    on("POST", "/authentication/login",
       {{"token", "t-1"},
        {"expiresAt", "2027-01-15T09:00:00.000Z"},
        {"user", {{"username", "admin"}, {"role", "Admin"}}}});
    on("GET", "/databases", {{"databases", json::array()}, {"total", 0}, {"limit", 1}, {"offset", 0}});
  }
  std::filesystem::path file() const { return hotswap.home.path() / ".config" / "hotswap" / "session.json"; }
  static mode_t modeOf(const std::filesystem::path& path) {
    struct stat facts {};
    EXPECT_EQ(::stat(path.c_str(), &facts), 0);
    return facts.st_mode & 0777U;
  }
  static std::string textOf(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Ran login() { return hotswap({"login", server.url(), "--username", "admin"}); }
};

TEST_F(LoginTest, SendsNameAndPasswordAndSaysSo) {
  const Ran ran = login();
  EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
  EXPECT_EQ(ran.out, "Logged in to " + server.url() + " as admin (Admin) until 2027-01-15 09:00:00Z.\n");
  EXPECT_EQ(sent("POST", "/authentication/login"), (json{{"username", "admin"}, {"password", "hunter2-hunter2"}}));
}

TEST_F(LoginTest, KeepsTheSessionForItsOwnerAlone) {
  login();
  EXPECT_EQ(modeOf(file()), 0600U);
  EXPECT_EQ(modeOf(file().parent_path()), 0700U);
}

TEST_F(LoginTest, ReplacesASessionThatOthersCouldRead) {
  login();
  ::chmod(file().c_str(), 0644);
  login();
  EXPECT_EQ(modeOf(file()), 0600U);
}

TEST_F(LoginTest, IsNotUsed_WhereOthersCouldReadIt) {
  login();
  for (const unsigned mode : {0644U, 0640U, 0604U}) {
    ::chmod(file().c_str(), mode);
    const Ran ran = hotswap({"database", "list"});
    EXPECT_EQ(ran.code, ExitCode::failed);
    EXPECT_NE(ran.err.find("chmod 600 " + file().string()), std::string::npos) << ran.err;
  }
  EXPECT_TRUE(server.requests("GET", "/api/v1/databases").empty());
}

TEST_F(LoginTest, LeavesNoDraftBehind) {
  login();
  login();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file().parent_path()), {}), 1);
}

TEST_F(LoginTest, HonoursXdgConfigHome) {
  hotswap.variables["XDG_CONFIG_HOME"] = (hotswap.home.path() / "xdg").string();
  login();
  EXPECT_TRUE(std::filesystem::exists(hotswap.home.path() / "xdg" / "hotswap" / "session.json"));
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(LoginTest, NeverWritesThePasswordAnywhere) {
  const Ran ran = login();
  EXPECT_EQ((ran.out + ran.err + textOf(file())).find("hunter2"), std::string::npos);
}

TEST_F(LoginTest, ReadsThePasswordFromStandardInput) {
  EXPECT_EQ(hotswap({"login", server.url(), "--username", "admin", "--password-stdin"}, "from-stdin-pw\r\nmore\n").code,
            ExitCode::done);
  EXPECT_EQ(sent("POST", "/authentication/login").at("password"), "from-stdin-pw");
}

TEST_F(LoginTest, IsWrongUse_WithoutAnyPasswordOrTerminal) {
  hotswap.variables.erase("HOTSWAP_PASSWORD");
  EXPECT_EQ(login().code, ExitCode::wrongUse);
  EXPECT_EQ(hotswap({"login", server.url(), "--username", "admin", "--password-stdin"}, "").code, ExitCode::wrongUse);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(LoginTest, LaterCommandsUseTheSession) {
  login();
  EXPECT_EQ(hotswap({"database", "list"}).code, ExitCode::done);
  EXPECT_EQ(server.requests("GET", "/api/v1/databases").front().header("authorization"), "Bearer t-1");
}

TEST_F(LoginTest, NeverSendsATokenToAnotherService) {
  login();
  const ScriptedHttpServer other;
  const Ran ran = hotswap({"--url", other.url(), "database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(ran.err,
            "hotswap: you are not logged in to " + other.url() + "; use `hotswap login " + other.url() + "`\n");
  EXPECT_TRUE(other.requests().empty());
}

TEST_F(LoginTest, RemembersSeveralServices) {
  login();
  ScriptedHttpServer other;
  other.on("POST", "/api/v1/authentication/login", {.body = R"({"token":"t-2","expiresAt":"x","user":{}})"});
  hotswap({"login", other.url(), "--username", "admin"});
  EXPECT_EQ(hotswap({"--url", server.url(), "database", "list"}).code, ExitCode::done);
  EXPECT_EQ(server.requests("GET", "/api/v1/databases").front().header("authorization"), "Bearer t-1");
}

TEST_F(LoginTest, TheEnvironmentWinsOverTheSession) {
  login();
  hotswap.variables["HOTSWAP_TOKEN"] = "t-env";
  hotswap({"database", "list"});
  EXPECT_EQ(server.requests("GET", "/api/v1/databases").front().header("authorization"), "Bearer t-env");
}

TEST_F(LoginTest, KeepsTheOldSession_WhenTheNewLoginIsRefused) {
  login();
  ScriptedHttpServer other;
  other.on("POST", "/api/v1/authentication/login",
           {.status = 401, .body = R"({"error":{"code":"UNAUTHORIZED","message":"Name or password is wrong."}})"});
  const std::string before = textOf(file());
  const Ran ran = hotswap({"login", other.url(), "--username", "admin"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("hotswap: Name or password is wrong.\n"), std::string::npos);
  EXPECT_EQ(textOf(file()), before);
}

TEST_F(LoginTest, WhoamiSaysWhoAndWhere) {
  login();
  EXPECT_EQ(hotswap({"whoami"}).out, "admin (Admin) at " + server.url() + ", until 2027-01-15 09:00:00Z\n");
  EXPECT_EQ(hotswap({"whoami", "--quiet"}).out, "admin\n");
  EXPECT_EQ(json::parse(hotswap({"whoami", "--json"}).out).at("role"), "Admin");
}

TEST_F(LoginTest, WhoamiFails_WhenTheServiceRefusesTheToken) {
  login();
  hotswap.variables["HOTSWAP_URL"] = server.url();
  ScriptedHttpServer refusing;
  refusing.on("GET", "/api/v1/databases",
              {.status = 401, .body = R"({"error":{"code":"UNAUTHORIZED","message":"The token has run out."}})"});
  hotswap.variables["HOTSWAP_URL"] = refusing.url();
  hotswap.variables["HOTSWAP_TOKEN"] = "old";
  EXPECT_EQ(hotswap({"whoami"}).code, ExitCode::failed);
}

TEST_F(LoginTest, SaysHowToLogInAgain_WhenTheSessionHasEnded) {
  login();
  server.on("GET", "/api/v1/users",
            {.status = 401, .body = R"({"error":{"code":"UNAUTHORIZED","message":"The token has run out."}})"});
  const Ran ran = hotswap({"user", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(ran.err, "hotswap: The token has run out.\nLog in again with `hotswap login " + server.url() + "`.\n");
}

TEST_F(LoginTest, LogoutForgetsTheToken) {
  login();
  EXPECT_EQ(hotswap({"logout", "--url", server.url()}).code, ExitCode::done);
  EXPECT_EQ(textOf(file()).find("t-1"), std::string::npos);
  EXPECT_EQ(hotswap({"--url", server.url(), "database", "list"}).code, ExitCode::failed);
}

TEST_F(LoginTest, SaysWhatToDo_WhenTheSessionFileIsBroken) {
  login();
  std::ofstream(file()) << "{\"curr";
  const Ran ran = hotswap({"database", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("remove it and log in again"), std::string::npos);
}

TEST_F(LoginTest, SaysWhere_WhenTheSessionCanNotBeKept) {
  std::ofstream(hotswap.home.path() / "file") << "x";
  hotswap.variables["XDG_CONFIG_HOME"] = (hotswap.home.path() / "file").string();
  const Ran ran = login();
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find((hotswap.home.path() / "file" / "hotswap").string()), std::string::npos) << ran.err;
}

TEST_F(LoginTest, SaysSo_WhenThereIsNoPlaceForLogins) {
  hotswap.variables.erase("HOME");
  const Ran ran = login();
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_NE(ran.err.find("HOTSWAP_TOKEN"), std::string::npos) << ran.err;
}

TEST_F(LoginTest, NeedsNoHome_WithATokenFromTheEnvironment) {
  hotswap.variables.erase("HOME");
  hotswap.variables["HOTSWAP_TOKEN"] = "t-env";
  EXPECT_EQ(hotswap({"--url", server.url(), "database", "list"}).code, ExitCode::done);
}

TEST_F(LoginTest, PrintsTheAnswerAlone_WithJson) {
  const Ran ran = hotswap({"login", server.url(), "--username", "admin", "--json"});
  EXPECT_EQ(json::parse(ran.out).at("token"), "t-1");
  EXPECT_EQ(ran.err, "");
}

TEST_F(LoginTest, DoesNotFollowARedirectWithThePassword) {
  const ScriptedHttpServer elsewhere;
  ScriptedHttpServer redirecting;
  redirecting.on(
      "POST", "/api/v1/authentication/login",
      {.status = 307, .body = "{}", .headers = {{"Location", elsewhere.url() + "/api/v1/authentication/login"}}});
  EXPECT_EQ(hotswap({"login", redirecting.url(), "--username", "admin"}).code, ExitCode::failed);
  EXPECT_TRUE(elsewhere.requests().empty());
}

}  // namespace
}  // namespace hotswap::cli
