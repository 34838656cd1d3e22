#include "app/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "support/temporary_folder.h"

namespace hotswap::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal(const std::map<std::string, std::string>& environment,
                    const std::map<std::string, std::string>& flags = {}) {
  try {
    static_cast<void>(readConfiguration({}, environment, flags));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    return error.what();
  }
  return "";
}

Configuration fromFile(const std::string& text) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "hotswap.yaml";
  std::ofstream(file) << text;
  return readConfiguration(file, {}, {});
}

TEST(Configuration, HasTheDefaultsOfTheContract) {
  const Configuration configuration = readConfiguration({}, {}, {});
  EXPECT_EQ(configuration.urls, std::vector<std::string>{"http://127.0.0.1:5000"});
  EXPECT_EQ(configuration.maxConcurrentExecutions, 10U);
  EXPECT_EQ(configuration.execution.timeout, Seconds(1800));
  EXPECT_EQ(configuration.jwtExpirationMinutes, 60);
  EXPECT_EQ(configuration.execution.watch.primary, Seconds(120));
}

TEST(Configuration, FlagsWinOverEnvironmentOverFile) {
  const support::TemporaryFolder folder;
  const auto file = folder.path() / "hotswap.yaml";
  std::ofstream(file) << "Monitoring:\n  PrimarySeconds: 1\n  LatencyFactor: 2\n  WindowSeconds: 3\n";
  const auto configuration =
      readConfiguration(file, {{"Monitoring__LatencyFactor", "4"}, {"Monitoring__WindowSeconds", "5"}},
                        {{"Monitoring__WindowSeconds", "6"}});
  EXPECT_EQ(configuration.execution.watch.primary, Seconds(1));
  EXPECT_EQ(configuration.execution.watch.latencyFactor, 4);
  EXPECT_EQ(configuration.execution.watch.window, Seconds(6));
}

TEST(Configuration, TakesListsOfAddresses) {
  EXPECT_THAT(fromFile("Urls:\n  - http://127.0.0.1:1\n  - https://127.0.0.1:2\n").urls,
              testing::ElementsAre("http://127.0.0.1:1", "https://127.0.0.1:2"));
}

TEST(Configuration, NamesTheNearestKey_WhenOneIsMisspelt) {
  EXPECT_THAT(refusal({{"JWT__Sekret", "x"}}), HasSubstr("Did you mean JWT__Secret?"));
  EXPECT_THAT(refusal({}, {{"monitoring__windowseconds", "3"}}), HasSubstr("Monitoring__WindowSeconds"));
}

TEST(Configuration, LeavesForeignVariablesAlone) { EXPECT_EQ(refusal({{"OTHER__Thing", "x"}, {"PATH", "/bin"}}), ""); }

TEST(Configuration, NamesTheKey_WhenAValueIsWrong) {
  const std::map<std::string, std::string> wrong{{"JWT__Secret", "short"},
                                                 {"JWT__ExpirationMinutes", "0"},
                                                 {"Log__Level", "loud"},
                                                 {"Urls", "ftp://x"},
                                                 {"Monitoring__LatencyFactor", "1"},
                                                 {"Monitoring__CpuPercent", "many"},
                                                 {"Migration__LockTimeout", "5s"},
                                                 {"Migration__DefaultExecutionTimeout", "PT3H"},
                                                 {"Migration__MaxConcurrentExecutions", "1e9"},
                                                 {"Monitoring__WindowSeconds", "nan"}};
  for (const auto& [key, value] : wrong) EXPECT_THAT(refusal({{key, value}}), HasSubstr(key)) << value;
}

TEST(Configuration, NeverRepeatsASecret) {
  EXPECT_THAT(refusal({{"JWT__Secret", "hunter2"}}), testing::Not(HasSubstr("hunter2")));
}

TEST(Configuration, SaysWhere_WhenTheFileIsBroken) {
  EXPECT_THROW(fromFile("Urls: [unclosed"), Error);
  EXPECT_THROW(fromFile("- a\n- b\n"), Error);
  EXPECT_THROW(readConfiguration("/nonexistent/hotswap.yaml", {}, {}), Error);
}

