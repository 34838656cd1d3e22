#include "analysis/lock_mode.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hotswap::analysis {
namespace {

std::size_t conflictsOf(LockMode mode) {
  return static_cast<std::size_t>(std::ranges::count_if(
      EnumTexts<LockMode>::entries, [&](const auto& entry) { return conflicts(mode, entry.first); }));
}

TEST(LockMode, ConflictsAreThoseOfTheManual) {
  // Each row of the manual's table has one or more marks more than the one before, but for SHARE.
  EXPECT_EQ(conflictsOf(LockMode::AccessShare), 1U);
  EXPECT_EQ(conflictsOf(LockMode::RowShare), 2U);
  EXPECT_EQ(conflictsOf(LockMode::RowExclusive), 4U);
  EXPECT_EQ(conflictsOf(LockMode::ShareUpdateExclusive), 5U);
  EXPECT_EQ(conflictsOf(LockMode::Share), 5U);
  EXPECT_EQ(conflictsOf(LockMode::ShareRowExclusive), 6U);
  EXPECT_EQ(conflictsOf(LockMode::Exclusive), 7U);
  EXPECT_EQ(conflictsOf(LockMode::AccessExclusive), 8U);
  EXPECT_FALSE(conflicts(LockMode::Share, LockMode::Share));
  EXPECT_TRUE(conflicts(LockMode::ShareUpdateExclusive, LockMode::ShareUpdateExclusive));
}

TEST(LockMode, ConflictsBothWays) {
  for (const auto& [one, text] : EnumTexts<LockMode>::entries) {
    for (const auto& [other, otherText] : EnumTexts<LockMode>::entries)
      EXPECT_EQ(conflicts(one, other), conflicts(other, one)) << text << " and " << otherText;
  }
}

TEST(LockMode, BlocksWritesFromShareOnAndReadsOnlyAtItsStrongest) {
  EXPECT_FALSE(blocksWrites(LockMode::ShareUpdateExclusive));
  EXPECT_TRUE(blocksWrites(LockMode::Share));
  EXPECT_TRUE(blocksWrites(LockMode::ShareRowExclusive));
  EXPECT_FALSE(blocksReads(LockMode::Exclusive));
  EXPECT_TRUE(blocksReads(LockMode::AccessExclusive));
}

}  // namespace
}  // namespace hotswap::analysis
