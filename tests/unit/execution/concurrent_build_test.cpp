#include "execution/concurrent_build.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace hotswap::execution {

namespace {

using Kind = db::ConcurrentBuild::Kind;

db::Index index(const std::string& schema, const std::string& name, bool valid = true, const std::string& table = "t") {
  db::Index made;
  made.schema = schema;
  made.name = name;
  made.table = table;
  made.valid = valid;
  return made;
}

db::ConcurrentBuild create(const std::string& name, const std::string& schema = {}) {
  return {.kind = Kind::Create, .schema = schema, .table = "t", .index = name};
}
db::ConcurrentBuild drop(const std::string& name) {
  return {.kind = Kind::Drop, .schema = {}, .table = {}, .index = name};
}
db::ConcurrentBuild reindex(const std::string& name) {
  return {.kind = Kind::Reindex, .schema = {}, .table = {}, .index = name};
}

std::vector<IndexState> left(const db::ConcurrentBuild& build, const std::vector<db::Index>& before,
                             const std::vector<db::Index>& now) {
  return leftovers(build, indexesOfInterest(build, before), now);
}

bool done(const db::ConcurrentBuild& build, const std::vector<db::Index>& before, const std::vector<db::Index>& now,
          bool forgiving = false) {
  return isDone(build, forgiving, indexesOfInterest(build, before), now);
}

}  // namespace

TEST(ConcurrentBuild, LeavesTheInvalidIndexThatItMade) {
  EXPECT_EQ(left(create("i"), {index("public", "other", false)},
                 {index("public", "other", false), index("public", "i", false)}),
            (std::vector<IndexState>{{"public", "i", false}}));
}

TEST(ConcurrentBuild, NeverCountsAnIndexFromBeforeAsItsOwn) {
  EXPECT_TRUE(left(create("i"), {index("public", "i")}, {index("public", "i")}).empty());
  EXPECT_TRUE(left(create("i"), {index("public", "i", false)}, {index("public", "i", false)}).empty());
}

TEST(ConcurrentBuild, LeavesNothing_WhenTheIndexIsValid) {
  EXPECT_TRUE(left(create("i"), {}, {index("public", "i")}).empty());
}

TEST(ConcurrentBuild, FindsAnUnnamedIndexByTheTablesNewOne) {
  const auto build = create("");
  EXPECT_EQ(left(build, {index("public", "t_a_idx")}, {index("public", "t_a_idx"), index("public", "t_a_idx1", false)}),
            (std::vector<IndexState>{{"public", "t_a_idx1", false}}));
  EXPECT_TRUE(left(build, {}, {index("public", "u_a_idx", false, "u")}).empty());
}

TEST(ConcurrentBuild, TellsTheSameNameInTwoSchemasApart) {
  EXPECT_TRUE(left(create("i", "a"), {}, {index("b", "i", false)}).empty());
  EXPECT_EQ(left(create("i"), {index("a", "i", false)}, {index("a", "i", false), index("b", "i", false)}),
            (std::vector<IndexState>{{"b", "i", false}}));
}

TEST(ConcurrentBuild, FindsWhatReindexWorksWith) {
  const std::vector<db::Index> now{index("public", "i"), index("public", "i_ccnew", false),
                                   index("public", "i_ccold12", false), index("public", "unlucky", false)};
  EXPECT_EQ(left(reindex("i"), {index("public", "i")}, now),
            (std::vector<IndexState>{{"public", "i_ccnew", false}, {"public", "i_ccold12", false}}));
}

TEST(ConcurrentBuild, LeavesToReindexWhatWasInvalidBefore) {
  EXPECT_TRUE(left(reindex("i"), {index("public", "i_ccnew", false)}, {index("public", "i_ccnew", false)}).empty());
}

TEST(ConcurrentBuild, FindsAnIndexThatIsHalfDropped) {
  EXPECT_EQ(left(drop("i"), {index("public", "i")}, {index("public", "i", false)}),
            (std::vector<IndexState>{{"public", "i", false}}));
  EXPECT_TRUE(left(drop("i"), {index("public", "i")}, {index("public", "i")}).empty());
  EXPECT_TRUE(left(drop("i"), {index("public", "i", false)}, {index("public", "i", false)}).empty());
}

TEST(ConcurrentBuild, IsDone_WhenTheNewIndexIsValid) {
  EXPECT_TRUE(done(create("i"), {}, {index("public", "i")}));
  EXPECT_FALSE(done(create("i"), {}, {index("public", "i", false)}));
  EXPECT_FALSE(done(create("i"), {}, {}));
}

TEST(ConcurrentBuild, IsNotDoneByAnIndexFromBefore_UnlessTheStatementAcceptsThat) {
  EXPECT_FALSE(done(create("i"), {index("public", "i")}, {index("public", "i")}));
  EXPECT_TRUE(done(create("i"), {index("public", "i")}, {index("public", "i")}, true));
}

TEST(ConcurrentBuild, IsDone_WhenTheDroppedIndexIsGone) {
  EXPECT_TRUE(done(drop("i"), {index("public", "i")}, {}));
  EXPECT_FALSE(done(drop("i"), {index("public", "i")}, {index("public", "i", false)}));
}

TEST(ConcurrentBuild, IsNotDoneByAnIndexThatNeverWas_UnlessTheStatementAcceptsThat) {
  EXPECT_FALSE(done(drop("i"), {}, {}));
  EXPECT_TRUE(done(drop("i"), {}, {}, true));
}

TEST(ConcurrentBuild, IsDone_WhenReindexLeftNothing) {
  EXPECT_TRUE(done(reindex("i"), {index("public", "i")}, {index("public", "i")}));
  EXPECT_FALSE(done(reindex("i"), {index("public", "i")}, {index("public", "i"), index("public", "i_ccnew", false)}));
  EXPECT_FALSE(done(reindex("i"), {index("public", "i", false)}, {index("public", "i", false)}));
}

TEST(ConcurrentBuild, ReadsBackItsEvidence_WhateverTheNames) {
  const std::vector<IndexState> states{{"public", "plain", true},
                                       {"a\tb", "line\nbreak", false},
                                       {"back\\slash", "\\t", true},
                                       {"", "", false},
                                       {"ünï", "\"quoted\"", true}};
  EXPECT_EQ(fromEvidence(toEvidence(states)), states);
  EXPECT_EQ(fromEvidence(toEvidence({})), std::vector<IndexState>{});
}

TEST(ConcurrentBuild, RefusesEvidenceThatIsNone) {
  EXPECT_THROW(fromEvidence(""), Error);
  EXPECT_THROW(fromEvidence("4711"), Error);
}

TEST(ConcurrentBuild, QuotesWhatItDrops) {
  EXPECT_EQ(dropStatement({"public", "we\"ird; drop table t", false}),
            "drop index concurrently if exists \"public\".\"we\"\"ird; drop table t\"");
}

}  // namespace hotswap::execution
