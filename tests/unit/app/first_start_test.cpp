#include "app/first_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/error.h"
#include "secret/password.h"
#include "support/manual_clock.h"
#include "support/mirror_sealer.h"
#include "support/temporary_folder.h"

namespace hotswap::app {
namespace {

class FirstAdmin : public testing::Test {
 protected:
  void make(const std::map<std::string, std::string>& environment = {}) {
    makeFirstAdmin(store_, environment, clock_, random_, [&](const std::string& password) {
      EXPECT_EQ(store_.users().count(), 0) << "shown too late";
      shown_.push_back(password);
    });
  }
  std::string refusal(const std::string& password) {
    try {
      make({{"HOTSWAP_ADMIN_PASSWORD", password}});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::ValidationError);
      return error.what();
    }
    return "";
  }

  support::TemporaryFolder folder_;
  support::MirrorSealer sealer_;
  support::ManualClock clock_;
  support::SeededRandom random_{1};
  store::Store store_{folder_.path() / "hotswap.db", sealer_};
  std::vector<std::string> shown_;
};

TEST_F(FirstAdmin, IsMadeOnceWithAPasswordThatWasShown) {
  make();
  make();
  ASSERT_EQ(shown_.size(), 1U);
  const User admin = store_.users().findByName("admin").value();
  EXPECT_EQ(admin.role, Role::Admin);
  EXPECT_TRUE(secret::verifyPassword(shown_.front(), admin.passwordHash));
  EXPECT_EQ(store_.audit().list({}, {}).total, 1);
}

TEST_F(FirstAdmin, IsNotMade_WhenThePasswordCantBeShown) {
  EXPECT_THROW(makeFirstAdmin(store_, {}, clock_, random_, [](const std::string&) { throw std::runtime_error("no"); }),
               std::runtime_error);
  EXPECT_EQ(store_.users().count(), 0);
  EXPECT_EQ(store_.audit().list({}, {}).total, 0);
}

TEST_F(FirstAdmin, TakesThePasswordOfTheEnvironmentWithoutShowingIt) {
  make({{"HOTSWAP_ADMIN_PASSWORD", "twelve-chars"}});
  EXPECT_TRUE(shown_.empty());
  EXPECT_TRUE(secret::verifyPassword("twelve-chars", store_.users().findByName("admin")->passwordHash));
}

TEST_F(FirstAdmin, CountsThePasswordsCharactersAndNotItsBytes) {
  EXPECT_THAT(refusal("ääääää"), testing::HasSubstr("HOTSWAP_ADMIN_PASSWORD must have at least 12 characters"));
  EXPECT_EQ(refusal("äääääääääääb"), "");
}

}  // namespace
}  // namespace hotswap::app
