#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "observe/log.h"

namespace hotswap::observe {
namespace {

struct Form {
  std::string text;
  std::string expected;
};

void expectEach(const std::vector<Form>& forms) {
  for (const Form& form : forms) EXPECT_EQ(redact(form.text), form.expected) << form.text;
}

/// `S3CR` marks every part of a secret: none may come through, whatever else is taken away.
void expectNothingLeaks(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::string result = redact(text);
    EXPECT_EQ(result.find("S3CR"), std::string::npos) << text << "\n-> " << result;
    EXPECT_NE(result.find("****"), std::string::npos) << text << "\n-> " << result;
  }
}

TEST(Redact, MasksValuesOfConnectionStringPairs) {
  expectEach({
      {"Host=db1;Port=5432;Username=app;Password=S3CR;SSL Mode=Require",
       "Host=db1;Port=5432;Username=app;Password=****;SSL Mode=Require"},
      {"Host=db1; Password = S3CR ;Database=x", "Host=db1; Password = ****;Database=x"},
      {"Password=S3CR et;Host=db1", "Password=****;Host=db1"},
      {"Host=h;Pwd=S3CR,x&y=z S3CR;Database=d", "Host=h;Pwd=****;Database=d"},
      {"Host=h;SSL Password=S3CR S3CR;Database=d", "Host=h;SSL Password=****;Database=d"},
      {"Host=h;Password=\"a;S3CR\";Database=d", "Host=h;Password=\"****\";Database=d"},
      {R"(Host=h;Password="a"";S3CR";Database=d)", "Host=h;Password=\"****\";Database=d"},
      {"Driver=x;PWD={S3CR;S3CR};Server=s", "Driver=x;PWD=****;Server=s"},
      {"Driver=x;PWD={S3CR}}S3CR};Server=s", "Driver=x;PWD=****;Server=s"},
      {"Host=h;Password=;Database=d", "Host=h;Password=;Database=d"},
  });
}

TEST(Redact, MasksValuesOfLibpqStrings) {
  expectEach({
      {"host=h password=S3CR dbname=d", "host=h password=**** dbname=d"},
      {"host=h password = S3CR dbname=d", "host=h password = **** dbname=d"},
      {"host=h password='S3CR x' dbname=d", "host=h password='****' dbname=d"},
      {"host=h password='' dbname=d", "host=h password='****' dbname=d"},
      {"sslpassword=S3CR sslmode=require", "sslpassword=**** sslmode=require"},
      {"PGPASSWORD=S3CR psql", "PGPASSWORD=**** psql"},
  });
  expectNothingLeaks({
      R"(host=h password='it\'S3CR' options='-c x')",
      R"(host=h password='S3CR\\' dbname=d)",
      R"(password='a\',token='S3CR')",
      R"(password='S3CR without an end)",
      "password=a(S3CR S3CR) host=h",
      "password=a(S3CR S3CR",
  });
}

TEST(Redact, MasksPasswordsInUris) {
  expectEach({
      {"postgresql://app:S3CR@db1:5432/shop?sslmode=require", "postgresql://app:****@db1:5432/shop?sslmode=require"},
      {"can't reach postgres://u:S3CR@h/d.", "can't reach postgres://u:****@h/d."},
      {"postgresql://u:S3@S3CR/S3CR?S3CR#S3CR@h/d", "postgresql://u:****@h/d"},
      {"redis://:S3CR@cache:6379/0", "redis://:****@cache:6379/0"},
      {"postgresql://h/d?user=u&password=S3CR&sslmode=require",
       "postgresql://h/d?user=u&password=****&sslmode=require"},
      {R"({"uri":"postgresql://u:S3CR@h/d","x":1})", R"({"uri":"postgresql://u:****@h/d","x":1})"},
      {"two: amqp://a:S3CR@h1 and amqp://b:S3CR@h2", "two: amqp://a:****@h1 and amqp://b:****@h2"},
  });
}

TEST(Redact, MasksPasswordsInSql) {
  expectEach({
      {"CREATE USER app PASSWORD 'S3CR'", "CREATE USER app PASSWORD '****'"},
      {"ALTER ROLE app WITH ENCRYPTED PASSWORD 'S3''CR' VALID UNTIL '2030-01-01'",
       "ALTER ROLE app WITH ENCRYPTED PASSWORD '****' VALID UNTIL '2030-01-01'"},
      {"CREATE USER a PASSWORD E'S3CR\\n'", "CREATE USER a PASSWORD ****"},
      {"CREATE USER a PASSWORD'S3CR'", "CREATE USER a PASSWORD'****'"},
      {"CREATE USER a\n  PASSWORD\n  'S3CR';", "CREATE USER a\n  PASSWORD\n  '****';"},
      {"CREATE USER a PASSWORD $$S3CR S3CR$$;", "CREATE USER a PASSWORD ****;"},
      {"CREATE USER a PASSWORD $q$S3CR $$ S3CR$q$;", "CREATE USER a PASSWORD ****;"},
      {"CREATE USER 'a'@'%' IDENTIFIED BY 'S3CR'", "CREATE USER 'a'@'%' IDENTIFIED BY '****'"},
      {"SET PASSWORD FOR u = PASSWORD('S3CR')", "SET PASSWORD FOR u = PASSWORD('****')"},
      {"UPDATE users SET token = 'S3CR', name = 'x'", "UPDATE users SET token = '****', name = 'x'"},
      {"WHERE password <> 'S3CR' OR api_key != 'S3CR'", "WHERE password <> '****' OR api_key != '****'"},
      {"WHERE \"password\" = 'S3CR'::text", "WHERE \"password\" = '****'::text"},
  });
}

TEST(Redact, MasksValuesInJson) {
  expectEach({
      {R"({"user":"bob","password":"S3CR","role":"x"})", R"({"user":"bob","password":"****","role":"x"})"},
      {R"({"password" : "a\"S3CR" , "x":1})", R"({"password" : "****" , "x":1})"},
      {"{\"password\":\n  \"S3CR\"}", "{\"password\":\n  \"****\"}"},
      {R"({"accessToken":12345,"x":1})", R"({"accessToken":****,"x":1})"},
      {R"({"secrets":["S3CR","S3CR]"],"x":1})", R"({"secrets":****,"x":1})"},
      {R"("{\"password\":\"S3CR\",\"x\":1}")", R"("{\"password\":\"****\",\"x\":1}")"},
      {R"({"password":"","x":"y"})", R"({"password":"****","x":"y"})"},
  });
  expectNothingLeaks({
      R"({"secret":{"a":"}S3CR","b":{"c":"S3CR"}},"x":1})",
      R"({"masterConnectionString":"Host=h;Password=S3CR;Database=d"})",
      R"({"password":"S3CR)",
  });
}

