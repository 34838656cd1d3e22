#include "base/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace hotswap {
namespace {

TEST(ErrorCode, HasTheTextsOfTheContract) {
  const std::vector<std::pair<ErrorCode, std::string_view>> texts{
      {ErrorCode::ValidationError, "VALIDATION_ERROR"},
      {ErrorCode::Unauthorized, "UNAUTHORIZED"},
      {ErrorCode::Forbidden, "FORBIDDEN"},
      {ErrorCode::NotFound, "NOT_FOUND"},
      {ErrorCode::MethodNotAllowed, "METHOD_NOT_ALLOWED"},
      {ErrorCode::Conflict, "CONFLICT"},
      {ErrorCode::PreconditionFailed, "PRECONDITION_FAILED"},
      {ErrorCode::PayloadTooLarge, "PAYLOAD_TOO_LARGE"},
      {ErrorCode::UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE"},
      {ErrorCode::RateLimitExceeded, "RATE_LIMIT_EXCEEDED"},
      {ErrorCode::InternalError, "INTERNAL_ERROR"},
      {ErrorCode::Unavailable, "UNAVAILABLE"}};
  for (const auto& [code, text] : texts) EXPECT_EQ(toText(code), text);
}

TEST(Error, PromisesNothing_WhenNoAnswersAreGiven) {
  const Error error(ErrorCode::NotFound, "There is no such thing.");
  EXPECT_STREQ(error.what(), "There is no such thing.");
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_TRUE(error.details().empty());
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_TRUE(error.recovery().connectionUsable);
  EXPECT_TRUE(error.recovery().outcomeKnown);
  EXPECT_FALSE(error.recovery().changedAnything);
}

TEST(Error, CarriesDetailsAndAnswersToWhoeverCatchesIt) {
  try {
    throw Error(ErrorCode::Unavailable, "Gone.", {{"replicas[0].role", "is unknown"}},
                {.retryable = true, .connectionUsable = false, .outcomeKnown = false, .changedAnything = true});
  } catch (const std::exception& caught) {
    const auto* error = dynamic_cast<const Error*>(&caught);
    ASSERT_NE(error, nullptr);
    ASSERT_EQ(error->details().size(), 1U);
    EXPECT_EQ(error->details().front().field, "replicas[0].role");
    EXPECT_TRUE(error->recovery().retryable);
    EXPECT_FALSE(error->recovery().connectionUsable);
    EXPECT_FALSE(error->recovery().outcomeKnown);
    EXPECT_TRUE(error->recovery().changedAnything);
  }
}

}  // namespace
}  // namespace hotswap