std::string refusalOfFile(const std::string& text) {
  try {
    static_cast<void>(fromFile(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    return error.what();
  }
  return "";
}

TEST(Configuration, RefusesAFileThatRefersToItself) {
  EXPECT_THAT(refusalOfFile("Log:\n  Level: &x\n    y: *x\n"), HasSubstr("line 2"));
  EXPECT_THAT(refusalOfFile("Log: &x\n  Level: *x\n"), HasSubstr("Log__Level"));
  EXPECT_THAT(refusalOfFile("Urls: &x\n  - *x\n"), HasSubstr("hotswap.yaml"));
}

TEST(Configuration, RefusesAFileThatSaysSomethingTwice) {
  EXPECT_THAT(refusalOfFile("Log:\n  Level: info\n  Level: error\n"),
              HasSubstr("line 3: Log__Level stands there twice"));
  EXPECT_THAT(refusalOfFile("Log:\n  Level: info\nLog:\n  Format: text\n"), HasSubstr("line 3: Log stands"));
  EXPECT_THAT(refusalOfFile("Log__Level: info\nLog:\n  Level: error\n"), HasSubstr("Log__Level stands there twice"));
}

TEST(Configuration, TakesAnEmptySection_AndRefusesAnEmptyKey) {
  EXPECT_EQ(refusalOfFile("Migration:\nLog:\n  Level: error\n"), "");
  EXPECT_THAT(refusalOfFile("Data:\n  Folder:\n"), HasSubstr("Data__Folder has no value"));
  EXPECT_THAT(refusalOfFile("Log: info\n"), HasSubstr("Log is a section"));
}

TEST(Configuration, SuggestsNothing_WhenNothingIsNear) {
  EXPECT_THAT(refusalOfFile("Zebra: 1\n"), AllOf(HasSubstr("no key Zebra"), Not(HasSubstr("Did you mean"))));
}

TEST(Configuration, RefusesAFolderForAFile) {
  const support::TemporaryFolder folder;
  try {
    static_cast<void>(readConfiguration(folder.path(), {}, {}));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("is a folder"));
  }
}

TEST(Configuration, TakesWholeNumbersOnly_WhereThereAreNoParts) {
  for (const char* const value : {"2.7", "1e1", "0", "101", "", " 3", "3 "}) {
    EXPECT_THAT(refusal({{"Migration__MaxConcurrentExecutions", value}}), HasSubstr("whole number")) << value;
  }
  EXPECT_THAT(refusal({{"JWT__ExpirationMinutes", "1.5"}}), HasSubstr("whole number"));
}

TEST(Configuration, RefusesAnEmptyAddressAndAnEmptyFolder) {
  EXPECT_THAT(refusal({}, {{"Urls", ""}}), HasSubstr("at least one address"));
  EXPECT_THAT(refusal({}, {{"Data__Folder", ""}}), HasSubstr("must name a folder"));
}

TEST(Configuration, NoticesAMisspeltVariableOfItsOwn) {
  const auto warnings = misspeltVariables({{"HOTSWAP_MASTERKEY", "hunter2"},
                                           {"HOTSWAP_MASTER_KEY", "x"},
                                           {"HOTSWAP_PASSWORD", "x"},
                                           {"HOTSWAP_PORT_5000_TCP", "tcp://10.0.0.1:5000"},
                                           {"HOTSWAP_SERVICE_HOST", "10.0.0.1"},
                                           {"PATH", "/bin"}});
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings.front(), AllOf(HasSubstr("did you mean HOTSWAP_MASTER_KEY?"), Not(HasSubstr("hunter2"))));
}

TEST(Configuration, NoticesAVariableOfItsStyleThatItDoesNotKnow) {
  const std::map<std::string, std::string> unknown{
      {"Migraton__LockTimeout", "did you mean Migration__LockTimeout?"},
      {"MONITORING__WINDOWSECONDS", "did you mean Monitoring__WindowSeconds?"},
      {"URLS", "did you mean Urls?"},
      {"ConnectionStrings__MetadataDB", "ConnectionStrings__MetadataDB"},
      {"Logs__Level", "did you mean Log__Level?"}};
  for (const auto& [name, said] : unknown) {
    EXPECT_EQ(refusal({{name, "hunter2"}}), "") << "it may be another program's";
    const auto warnings = misspeltVariables({{name, "hunter2"}});
    ASSERT_EQ(warnings.size(), 1U) << name;
    EXPECT_THAT(warnings.front(), AllOf(HasSubstr(name), HasSubstr(said), Not(HasSubstr("hunter2"))));
  }
}

TEST(Configuration, IsSilentAboutVariablesItTakesAndThoseOfOtherStyles) {
  EXPECT_THAT(misspeltVariables({{"Log__Level", "info"},
                                 {"Urls", "http://127.0.0.1:1"},
                                 {"PATH", "/bin"},
                                 {"LS_COLORS", "x"},
                                 {"AIRFLOW__CORE__DAGS_FOLDER", "x"},
                                 {"__CF_USER_TEXT_ENCODING", "x"},
                                 {"npm_config__cache", "x"},
                                 {"TRAILING__", "x"}}),
              testing::IsEmpty());
}

TEST(Configuration, HasASwitchForTheMetrics) {
  EXPECT_TRUE(readConfiguration({}, {}, {}).metrics);
  EXPECT_FALSE(fromFile("Metrics:\n  Enabled: false\n").metrics);
  EXPECT_FALSE(readConfiguration({}, {{"Metrics__Enabled", "false"}}, {}).metrics);
  EXPECT_THAT(refusal({{"Metrics__Enabled", "no"}}), HasSubstr("Metrics__Enabled must be one of true, false"));
}

TEST(Configuration, BoundsTheConnectionsOfOneAddress) {
  EXPECT_EQ(readConfiguration({}, {}, {}).connectionsPerAddress, 256U);
  EXPECT_EQ(fromFile("Http:\n  ConnectionsPerAddress: 7\n").connectionsPerAddress, 7U);
  EXPECT_THAT(refusal({{"Http__ConnectionsPerAddress", "0"}}), HasSubstr("from 1 to 1000"));
}

TEST(Configuration, DescribesEveryKeyOnce) {
  std::set<std::string> names;
  for (const ConfigurationKey& key : configurationKeys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_FALSE(key.description.empty()) << key.name;
  }
}

}  // namespace
}  // namespace hotswap::app
