#include "secret/cipher.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/error.h"
#include "support/manual_clock.h"

namespace hotswap::secret {
namespace {

Cipher::Key keyOf(unsigned char fill) {
  Cipher::Key key{};
  key.fill(static_cast<std::byte>(fill));
  return key;
}

class CipherTest : public testing::Test {
 protected:
  void expectRefused(const Cipher& by, const std::string& sealed, const std::string& context) {
    try {
      static_cast<void>(by.decrypt(sealed, context));
      ADD_FAILURE() << "decrypted " << sealed;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::InternalError);
    }
  }
  support::SeededRandom random{3};
  Cipher cipher{keyOf(1), random};
};

TEST_F(CipherTest, GivesBackWhatItEncrypted) {
  for (const std::string& plain :
       {std::string(), std::string("host=db password=x"), std::string(100'000, 'z'), std::string("\0\xFF\x01", 3)}) {
    EXPECT_EQ(cipher.decrypt(cipher.encrypt(plain, "db-1"), "db-1"), plain);
  }
}

TEST_F(CipherTest, WritesTheFormOfTheContractAndNothingReadable) {
  const std::string sealed = cipher.encrypt("host=db password=Gehe1m", "db-1");
  EXPECT_TRUE(sealed.starts_with("v1:"));
  EXPECT_EQ(sealed.find(':', 3), 11U);
  EXPECT_EQ(sealed.find("Gehe1m"), std::string::npos);
}

TEST_F(CipherTest, EncryptsTheSameTextDifferentlyEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(cipher.encrypt("same", "db-1"));
  EXPECT_EQ(seen.size(), 100U);
}

TEST_F(CipherTest, RefusesAnotherContextAndAnotherKey) {
  const std::string sealed = cipher.encrypt("x", "db-1");
  expectRefused(cipher, sealed, "db-2");
  expectRefused(cipher, sealed, "");
  const Cipher other(keyOf(2), random);
  expectRefused(other, sealed, "db-1");
}

TEST_F(CipherTest, RefusesEveryChangedCharacter) {
  const std::string sealed = cipher.encrypt("a secret", "db-1");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    expectRefused(cipher, changed, "db-1");
  }
}

TEST_F(CipherTest, RefusesEveryShortenedTextAndGarbage) {
  const std::string sealed = cipher.encrypt("a secret", "db-1");
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    expectRefused(cipher, sealed.substr(0, length), "db-1");
  }
  for (const std::string garbage : {"v1", "v2:", "v1::", "plain text", "v1:00000000:!!!!", "v1:00000000:AAAA"}) {
    expectRefused(cipher, garbage, "db-1");
  }
  expectRefused(cipher, sealed + "A", "db-1");
}

TEST(ParseKey, ReadsHexadecimalAndBase64) {
  const Cipher::Key expected = keyOf(0xAB);
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += i % 2 == 0 ? "ab" : "AB";
  EXPECT_EQ(parseKey(hex), expected);
  EXPECT_EQ(parseKey(" " + hex + "\n"), expected);
  EXPECT_EQ(parseKey("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="), expected);
}

TEST(ParseKey, RefusesEverythingElseWithoutRepeatingIt) {
  for (const std::string text :
       {"", "short-secret", "q6ur", "g6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6ur",
        "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"}) {
    try {
      static_cast<void>(parseKey(text));
      ADD_FAILURE() << "accepted " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::ValidationError);
      if (!text.empty()) {
        EXPECT_EQ(std::string(error.what()).find(text), std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace hotswap::secret
