#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "db/catalog.h"

namespace hotswap::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SchemaListing listingOf(std::map<std::string, std::string> definitions) { return {std::move(definitions)}; }

TEST(SchemaListing, HasOneFingerprintForEqualContent) {
  const auto a = listingOf({{"table public.t", "table"}, {"column public.t.a", "1 integer"}});
  SchemaListing b;
  b.definitions["column public.t.a"] = "1 integer";
  b.definitions["table public.t"] = "table";
  EXPECT_EQ(a.fingerprint(), b.fingerprint());
  EXPECT_EQ(a.fingerprint().size(), 32U);
}

TEST(SchemaListing, HasAnotherFingerprint_WhenTextMovesBetweenKeyAndValue) {
  EXPECT_NE(listingOf({{"a", "b\nc\td"}}).fingerprint(), listingOf({{"a", "b"}, {"c", "d"}}).fingerprint());
  EXPECT_NE(listingOf({{"a\tb", "c"}}).fingerprint(), listingOf({{"a", "b\tc"}}).fingerprint());
  EXPECT_NE(listingOf({}).fingerprint(), listingOf({{"", ""}}).fingerprint());
}

TEST(SchemaListing, ComesBackFromItsText) {
  const auto listing = listingOf({{"a\\b\tc\nd", "\\n\\\t\n"}, {"empty", ""}, {"é", "ü"}});
  EXPECT_EQ(SchemaListing::fromText(listing.text()).definitions, listing.definitions);
  EXPECT_THAT(SchemaListing::fromText("").definitions, IsEmpty());
}

TEST(SchemaListing, RefusesTextThatIsNoListing) {
  for (const char* text :
       {"a", "a\tb", "a\n", "a\tb\tc\n", "a\\\tb\n", "a\\x\tb\n", "a\tb\\\n", "b\t1\na\t2\n", "a\t1\na\t2\n", "\n"}) {
    EXPECT_THROW(SchemaListing::fromText(text), Error) << text;
  }
}

TEST(SchemaListing, SaysTheDifferencesAsSentences) {
  const auto before =
      listingOf({{"column public.t.a", "1 integer"}, {"index public.i", "old"}, {"table public.t", "table"}});
  const auto after = listingOf({{"index public.i", "new"}, {"table public.t", "table"}, {"table public.x", "table"}});
  EXPECT_THAT(differences(before, after),
              ElementsAre("column public.t.a is missing", "index public.i has changed: new instead of old",
                          "table public.x is new"));
  EXPECT_THAT(differences(before, before), IsEmpty());
  EXPECT_THAT(differences({}, listingOf({{"z", ""}})), ElementsAre("z is new"));
  EXPECT_THAT(differences(listingOf({{"z", ""}}), {}), ElementsAre("z is missing"));
}

}  // namespace
}  // namespace hotswap::db
