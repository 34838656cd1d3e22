#include "store/user_store.h"

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

using UserStoreTest = StoreTest;

TEST_F(UserStoreTest, GivesBackEveryFieldAndFindsWithoutRegardToCase) {
  User written = user("Ada", Role::DBA);
  written.disabled = true;
  written.updatedAt += Milliseconds(4);
  store->users().add(written);
  for (const User& read : {store->users().get(written.id), store->users().findByName("aDA").value()}) {
    EXPECT_EQ(read.id, written.id);
    EXPECT_EQ(read.username, "Ada");
    EXPECT_EQ(read.role, Role::DBA);
    EXPECT_EQ(read.passwordHash, written.passwordHash);
    EXPECT_TRUE(read.disabled);
    EXPECT_EQ(read.createdAt, written.createdAt);
    EXPECT_EQ(read.updatedAt, written.updatedAt);
  }
  EXPECT_FALSE(store->users().findByName("bob"));
  EXPECT_FALSE(store->users().findByName("' OR '1'='1"));
  EXPECT_EQ(codeOf([&] { (void)store->users().get(UserId::make(clock, random)); }), ErrorCode::NotFound);
}

TEST_F(UserStoreTest, RefusesANameThatDiffersInCaseOnly) {
  store->users().add(user("ada", Role::Admin));
  EXPECT_EQ(codeOf([&] { store->users().add(user("ADA", Role::Viewer)); }), ErrorCode::Conflict);
  User bob = user("bob", Role::Viewer);
  store->users().add(bob);
  bob.username = "Ada";
  EXPECT_EQ(codeOf([&] { store->users().update(bob); }), ErrorCode::Conflict);
  bob.username = "BOB";
  EXPECT_EQ(codeOf([&] { store->users().update(bob); }), std::nullopt);
  EXPECT_EQ(store->users().get(bob.id).username, "BOB");
}

TEST_F(UserStoreTest, ListsByNameInPages) {
  for (const char* name : {"carol", "Bob", "ada"}) store->users().add(user(name, Role::Viewer));
  const auto page = store->users().list({.limit = 2, .offset = 1});
  EXPECT_EQ(page.total, 3);
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].username, "Bob");
  EXPECT_EQ(page.items[1].username, "carol");
  EXPECT_EQ(store->users().count(), 3);
}

TEST_F(UserStoreTest, KeepsTheLastEnabledAdmin) {
  User admin = user("root", Role::Admin);
  User sleeping = user("sleeping", Role::Admin);
  sleeping.disabled = true;
  store->users().add(admin);
  store->users().add(sleeping);

  User demoted = admin;
  demoted.role = Role::DBA;
  EXPECT_EQ(codeOf([&] { store->users().update(demoted); }), ErrorCode::Conflict);
  User disabled = admin;
  disabled.disabled = true;
  EXPECT_EQ(codeOf([&] { store->users().update(disabled); }), ErrorCode::Conflict);
  EXPECT_EQ(codeOf([&] { store->users().remove(admin.id); }), ErrorCode::Conflict);
  EXPECT_EQ(store->users().get(admin.id).role, Role::Admin);
  EXPECT_FALSE(store->users().get(admin.id).disabled);

  sleeping.disabled = false;
  store->users().update(sleeping);
  EXPECT_EQ(codeOf([&] { store->users().remove(admin.id); }), std::nullopt);
  EXPECT_EQ(codeOf([&] { store->users().remove(sleeping.id); }), ErrorCode::Conflict);
}

TEST_F(UserStoreTest, LetsOthersChange_WhenThereIsNoAdmin) {
  User viewer = user("v", Role::Viewer);
  store->users().add(viewer);
  viewer.role = Role::DBA;
  EXPECT_EQ(codeOf([&] { store->users().update(viewer); }), std::nullopt);
  EXPECT_EQ(codeOf([&] { store->users().remove(viewer.id); }), std::nullopt);
  EXPECT_EQ(codeOf([&] { store->users().remove(viewer.id); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { store->users().update(viewer); }), ErrorCode::NotFound);
}

}  // namespace
}  // namespace hotswap::store
