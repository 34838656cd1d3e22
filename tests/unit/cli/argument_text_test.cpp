#include "cli/argument_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/service_error.h"
#include "cli/service_url.h"
#include "cli/suggestion.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace hotswap::cli {
namespace {

TEST(Duration, IsReadInEveryUsualSpelling) {
  const std::vector<std::pair<std::string, double>> cases{
      {"PT30M", 1800}, {"30m", 1800}, {"1h30m", 5400}, {"90", 90},  {"90s", 90},     {"0.5", 0.5},
      {"250ms", 0.25}, {"2h", 7200},  {"10min", 600},  {" 5s ", 5}, {"PT0.5S", 0.5}, {"1D", 86400}};
  for (const auto& [text, seconds] : cases) EXPECT_DOUBLE_EQ(parseDuration(text, "--timeout").count(), seconds) << text;
}

TEST(Duration, IsRefused_WhenItIsNone) {
  for (const std::string text : {"", "soon", "-5", "5x", "5m3", "1.2.3s", "m", "1e9", "nan", "30 m"}) {
    EXPECT_THROW(static_cast<void>(parseDuration(text, "--timeout")), WrongUse) << text;
  }
}

TEST(Number, IsRefused_WhenItIsNoneOrHasNoEnd) {
  EXPECT_DOUBLE_EQ(parseNumber("1.5", "--latency-factor"), 1.5);
  EXPECT_DOUBLE_EQ(parseNumber("-2e3", "--latency-factor"), -2000);
  for (const std::string text : {"", "nan", "inf", "-inf", "1e999", "1.5x", " 1.5", "many", "+1"}) {
    EXPECT_THROW(static_cast<void>(parseNumber(text, "--latency-factor")), WrongUse) << text;
  }
}

struct ReadText : testing::Test {
  std::string read(const std::string& file, std::size_t most = 1024) {
    return readText({.in = in, .out = out, .err = out, .clock = clock}, file, most);
  }
  std::string fileWith(const std::string& text) {
    const auto path = folder.path() / "file.sql";
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  support::TemporaryFolder folder;
  std::istringstream in;
  std::ostringstream out;
  support::ManualClock clock;
};

TEST_F(ReadText, ReadsAFileToTheByte) { EXPECT_EQ(read(fileWith("select 1;\r\n")), "select 1;\r\n"); }
TEST_F(ReadText, ReadsStandardInput_ForADash) {
  in.str("select 2;");
  EXPECT_EQ(read("-"), "select 2;");
}
TEST_F(ReadText, ReadsAnEmptyFile) { EXPECT_EQ(read(fileWith("")), ""); }
TEST_F(ReadText, TakesExactlyTheMost) { EXPECT_EQ(read(fileWith(std::string(1024, 'x'))).size(), 1024U); }
TEST_F(ReadText, RefusesOneByteMore) { EXPECT_THROW(read(fileWith(std::string(1025, 'x'))), Error); }
TEST_F(ReadText, RefusesWhatIsNoUtf8) { EXPECT_THROW(read(fileWith("select '\xFF'")), Error); }
TEST_F(ReadText, RefusesAFolder) { EXPECT_THROW(read(folder.path().string()), Error); }
TEST_F(ReadText, NamesTheFileThatIsMissing) {
  try {
    read("/nowhere/up.sql");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "/nowhere/up.sql can't be read: No such file or directory");
  }
}

TEST(ServiceUrl, HasOneSpelling) {
  EXPECT_EQ(normalisedUrl("http://127.0.0.1:5000/"), "http://127.0.0.1:5000");
  EXPECT_EQ(normalisedUrl("HTTPS://HotSwap.Example/base//"), "https://hotswap.example/base");
  EXPECT_EQ(normalisedUrl("127.0.0.1:5000"), "http://127.0.0.1:5000");
  EXPECT_EQ(normalisedUrl("localhost:5000"), "http://localhost:5000");
  EXPECT_EQ(normalisedUrl("hotswap.example"), "https://hotswap.example");
  EXPECT_EQ(normalisedUrl("http://[::1]:5000"), "http://[::1]:5000");
}

TEST(ServiceUrl, IsRefused_WhenItIsNoneOrHoldsAPassword) {
  for (const std::string url :
       {"", "ftp://x", "file:///etc/passwd", "http://", "http://a b", "http://me:pw@host", "http://me@host"}) {
    EXPECT_THROW(static_cast<void>(normalisedUrl(url)), WrongUse) << url;
  }
}

TEST(ServiceUrl, KnowsThisMachine) {
  EXPECT_TRUE(isLoopback("http://127.0.0.1:5000"));
  EXPECT_TRUE(isLoopback("http://localhost"));
  EXPECT_TRUE(isLoopback("http://[::1]:5000/x"));
  EXPECT_FALSE(isLoopback("http://10.0.0.1"));
  EXPECT_FALSE(isLoopback("http://localhost.example.com"));
}

TEST(ServiceUrl, EscapesWhatWouldLeaveItsPartOfThePath) {
  EXPECT_EQ(pathPart("a/b?c#d%e f"), "a%2Fb%3Fc%23d%25e%20f");
  EXPECT_EQ(pathPart(".."), "%2E%2E");
  EXPECT_EQ(pathPart("mig-1_a.b~"), "mig-1_a.b~");
  EXPECT_EQ(withQuery("/x", {{"a", "1&2"}, {"b", ""}, {"c", "d"}}), "/x?a=1%262&c=d");
}

TEST(Suggestion, FindsTheWordThatWasMeant) {
  const std::vector<std::string> words{"serve", "login", "database", "migration", "execute", "execution"};
  EXPECT_EQ(nearest("migratoin", words), "migration");
  EXPECT_EQ(nearest("LOGIN", words), "login");
  EXPECT_EQ(nearest("sevre", words), "serve");
  EXPECT_EQ(nearest("data", words), "database");
  EXPECT_EQ(nearest("excute", words), "execute");
}

TEST(Suggestion, IsSilent_WhenNothingIsNear) {
  const std::vector<std::string> words{"serve", "login"};
  EXPECT_EQ(nearest("banana", words), std::nullopt);
  EXPECT_EQ(nearest("", words), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'x'), words), std::nullopt);
}

}  // namespace
}  // namespace hotswap::cli
