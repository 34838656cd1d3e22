#include "observe/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/time_text.h"

namespace hotswap::observe {
namespace {

/// What `work` writes to standard error, line by line.
template <class Work>
std::vector<std::string> linesOf(Work work) {
  testing::internal::CaptureStderr();
  work();
  std::istringstream captured(testing::internal::GetCapturedStderr());
  std::vector<std::string> lines;
  for (std::string line; std::getline(captured, line);) lines.push_back(line);
  return lines;
}

class LogTest : public testing::Test {
 public:
  ~LogTest() override { setUpLog("warning", LogFormat::Text); }
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  setUpLog("debug", LogFormat::Json);
  const auto lines = linesOf([] {
    logDebug("one");
    logInfo("two");
    logWarning("three");
    logError("four \"quoted\" \\ back\nslash\t\x01");
  });
  ASSERT_EQ(lines.size(), 4U);
  const std::vector<std::string> levels{"debug", "info", "warning", "error"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = nlohmann::json::parse(lines[i]);
    EXPECT_EQ(line.at("level"), levels[i]);
    EXPECT_TRUE(parseRfc3339(line.at("time").get<std::string>()));
    EXPECT_FALSE(line.contains("traceId"));
  }
  EXPECT_EQ(nlohmann::json::parse(lines[3]).at("message"), "four \"quoted\" \\ back\nslash\t\x01");
}

TEST_F(LogTest, WritesBrokenUtf8AsReplacementCharacters) {
  for (const auto format : {LogFormat::Json, LogFormat::Text}) {
    setUpLog("info", format);
    const auto lines = linesOf([] { logInfo(std::string("a\xFF\xC0\x80 z\0y", 8)); });
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("a\xEF\xBF\xBD"), std::string::npos);
    EXPECT_EQ(lines[0].find('\xFF'), std::string::npos);
    EXPECT_EQ(lines[0].find('\0'), std::string::npos);
  }
}

TEST_F(LogTest, KeepsATextLineOneLineAndHarmlessToTerminals) {
  setUpLog("info", LogFormat::Text);
  const auto lines = linesOf([] { logInfo("first\nERROR forged \x1b[31m red \xC2\x9B end"); });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find(" info    first\\nERROR forged \\x1b[31m red"), std::string::npos);
  EXPECT_EQ(lines[0].find("\xC2\x9B"), std::string::npos);
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheLevel) {
  setUpLog("error", LogFormat::Text);
  EXPECT_TRUE(linesOf([] {
                logDebug("x");
                logInfo("x");
                logWarning("x");
              }).empty());
}

TEST_F(LogTest, RefusesAnUnknownLevel) {
  try {
    setUpLog("loud", LogFormat::Text);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    EXPECT_NE(std::string(error.what()).find("loud"), std::string::npos);
  }
}

TEST_F(LogTest, RedactsMessages) {
  for (const auto format : {LogFormat::Json, LogFormat::Text}) {
    setUpLog("info", format);
    const auto lines = linesOf([] { logInfo("connect to host=h password=S3CRET"); });
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].find("S3CRET"), std::string::npos);
  }
}

TEST_F(LogTest, CarriesTheTraceIdOfTheThreadAndBringsBackTheOneBefore) {
  setUpLog("info", LogFormat::Json);
  const auto lines = linesOf([] {
    const LogContext outer("trace-1");
    {
      const LogContext inner("trace-2");
      logInfo("a");
      std::jthread([] { logInfo("b"); }).join();
    }
    logInfo("c");
  });
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(nlohmann::json::parse(lines[0]).at("traceId"), "trace-2");
  EXPECT_FALSE(nlohmann::json::parse(lines[1]).contains("traceId"));
  EXPECT_EQ(nlohmann::json::parse(lines[2]).at("traceId"), "trace-1");
}

TEST_F(LogTest, KeepsLinesWhole_WhenThreadsWriteAtOnce) {
  setUpLog("info", LogFormat::Json);
  const auto lines = linesOf([] {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([] {
        for (int n = 0; n < 100; ++n) logInfo(std::string(500, 'x'));
      });
    }
  });
  ASSERT_EQ(lines.size(), 800U);
  for (const std::string& line : lines) EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST_F(LogTest, ChoosesJson_WhenStandardErrorIsNoTerminal) {
  const auto lines = linesOf([] {
    setUpLog("info", LogFormat::Automatic);
    logInfo("x");
  });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(nlohmann::json::accept(lines[0]));
}

}  // namespace
}  // namespace hotswap::observe
