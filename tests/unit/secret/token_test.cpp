#include "secret/token.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <string>

#include "base/error.h"
#include "support/manual_clock.h"

namespace hotswap::secret {
namespace {

std::string base64Url(const std::string& bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    variant);
  text.pop_back();
  return text;
}

/// A token put together by hand, so that the tests don't depend on what the class itself would write.
std::string forge(const std::string& header, const std::string& payload, const std::string& key, const EVP_MD* digest) {
  const std::string body = base64Url(header) + "." + base64Url(payload);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(body.data()),
       body.size(), mac.data(), &length);
  return body + "." + base64Url(std::string(reinterpret_cast<const char*>(mac.data()), length));
}

class TokenTest : public testing::Test {
 protected:
  std::string withClaims(const std::string& payload) const {
    return forge(R"({"alg":"HS256","typ":"JWT"})", payload, key, EVP_sha256());
  }
  static User user(const std::string& name, Role role) {
    User user;
    user.username = name;
    user.role = role;
    user.updatedAt = TimePoint(Milliseconds(1'799'999'999'123));
    return user;
  }
  std::string good() const { return R"({"ver":7,"sub":"ada","role":"Admin","iat":1799999999,"exp":1800000060})"; }

  support::ManualClock clock;  // starts at 1,800,000,000 s
  const std::string key = "0123456789abcdef0123456789abcdef";
  Tokens tokens{key, Milliseconds(60'000), clock};
};

TEST_F(TokenTest, SaysWhoAsWhatUntilWhen) {
  const auto claims = tokens.verify(tokens.sign(user("ada \"ü\"", Role::Developer)));
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->username, "ada \"ü\"");
  EXPECT_EQ(claims->role, Role::Developer);
  EXPECT_EQ(claims->expiresAt, clock.now() + Milliseconds(60'000));
  EXPECT_EQ(claims->userChangedAt, TimePoint(Milliseconds(1'799'999'999'123)));
}

TEST_F(TokenTest, TakesATokenMadeByHand) { EXPECT_TRUE(tokens.verify(withClaims(good()))); }

TEST_F(TokenTest, RunsOutToTheSecond) {
  const std::string token = tokens.sign(user("ada", Role::Admin));
  clock.advance(Milliseconds(59'999));
  EXPECT_TRUE(tokens.verify(token));
  clock.advance(Milliseconds(1));
  EXPECT_FALSE(tokens.verify(token));
}

TEST_F(TokenTest, RefusesAnotherKey) {
  const Tokens other("another key of at least thirty-two bytes", Milliseconds(60'000), clock);
  EXPECT_FALSE(tokens.verify(other.sign(user("ada", Role::Admin))));
}

TEST_F(TokenTest, RefusesEveryOtherAlgorithm) {
  const std::string body = base64Url(good());
  for (const std::string name : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string header = base64Url(R"({"alg":")" + name + R"(","typ":"JWT"})");
    EXPECT_FALSE(tokens.verify(header + "." + body + ".")) << name;
    EXPECT_FALSE(tokens.verify(header + "." + body)) << name;
    EXPECT_FALSE(tokens.verify(header + "." + body + "." + base64Url("x"))) << name;
  }
  EXPECT_FALSE(tokens.verify(forge(R"({"alg":"HS384","typ":"JWT"})", good(), key, EVP_sha384())));
  EXPECT_FALSE(tokens.verify(forge(R"({"alg":"HS512","typ":"JWT"})", good(), key, EVP_sha512())));
  for (const std::string name : {"RS256", "ES256", "PS256", "XX"}) {
    EXPECT_FALSE(tokens.verify(forge(R"({"alg":")" + name + R"(","typ":"JWT"})", good(), key, EVP_sha256()))) << name;
  }
  EXPECT_FALSE(tokens.verify(forge(R"({"typ":"JWT"})", good(), key, EVP_sha256())));
}

TEST_F(TokenTest, RefusesWhatItDoesntUnderstandThoughDeclaredCritical) {
  EXPECT_FALSE(tokens.verify(forge(R"({"alg":"HS256","crit":["b64"],"b64":false})", good(), key, EVP_sha256())));
}

TEST_F(TokenTest, RefusesMissingAndWrongClaims) {
  for (const std::string payload : {R"({})",
                                    R"([])",
                                    R"("x")",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1})",
                                    R"({"ver":7,"role":"Admin","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":"ada","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":"","role":"Admin","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":"ada","role":"admin","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":"ada","role":"Root","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":1,"role":"Admin","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","exp":1800000060})",
                                    R"({"sub":"ada","role":"Admin","iat":1,"exp":1800000060})",
                                    R"({"ver":"7","sub":"ada","role":"Admin","iat":1,"exp":1800000060})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":"1800000060"})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":1800000060.5})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":true})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":null})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":0})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":-1})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":9223372036854775807})",
                                    R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":99999999999999999999999})",
                                    R"({"ver":7,"sub":"ada")"}) {
    EXPECT_FALSE(tokens.verify(withClaims(payload))) << payload;
  }
}

TEST_F(TokenTest, RefusesEveryChangedCharacterOfItsBody) {
  const std::string token = tokens.sign(user("ada", Role::Viewer));
  // The last character of the signature holds two bits that mean nothing.
  for (std::size_t i = 0; i + 1 < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.verify(changed)) << i;
  }
}

TEST_F(TokenTest, RefusesGarbage) {
  const std::string token = tokens.sign(user("ada", Role::Admin));
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b.c"), token + ".",
        "." + token, token + " ", " " + token, token + "=", token.substr(0, token.rfind('.')),
        token.substr(0, token.rfind('.') + 1), std::string(token).insert(5, 1, '\0'), std::string("\xFF\xFE\x00", 3),
        "Bearer " + token, std::string(8192, '.')}) {
    EXPECT_FALSE(tokens.verify(text)) << text;
  }
}

TEST_F(TokenTest, RefusesATokenOfMoreThanEightKibibytes) {
  const std::string payload = R"({"ver":7,"sub":"ada","role":"Admin","iat":1,"exp":1800000060,"x":")";
  EXPECT_TRUE(tokens.verify(withClaims(payload + std::string(5000, 'x') + "\"}")));
  EXPECT_FALSE(tokens.verify(withClaims(payload + std::string(7000, 'x') + "\"}")));
}

TEST_F(TokenTest, RefusesAShortKeyWithoutRepeatingIt) {
  try {
    const Tokens weak("thirty-one bytes are not enough", Milliseconds(1), clock);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    EXPECT_EQ(std::string(error.what()).find("thirty-one"), std::string::npos);
  }
}

TEST_F(TokenTest, MakesNoTokenForANameThatIsNoUtf8) {
  EXPECT_THROW(static_cast<void>(tokens.sign(user("a\xFF", Role::Admin))), Error);
}

}  // namespace
}  // namespace hotswap::secret
