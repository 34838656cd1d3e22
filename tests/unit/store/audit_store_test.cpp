#include "store/audit_store.h"

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

class AuditStoreTest : public StoreTest {
 protected:
  void append(const std::string& user, const std::string& event, const std::string& object = {}) {
    store->audit().append({.time = clock.now(),
                           .user = user,
                           .address = "127.0.0.1",
                           .event = event,
                           .object = object,
                           .details = "d",
                           .traceId = "t"});
    clock.advance(Milliseconds(1000));
  }
};

TEST_F(AuditStoreTest, GivesRowsNewestFirstWithAscendingNumbers) {
  const TimePoint start = clock.now();
  append("ada", "login.succeeded");
  append("bob", "migration.created", "mig-1");
  const auto page = store->audit().list({}, {});
  EXPECT_EQ(page.total, 2);
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_GT(page.items[0].sequence, page.items[1].sequence);
  EXPECT_EQ(page.items[0].user, "bob");
  EXPECT_EQ(page.items[0].event, "migration.created");
  EXPECT_EQ(page.items[0].object, "mig-1");
  EXPECT_EQ(page.items[0].address, "127.0.0.1");
  EXPECT_EQ(page.items[0].details, "d");
  EXPECT_EQ(page.items[0].traceId, "t");
  EXPECT_EQ(page.items[1].time, start);
}

TEST_F(AuditStoreTest, FiltersByEverything) {
  const TimePoint start = clock.now();
  for (int i = 0; i < 8; ++i) append(i % 2 == 0 ? "ada" : "bob", i < 4 ? "a" : "b", "o" + std::to_string(i % 4));
  auto& audit = store->audit();
  EXPECT_EQ(audit.list({.user = "ada"}, {}).total, 4);
  EXPECT_EQ(audit.list({.event = "b"}, {}).total, 4);
  EXPECT_EQ(audit.list({.object = "o3"}, {}).total, 2);
  EXPECT_EQ(audit.list({.user = "bob", .event = "b", .object = "o3"}, {}).total, 1);
  const auto between = audit.list({.from = start + Milliseconds(1000), .to = start + Milliseconds(3000)}, {});
  EXPECT_EQ(between.total, 3);
  EXPECT_EQ(audit.list({}, {.limit = 3, .offset = 7}).items.size(), 1U);
}

}  // namespace
}  // namespace hotswap::store