TEST(Redact, MasksHeadersTokensAndFlags) {
  const std::string token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTM0NSIn0.c2lnbmF0dXJl-_S3CR";
  expectEach({
      {"Authorization: Bearer " + token, "Authorization: ****"},
      {"sent Bearer S3CR.S3CR, got 401", "sent Bearer ****, got 401"},
      {"authorization: Basic S3CR\nHost: h", "authorization: ****\nHost: h"},
      {"Cookie: a=S3CR; b=S3CR\nHost: h", "Cookie: ****\nHost: h"},
      {"the token " + token + " is old", "the token **** is old"},
      {"hotswap login --password S3CR --json", "hotswap login --password **** --json"},
      {"hotswap login --password=S3CR --json", "hotswap login --password=**** --json"},
      {"JWT__Secret=S3CR", "JWT__Secret=****"},
      {"X-Api-Key: S3CR", "X-Api-Key: ****"},
      {"password%3DS3CR&x=1", "password%3D****"},
      {"user[password]=S3CR", "user[password]=****"},
      {"password: S3CR S3CR\nhost: h", "password: ****\nhost: h"},
  });
}

TEST(Redact, LeavesWhatIsNoSecret) {
  for (const std::string text :
       {"", "password", "password authentication failed for user \"bob\"", "column \"password\" does not exist",
        "ALTER TABLE users ADD COLUMN password text NOT NULL", "ALTER ROLE app PASSWORD NULL",
        "SELECT password::text FROM users", "the password's length", "postgresql://app@db1/shop",
        "https://example.org:8443/a?b=c", "a@b.example: 3 messages", "CREATE INDEX i ON t (a, b)",
        "host=db1 port=5432 user=app", "bearer", "compass=north;bypass=1", "\xFF\xFE broken", "token_count = 5"}) {
    EXPECT_EQ(redact(text), text);
  }
}

TEST(Redact, StaysTheSameWhenDoneTwice) {
  for (const std::string text : {"Host=h;Password=S3CR;Database=d", "CREATE USER a PASSWORD 'x'",
                                 "postgresql://u:p@h/d", "Authorization: Bearer x", R"({"password":"x","y":1})"}) {
    EXPECT_EQ(redact(redact(text)), redact(text));
  }
}

TEST(Redact, ReadsHugeHostileTextsInLinearTime) {
  // With quadratic time one of these would take minutes; the program's timeout would end it.
  for (const std::string piece : {"password",      "password=", "password=a ", "password: a ", "://",
                                  "://a@",         "a:b@",      "password '",  "\\\"",         "password=\\'",
                                  "password=$a$",  "{",         "password={",  "password=(",   "Bearer ",
                                  "eyJ.",          " ",         "password \\", ";password",    "\"password\":",
                                  "identified by "}) {
    std::string text;
    while (text.size() < 2'000'000) text += piece;
    EXPECT_LE(redact(text).size(), text.size() * 4) << piece;
  }
}

}  // namespace
}  // namespace hotswap::observe
