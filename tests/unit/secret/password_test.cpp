#include "secret/password.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"

namespace hotswap::secret {
namespace {

TEST(Password, FitsItsOwnHashAndNoOther) {
  const std::string hash = hashPassword("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << hash;
  EXPECT_TRUE(verifyPassword("correct horse", hash));
  EXPECT_FALSE(verifyPassword("correct horsE", hash));
  EXPECT_FALSE(verifyPassword("", hash));
}

TEST(Password, IsSaltedAndMayHoldAnyBytes) {
  const std::string odd("a\0b\xFF", 4);
  const std::string hash = hashPassword(odd);
  EXPECT_NE(hash, hashPassword(odd));
  EXPECT_TRUE(verifyPassword(odd, hash));
  EXPECT_FALSE(verifyPassword("a", hash));
}

TEST(Password, FitsNoTextThatIsNoHash) {
  for (const std::string hash :
       {"", "plain", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA", "$2b$10$abcdefghijklmnopqrstuv"}) {
    EXPECT_FALSE(verifyPassword("x", hash)) << hash;
  }
  EXPECT_FALSE(verifyPassword("x", std::string(100'000, '$')));
}

TEST(Password, IsHashedByManyThreadsAtOnce) {
  const std::string hash = hashPassword("x");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_TRUE(verifyPassword("x", hash)); });
}

TEST(MakePassword, UsesOnlyLettersAndDigitsThatDontLookAlike) {
  SystemRandom random;
  std::set<std::string> seen;
  std::set<char> letters;
  for (int i = 0; i < 500; ++i) {
    const std::string password = makePassword(random);
    EXPECT_EQ(password.size(), 24U);
    seen.insert(password);
    letters.insert(password.begin(), password.end());
  }
  EXPECT_EQ(seen.size(), 500U);
  EXPECT_EQ(letters.size(), 55U);
  for (const char c : std::string("0O1lIio")) EXPECT_EQ(letters.count(c), 0U) << c;
}

}  // namespace
}  // namespace hotswap::secret
