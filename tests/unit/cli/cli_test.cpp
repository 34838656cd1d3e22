#include "cli/cli.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "support/command_line.h"
#include "support/server_process.h"

namespace hotswap::cli {
namespace {

using nlohmann::json;

struct Cli : testing::Test {
  support::CommandLine hotswap;
};

TEST_F(Cli, ShowsHelpOnStandardErrorAndIsWrongUse_WithoutArguments) {
  const auto ran = hotswap({});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("Usage: hotswap COMMAND"), std::string::npos);
}

TEST_F(Cli, SuggestsTheNearestCommand) {
  const auto ran = hotswap({"migratoin", "list"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "hotswap: there is no command `migratoin`; did you mean `migration`?\nUsage: hotswap COMMAND\nTry `hotswap "
            "--help`.\n");
}

TEST_F(Cli, SuggestsTheNearestCommandOfAGroup) {
  const auto ran = hotswap({"migration", "crate"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_NE(ran.err.find("no command `crate`; did you mean `create`?"), std::string::npos);
  EXPECT_NE(ran.err.find("Usage: hotswap migration COMMAND"), std::string::npos);
}

TEST_F(Cli, SuggestsTheNearestOption) {
  const auto ran = hotswap({"execute", "m", "--wacth"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_NE(ran.err.find("no option `--wacth`; did you mean `--watch`?"), std::string::npos);
}

TEST_F(Cli, SuggestsTheNearestValue) {
  const auto ran = hotswap({"execute", "m", "--strategy", "phasde"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_NE(
      ran.err.find("--strategy takes Direct, Phased, Canary, BlueGreen, Shadow, not `phasde`; did you mean Phased?"),
      std::string::npos)
      << ran.err;
}

TEST_F(Cli, SaysWhatIsMissing) {
  EXPECT_NE(hotswap({"execute"}).err.find("MIGRATION is required"), std::string::npos);
  EXPECT_NE(hotswap({"migration", "create", "x", "--up", "-"}).err.find("--database is required"), std::string::npos);
  EXPECT_NE(hotswap({"migration"}).err.find("say what to do: create, list, show, update, validate, delete"),
            std::string::npos);
}

TEST_F(Cli, RefusesLimitsOutsideTheContract_BeforeAnythingIsSent) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> wrong{
      {"--timeout", {"3h", "0", "nan", "inf", "-5", "PT2H1S", ""}},
      {"--watch-seconds", {"25h", "-1", "nan", ""}},
      {"--baseline-seconds", {"0", "601", "inf"}},
      {"--window-seconds", {"0.5", "601"}},
      {"--lock-wait-seconds", {"0", "3601"}},
      {"--lag-seconds", {"0", "2d"}},
      {"--latency-factor", {"nan", "inf", "-inf", "-1", "1", "1001", "1e999", "2x", ""}},
      {"--cpu-percent", {"nan", "0", "-3", "101", "inf"}},
      {"--request-timeout", {"nan", "inf", "-1", "0", "1e6", ""}}};
  for (const auto& [option, texts] : wrong) {
    for (const std::string& text : texts) {
      // Were it sent, it would fail for want of a login.
      std::vector<std::string> arguments{"execute", "m", option};
      arguments.push_back(text);
      const auto ran = hotswap(arguments);
      EXPECT_EQ(ran.code, ExitCode::wrongUse) << option << " " << text << ran.err;
      EXPECT_NE(ran.err.find(option), std::string::npos) << text << ran.err;
    }
  }
  EXPECT_NE(hotswap({"execute", "m", "--timeout", "3h"})
                .err.find("--timeout must be greater than 0 and at most 7200 seconds, not `3h`"),
            std::string::npos);
  EXPECT_NE(hotswap({"execute", "m", "--latency-factor", "nan"})
                .err.find("--latency-factor takes a number like 1.5, not `nan`"),
            std::string::npos);
}

TEST_F(Cli, RefusesAnEmptyText_WhereItCanMeanNothing) {
  bool served = false;
  hotswap.serve = [&](const ServeOptions&) {
    served = true;
    return 0;
  };
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"serve", "--data", ""},
                                             {"serve", "--data="},
                                             {"serve", "--config", ""},
                                             {"serve", "--urls", ""},
                                             {"serve", "--log-level", ""},
                                             {"--url", "", "migration", "list"},
                                             {"database", "show", ""}}) {
    const auto ran = hotswap(arguments);
    EXPECT_EQ(ran.code, ExitCode::wrongUse) << testing::PrintToString(arguments) << ran.err;
  }
  EXPECT_FALSE(served);
  EXPECT_NE(hotswap({"serve", "--data", ""}).err.find("--data takes no empty text"), std::string::npos);
}

TEST_F(Cli, RefusesAWordTooMany) {
  const auto ran = hotswap({"migration", "show", "a", "b"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_NE(ran.err.find("`b` is one word too many"), std::string::npos) << ran.err;
}

TEST_F(Cli, NeverRepeatsAPasswordThatWasGivenAsArgument) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"login", "http://127.0.0.1:1", "--password", "hunter2"},
                                             {"login", "--password=hunter2"},
                                             {"user", "add", "x", "--role", "DBA", "--password=hunter2"},
                                             {"login", "-p", "hunter2"}}) {
    const auto ran = hotswap(arguments);
    EXPECT_EQ(ran.code, ExitCode::wrongUse);
    EXPECT_EQ((ran.out + ran.err).find("hunter2"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("--password-stdin"), std::string::npos) << ran.err;
  }
}

TEST_F(Cli, RefusesAConnectionWithAPasswordAsArgumentWithoutRepeatingIt) {
  for (const std::string connection :
       {"Host=h;Username=u;Password=hunter2;Database=d", "postgresql://u:hunter2@h/d", "host=h password=hunter2"}) {
    const auto ran = hotswap({"database", "add", "x", "--environment", "QA", "--connection", connection});
    EXPECT_EQ(ran.code, ExitCode::wrongUse);
    EXPECT_EQ((ran.out + ran.err).find("hunter2"), std::string::npos) << ran.err;
  }
}

TEST_F(Cli, WritesWrongUseAsJson_WhenJsonIsAskedFor) {
  const auto ran = hotswap({"--json", "migration", "crate"});
  EXPECT_EQ(ran.code, ExitCode::wrongUse);
  EXPECT_EQ(ran.out, "");
  const json error = json::parse(ran.err);
  EXPECT_EQ(error.at("error").at("code"), "VALIDATION_ERROR");
  EXPECT_EQ(error.at("error").at("message"), "there is no command `crate`; did you mean `create`?");
}

TEST_F(Cli, TakesGlobalOptionsInFrontAndBehind) {
  EXPECT_EQ(hotswap({"--json", "version"}).out, "{\"version\":\"1.2.3\"}\n");
  EXPECT_EQ(hotswap({"version", "--json"}).out, "{\"version\":\"1.2.3\"}\n");
  EXPECT_EQ(hotswap({"version"}).out, "hotswap 1.2.3\n");
  EXPECT_EQ(hotswap({"version", "-q"}).out, "1.2.3\n");
}

TEST_F(Cli, TakesAnArgumentThatIsCalledLikeACommand) {
  const auto ran = hotswap({"--url", "http://127.0.0.1:1", "migration", "show", "list"});
  EXPECT_EQ(ran.code, ExitCode::failed) << ran.err;  // it gets as far as the login that is missing
  EXPECT_NE(ran.err.find("not logged in"), std::string::npos);
}

TEST_F(Cli, HandsServeWhatWasAsked) {
  ServeOptions asked;
  hotswap.serve = [&](const ServeOptions& options) {
    asked = options;
    return 7;
  };
  EXPECT_EQ(hotswap({"serve", "--config", "a.yaml", "--urls", "http://127.0.0.1:1,http://127.0.0.1:2", "--data", "d",
                     "--log-level", "DEBUG"})
                .code,
            7);
  EXPECT_EQ(asked.configFile, "a.yaml");
  EXPECT_EQ(asked.urls, (std::vector<std::string>{"http://127.0.0.1:1", "http://127.0.0.1:2"}));
  EXPECT_EQ(asked.dataFolder, "d");
  EXPECT_EQ(asked.logLevel, "debug");
}

TEST_F(Cli, LeavesToTheConfigurationWhatServeWasNotAsked) {
  ServeOptions asked;
  hotswap.serve = [&](const ServeOptions& options) {
    asked = options;
    return 0;
  };
  EXPECT_EQ(hotswap({"serve"}).code, ExitCode::done);
  EXPECT_FALSE(asked.configFile || asked.dataFolder || asked.logLevel || !asked.urls.empty());
}

TEST_F(Cli, PrintsWhatServeThrows) {
  hotswap.serve = [](const ServeOptions&) -> int {
    throw Error(ErrorCode::Unavailable, "port 5000 is taken", {{"Urls", "in use"}});
  };
  const auto ran = hotswap({"serve"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_EQ(ran.err, "hotswap: port 5000 is taken\n  Urls: in use\n");
}

TEST_F(Cli, SurvivesAnExceptionOfAnyKind) {
  hotswap.serve = [](const ServeOptions&) -> int { throw std::runtime_error("oops"); };
  EXPECT_EQ(hotswap({"serve"}).code, ExitCode::failed);
}

TEST_F(Cli, ColoursOnlyOnATerminal) {
  hotswap.serve = [](const ServeOptions&) -> int { throw Error(ErrorCode::Unavailable, "no"); };
  EXPECT_EQ(hotswap({"serve"}).err.find('\x1b'), std::string::npos);
  hotswap.terminal = true;
  EXPECT_NE(hotswap({"serve"}).err.find('\x1b'), std::string::npos);
  hotswap.variables["NO_COLOR"] = "1";
  EXPECT_EQ(hotswap({"serve"}).err.find('\x1b'), std::string::npos);
}

TEST_F(Cli, ShowsHelpWithAnExample_ForEveryCommand) {
  const std::string reference = hotswap({"help", "--markdown"}).out;
  std::size_t commands = 0;
  for (std::size_t at = 0; (at = reference.find("\n### hotswap ", at)) != std::string::npos; ++at) {
    const std::size_t begin = at + std::string("\n### hotswap ").size();
    std::istringstream words(reference.substr(begin, reference.find('\n', begin) - begin));
    std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
    arguments.emplace_back("--help");
    const auto ran = hotswap(arguments);
    EXPECT_EQ(ran.code, ExitCode::done) << ran.err;
    EXPECT_NE(ran.out.find("Usage: hotswap " + arguments.front()), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\nExample:\n  "), std::string::npos) << ran.out;
    ++commands;
  }
  EXPECT_GT(commands, 25U);
}

TEST_F(Cli, ShowsHelpWithAnExample_ForEveryGroup) {
  for (const char* const group : {"database", "migration", "execution", "user"}) {
    EXPECT_NE(hotswap({group, "--help"}).out.find("\nExample:\n  hotswap " + std::string(group) + " "),
              std::string::npos)
        << group;
  }
  EXPECT_NE(hotswap({"--help"}).out.find("\nExample:\n  hotswap "), std::string::npos);
}

TEST_F(Cli, HelpAsACommandSaysTheSame) {
  EXPECT_EQ(hotswap({"help", "migration", "create"}).out, hotswap({"migration", "create", "--help"}).out);
  EXPECT_EQ(hotswap({"help"}).out, hotswap({"--help"}).out);
  EXPECT_EQ(hotswap({"help", "migration", "crate"}).code, ExitCode::wrongUse);
}

TEST_F(Cli, TakesVersionAsAnOptionToo) {
  EXPECT_EQ(hotswap({"--version"}).out, "hotswap 1.2.3\n");
  EXPECT_EQ(hotswap({"--json", "--version"}).out, hotswap({"version", "--json"}).out);
  EXPECT_EQ(hotswap({"migration", "--version"}).code, ExitCode::wrongUse);
}

/// What becomes of commands whose output can't be written.
struct BrokenOutput : testing::Test {
  int run(const std::vector<std::string>& arguments, bool closed) {
    std::istringstream in;
    std::ofstream full("/dev/full");
    support::ManualClock clock;
    const Shell shell{
        .in = in, .out = full, .err = err, .clock = clock, .variables = {}, .outIsClosed = [closed] { return closed; }};
    return cli::run(arguments, shell, {.version = "1.2.3", .serve = {}});
  }
  std::ostringstream err;
};

TEST_F(BrokenOutput, IsAFailure_OfEveryCommand) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"help"}, {"migration", "--help"}, {"version"}}) {
    err.str({});
    EXPECT_EQ(run(arguments, false), ExitCode::failed) << arguments.front();
    EXPECT_NE(err.str().find("could not be written"), std::string::npos) << arguments.front();
  }
}

TEST_F(BrokenOutput, EndsSilently_WhereTheReaderHasGone) {
  EXPECT_EQ(run({"--help"}, true), ExitCode::closedPipe);
  EXPECT_EQ(run({"version"}, true), ExitCode::closedPipe);
  EXPECT_EQ(err.str(), "");
}

TEST_F(Cli, KeepsTheCommittedReferenceUpToDate) {
  const std::string path = std::string(HOTSWAP_SOURCE_DIR) + "/docs/reference/commands.md";
  std::ifstream file(path, std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(committed == hotswap({"help", "--markdown"}).out)
      << "make it anew with: hotswap help --markdown > docs/reference/commands.md";
}

struct Completion : Cli {
  std::string script(const std::string& shell) { return hotswap({"completion", shell}).out; }

  /// What bash offers for a line whose last word is being typed.
  std::string offered(const std::vector<std::string>& words) {
    const auto path = folder.path() / "completion.bash";
    std::ofstream(path) << script("bash")
                        << "COMP_WORDS=(\"$@\")\nCOMP_CWORD=$(($# - 1))\n_hotswap\necho \"${COMPREPLY[*]}\"\n";
    std::vector<std::string> command{"bash", path.string()};
    command.insert(command.end(), words.begin(), words.end());
    return support::runProgram(command).output;
  }
  support::TemporaryFolder folder;
};

TEST_F(Completion, ForBashIsAValidScript) {
  const auto path = folder.path() / "completion.bash";
  std::ofstream(path) << script("bash");
  const auto checked = support::runProgram({"bash", "-n", path.string()});
  EXPECT_EQ(checked.status, 0) << checked.output;
}

TEST_F(Completion, OffersCommandsOptionsAndValues) {
  EXPECT_EQ(offered({"hotswap", "mig"}), "migration migrate\n");
  EXPECT_EQ(offered({"hotswap", "migration", ""}), "create list show update validate delete\n");
  EXPECT_EQ(offered({"hotswap", "migration", "create", "x", "--st"}), "--strategy\n");
  EXPECT_EQ(offered({"hotswap", "execute", "m", "--strategy", "Ph"}), "Phased\n");
  EXPECT_EQ(offered({"hotswap", "--url", "http://h", "execution", "wa"}), "watch\n");
  EXPECT_EQ(offered({"hotswap", "completion", "z"}), "zsh\n");
  EXPECT_EQ(offered({"hotswap", "user", "list", "--jso"}), "--json\n");
}

TEST_F(Completion, OffersCommandsAfterHelp) {
  EXPECT_EQ(offered({"hotswap", "help", "mig"}), "migration migrate\n");
  EXPECT_EQ(offered({"hotswap", "help", "migration", ""}), offered({"hotswap", "migration", ""}));
}

TEST_F(Completion, ForZshWorksHoweverItIsLoaded) {
  const auto installed = folder.path() / "_hotswap";
  std::ofstream(installed) << script("zsh");
  const std::string file = installed.string();
  const auto zsh = [&](const std::string& commands) {
    return support::runProgram({"zsh", "-f", "-c", commands}).output;
  };
  // Without compinit before it.
  EXPECT_EQ(zsh("source " + file + "; print $_comps[hotswap]"), "_hotswap\n");
  // Found by compinit in fpath: the first call already completes, which stands for itself here.
  EXPECT_EQ(
      zsh("fpath=(" + folder.path().string() +
          " $fpath); autoload -Uz compinit; compinit -D -u; print $_comps[hotswap]; _arguments() { print called }; "
          "_hotswap"),
      "_hotswap\ncalled\n");
}

TEST_F(Completion, KnowsEveryCommandInEveryShell) {
  const std::string zsh = script("zsh");
  const std::string fish = script("fish");
  EXPECT_NE(zsh.find("_hotswap_migration_create()"), std::string::npos);
  EXPECT_NE(zsh.find("--no-auto-rollback"), std::string::npos);
  EXPECT_NE(fish.find("-l no-auto-rollback"), std::string::npos);
  EXPECT_NE(fish.find("-a create"), std::string::npos);
}

TEST_F(Completion, RefusesAShellItDoesNotKnow) { EXPECT_EQ(hotswap({"completion", "tcsh"}).code, ExitCode::wrongUse); }

}  // namespace
}  // namespace hotswap::cli
