#include "domain/connection_string.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "support/manual_clock.h"

namespace hotswap {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

Settings settingsOf(std::string_view text) { return ConnectionString::parse(text).settings(); }

/// The message with which `text` is refused, empty where it is not.
std::string refusalOf(std::string_view text) {
  try {
    static_cast<void>(ConnectionString::parse(text));
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    return error.what();
  }
}

const Settings usual{{"host", "db.example"}, {"port", "5433"}, {"dbname", "shop"}, {"user", "ada"}, {"password", "pw"}};

TEST(ConnectionString, ReadsPairs_AsTheyAreWrittenInDotNet) {
  EXPECT_EQ(settingsOf("Host=db.example;Port=5433;Database=shop;Username=ada;Password=pw"), usual);
  EXPECT_EQ(settingsOf("Server=db.example;Port=5433;Database=shop;User Id=ada;Pwd=pw;"), usual);
  EXPECT_EQ(settingsOf(" SERVER = db.example ; port= 5433; DataBase=shop;;UserId=ada;PASSWORD=pw ;"), usual);
}

TEST(ConnectionString, ReadsLibpqKeyValues) {
  EXPECT_EQ(settingsOf("host=db.example port=5433 dbname=shop user=ada password=pw"), usual);
  EXPECT_EQ(settingsOf(" host = 'db.example'\nport=5433\tdbname='shop'user=ada   password = pw "), usual);
}

TEST(ConnectionString, ReadsUris) {
  EXPECT_EQ(settingsOf("postgresql://ada:pw@db.example:5433/shop"), usual);
  EXPECT_EQ(settingsOf("postgres://db.example:5433/shop?user=ada&password=pw"), usual);
  EXPECT_EQ(settingsOf("PostgreSQL://ada:p%77@db%2Eexample:5433/sh%6Fp\n"), usual);
}

TEST(ConnectionString, MapsTheNamesOfPairsToLibpqsKeywords) {
  EXPECT_EQ(
      settingsOf("Host=h;Root Certificate=/c.pem;Timeout=7;Application Name=my app;Target Session Attributes=Primary;"
                 "SSL Certificate=/a.crt;Ssl Key=/a.key;SSL Password=x;Channel Binding=Require"),
      (Settings{{"host", "h"},
                {"sslrootcert", "/c.pem"},
                {"connect_timeout", "7"},
                {"application_name", "my app"},
                {"target_session_attrs", "primary"},
                {"sslcert", "/a.crt"},
                {"sslkey", "/a.key"},
                {"sslpassword", "x"},
                {"channel_binding", "require"}}));
}

TEST(ConnectionString, TakesLibpqsKeywordsInPairs) {
  EXPECT_EQ(settingsOf("host=h;sslrootcert=/c.pem;TCP_USER_TIMEOUT=5"),
            (Settings{{"host", "h"}, {"sslrootcert", "/c.pem"}, {"tcp_user_timeout", "5"}}));
}

TEST(ConnectionString, MapsEverySslMode) {
  const std::vector<std::pair<std::string, std::string>> modes{
      {"Disable", "disable"},         {"Allow", "allow"},        {"Prefer", "prefer"},
      {"Require", "require"},         {"VerifyCA", "verify-ca"}, {"VerifyFull", "verify-full"},
      {"verify-full", "verify-full"}, {"Verify CA", "verify-ca"}};
  for (const auto& [written, expected] : modes) {
    EXPECT_EQ(ConnectionString::parse("Host=h;SSL Mode=" + written).value("sslmode"), expected);
  }
}

TEST(ConnectionString, TurnsASearchPathIntoAnOptionOfTheServer) {
  EXPECT_EQ(ConnectionString::parse("Host=h;Search Path=shop, public").value("options"),
            "-c search_path=shop,\\ public");
}

TEST(ConnectionString, KeepsSemicolonsAndQuotesInsideQuotedPairValues) {
  EXPECT_EQ(ConnectionString::parse(R"(Host=h;Password="a;b""c'd=e ";Port=1)").value("password"), "a;b\"c'd=e ");
  EXPECT_EQ(ConnectionString::parse(R"(Host=h;Password='a;b''c"d')").value("password"), "a;b'c\"d");
}

TEST(ConnectionString, KeepsEqualsSignsAndSpacesOfBarePairValues) {
  EXPECT_EQ(ConnectionString::parse("Host=h;Password=a=b c==").value("password"), "a=b c==");
}

TEST(ConnectionString, ReadsASinglePair) {
  EXPECT_EQ(settingsOf("Host=h"), (Settings{{"host", "h"}}));
  EXPECT_EQ(settingsOf("Application Name=my app"), (Settings{{"application_name", "my app"}}));
}

TEST(ConnectionString, ReadsEscapesOfLibpq) {
  EXPECT_EQ(ConnectionString::parse(R"(host=h password='it\'s \\ fine')").value("password"), R"(it's \ fine)");
  EXPECT_EQ(ConnectionString::parse(R"(host=h password=a\ b\\c)").value("password"), R"(a b\c)");
  EXPECT_EQ(ConnectionString::parse("host=h password=ab\\ ").value("password"), "ab ");
}

TEST(ConnectionString, KeepsSemicolonsOfLibpqValues_WhereTheStringCantBePairs) {
  EXPECT_EQ(settingsOf("host=h password=x;y"), (Settings{{"host", "h"}, {"password", "x;y"}}));
  EXPECT_EQ(settingsOf("host=h password='x;port=5'"), (Settings{{"host", "h"}, {"password", "x;port=5"}}));
}

TEST(ConnectionString, IsRefused_WhereItCanBeReadInTwoWays) {
  EXPECT_NE(refusalOf("user=u password=x;port=5").find("two ways"), std::string::npos);
}

TEST(ConnectionString, ReadsIpv6AndSeveralHostsInUris) {
  EXPECT_EQ(settingsOf("postgresql://[::1]:5433/shop"),
            (Settings{{"host", "::1"}, {"port", "5433"}, {"dbname", "shop"}}));
  EXPECT_EQ(settingsOf("postgresql://a:1,[fe80::1%25eth0],b:3/"),
            (Settings{{"host", "a,fe80::1%eth0,b"}, {"port", "1,,3"}}));
  EXPECT_EQ(settingsOf("postgresql://%2Fvar%2Frun/shop"), (Settings{{"host", "/var/run"}, {"dbname", "shop"}}));
  EXPECT_EQ(settingsOf("postgresql:///shop?host=/tmp"), (Settings{{"host", "/tmp"}, {"dbname", "shop"}}));
}

TEST(ConnectionString, ReadsParametersOfUris) {
  EXPECT_EQ(
      settingsOf("postgresql://h?sslmode=verify-ca&application_name=a%20b&options=-c%20geqo%3Doff"),
      (Settings{{"host", "h"}, {"sslmode", "verify-ca"}, {"application_name", "a b"}, {"options", "-c geqo=off"}}));
  EXPECT_EQ(ConnectionString::parse("postgresql://h/d?ssl=true").value("sslmode"), "require");
}

TEST(ConnectionString, DropsEmptyValues) {
  EXPECT_EQ(settingsOf("host=h password=''"), (Settings{{"host", "h"}}));
  EXPECT_EQ(settingsOf("Host=h;Password=;Port=1"), (Settings{{"host", "h"}, {"port", "1"}}));
}

TEST(ConnectionString, NamesAnUnknownKeyword) {
  EXPECT_NE(refusalOf("Host=h;Hots=x").find("\"Hots\""), std::string::npos);
  EXPECT_NE(refusalOf("host=h hots=x").find("\"hots\""), std::string::npos);
  EXPECT_NE(refusalOf("postgresql://h/d?hots=x").find("\"hots\""), std::string::npos);
}

TEST(ConnectionString, RefusesWhatIsNoneOfTheForms) {
  const std::vector<std::string> broken{"",
                                        "  ",
                                        "hello",
                                        "=",
                                        ";;;",
                                        "=;=",
                                        "Host",
                                        "Host=h;x",
                                        "host='h",
                                        "host=h\\",
                                        "Host=\"h",
                                        "Host='h'x;Port=1",
                                        "mysql://u@h/d",
                                        "postgresql://",
                                        "://",
                                        "postgresql://[::1",
                                        "postgresql://[]",
                                        "postgresql://[::1]x",
                                        "postgresql://h:x/",
                                        "postgresql://a%2Cb/",
                                        "postgresql://h/%",
                                        "postgresql://h/%4",
                                        "postgresql://h/%zz",
                                        "postgresql://h/%00",
                                        "postgresql://h?x",
                                        "postgresql://h?sslmode=require=1",
                                        "postgresql://u:p@q@h/d",
                                        "host=a host=b",
                                        "Server=a;Host=b",
                                        "postgresql://h/d?dbname=e"};
  for (const std::string& text : broken) EXPECT_NE(refusalOf(text), "") << text;
}

TEST(ConnectionString, RefusesValuesThatCantBeRight) {
  const std::vector<std::string> broken{"host=h port=0",
                                        "host=h port=65536",
                                        "host=h port=5432x",
                                        "host=h port=-1",
                                        "host=h sslmode=maybe",
                                        "host=h target_session_attrs=x",
                                        "host=h connect_timeout=soon",
                                        "Host=a b;Port=1",
                                        "host='a b'",
                                        "host='a@b'",
                                        std::string("host=h user=a\0b", 15),
                                        "host=h user='a\nb'",
                                        "host=h password=\xff\xfe"};
  for (const std::string& text : broken) EXPECT_NE(refusalOf(text), "") << text;
}

TEST(ConnectionString, RefusesMonstrousTexts) {
  EXPECT_NE(refusalOf("host=h password=" + std::string(70'000, 'x')), "");
}

TEST(ConnectionString, NeverTellsAPieceOfASecretInARefusal) {
  const std::vector<std::string> broken{"host=h password=hunter2 rabbit7=x",
                                        "host=h password=rabbit7 hunter2",
                                        "Host=h;Password=rabbit7;hunter2;Port=1",
                                        "Host=h;Password=rabbit7;hunter2=x",
                                        "postgresql://u:rabbit7@hunter2@h/d",
                                        "postgresql://u:rabbit7/hunter2@h/d",
                                        "postgresql://u:hunter2?rabbit7@h/d",
                                        "postgresql://u:hunter2%zzrabbit7@h/d",
                                        "host=h password='hunter2 rabbit7",
                                        "Host=h;Password=\"hunter2 rabbit7",
                                        "host=hunter2@rabbit7 port=1 ",
                                        "hunter2",
                                        "host=h password=hunter2\\"};
  for (const std::string& text : broken) {
    const std::string message = refusalOf(text);
    EXPECT_NE(message, "") << text;
    EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    EXPECT_EQ(message.find("rabbit7"), std::string::npos) << message;
  }
}

TEST(ConnectionString, ShowsItselfWithoutSecrets_InAFixedOrder) {
  const auto string = ConnectionString::parse(
      "sslmode=require passfile=/home/x/pass user=ada sslpassword=very password=secret port=1 application_name='a b' "
      "host=h dbname=d");
  EXPECT_EQ(string.masked(),
            "host=h port=1 dbname=d user=ada password=**** application_name='a b' passfile=**** sslmode=require "
            "sslpassword=****");
}

TEST(ConnectionString, ShowsNoPassword_WhereThereIsNone) {
  EXPECT_EQ(ConnectionString::parse("Host=h;Username=u").masked(), "host=h user=u");
}

TEST(ConnectionString, GivesBackItsSettings_WhenItsFullTextIsParsed) {
  const std::array<std::string, 8> texts{R"(Password="';\ =")",           R"(password='a\'; host=x')",
                                         R"(user=u password='x;port=5')", R"(password='a;b')",
                                         "postgresql://u:%27%5C@h,i:2/",  "user='-' password=' '",
                                         "password='postgresql://x'",     "Host=h;Password='\"'"};
  for (const std::string& text : texts) {
    const auto string = ConnectionString::parse(text);
    EXPECT_EQ(ConnectionString::parse(string.full()), string) << text;
  }
}

TEST(ConnectionString, ReplacesOneSetting) {
  const auto string = ConnectionString::parse("host=h dbname=a");
  EXPECT_EQ(string.with("dbname", "b").full(), "host=h dbname=b");
  EXPECT_EQ(string.with("dbname", "").full(), "host=h");
  EXPECT_EQ(string.value("dbname"), "a");
  EXPECT_THROW(static_cast<void>(string.with("no_such_word", "x")), Error);
}

TEST(ConnectionString, KnowsWhatLeadsToThisMachine) {
  for (const char* text : {"host=localhost", "host=127.0.0.1", "host=127.1.2.3", "host=::1", "host=/tmp", "dbname=x",
                           "host=LOCALHOST,127.0.0.1", "host=db.example hostaddr=127.0.0.1"}) {
    EXPECT_TRUE(ConnectionString::parse(text).isLocal()) << text;
  }
  for (const char* text : {"host=db.example", "host=localhost,db.example", "host=127.evil.example", "host=10.0.0.1",
                           "host=localhost hostaddr=10.0.0.1", "service=shop"}) {
    EXPECT_FALSE(ConnectionString::parse(text).isLocal()) << text;
  }
}

TEST(ConnectionString, KnowsReferences) {
  for (const char* text : {"env:SHOP_DB", "file:/run/secrets/db", "vault:kv/db#dsn"}) EXPECT_TRUE(isReference(text));
  for (const char* text : {"env:", "host=env:x", "", "postgresql://h"}) EXPECT_FALSE(isReference(text)) << text;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t limit) {
    return static_cast<std::size_t>(random_.uniform() * static_cast<double>(limit));
  }
  std::string text(std::string_view alphabet, std::size_t longest) {
    std::string result;
    for (std::size_t length = below(longest + 1); result.size() < length;) result += alphabet[below(alphabet.size())];
    return result;
  }

 private:
  support::SeededRandom random_;
};

constexpr std::string_view nasty = "abz019 ;='\"\\%&@:/?#,.[]+-_~\t";

TEST(ConnectionString, SurvivesTheWayThroughItsFullText_WithAnyValues) {
  Dice dice(20'260'101);
  int tried = 0;
  for (int round = 0; round < 20'000; ++round) {
    ConnectionString string;
    for (const char* keyword : {"password", "user", "dbname", "options", "application_name", "passfile"}) {
      std::string value = dice.text(nasty, 6);
      std::erase(value, '\t');
      if (dice.below(2) == 0) string = string.with(keyword, value);
    }
    if (dice.below(2) == 0) string = string.with("host", dice.text("abz019._-:%", 5));
    if (string.settings().empty()) continue;
    ++tried;
    ASSERT_EQ(ConnectionString::parse(string.full()), string) << round;
  }
  EXPECT_GT(tried, 19'000);
}

std::string quotedInPairs(const std::string& value) {
  std::string quoted = "\"";
  for (const char c : value) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string percentEncoded(const std::string& value) {
  std::string encoded;
  for (const char c : value) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 15U];
  }
  return encoded;
}

TEST(ConnectionString, ReadsAnyPasswordInEachForm) {
  Dice dice(7);
  for (int round = 0; round < 20'000; ++round) {
    const std::string password = dice.text(nasty, 8);
    EXPECT_EQ(ConnectionString::parse("Host=h;Password=" + quotedInPairs(password) + ";Port=1").value("password"),
              password);
    EXPECT_EQ(ConnectionString::parse("postgresql://u:" + percentEncoded(password) + "@h/d").value("password"),
              password);
  }
}

TEST(ConnectionString, NeitherFallsNorTellsSecrets_WhateverItIsGiven) {
  Dice dice(99);
  const std::array<std::string_view, 12> pieces{"host=", "Password=", "postgresql://", "'",  "\"", ";",
                                                " ",     "\\",        "user=",         "%4", "[",  "@"};
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (std::size_t i = dice.below(8); i > 0; --i) {
      text += dice.below(3) == 0 ? dice.text(nasty, 3) : std::string(pieces[dice.below(pieces.size())]);
    }
    try {
      const auto string = ConnectionString::parse(text);
      ASSERT_EQ(ConnectionString::parse(string.full()), string) << text;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::ValidationError);
    }
  }
}

}  // namespace
}  // namespace hotswap
