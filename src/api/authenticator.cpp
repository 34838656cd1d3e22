#include "api/authenticator.h"

#include <cctype>

#include "base/error.h"
#include "base/text.h"

namespace hotswap::api {

namespace {

constexpr std::chrono::seconds rememberedFor{2};
constexpr std::size_t mostRemembered = 1000;
constexpr std::size_t longestToken = 8192;

[[noreturn]] void refuse(const char* message) { throw Error(ErrorCode::Unauthorized, message); }

std::string_view bearerToken(std::optional<std::string_view> authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (!authorization)
    refuse("This call needs a token; log in and send it in the header `Authorization`, scheme `Bearer`.");
  if (toLower(authorization->substr(0, scheme.size())) != scheme)
    refuse("The header `Authorization` holds no token of the scheme `Bearer`.");
  const std::string_view token = trim(authorization->substr(scheme.size()));
  if (token.empty() || token.size() > longestToken)
    refuse("The header `Authorization` holds no token of the scheme `Bearer`.");
  return token;
}

}  // namespace

std::optional<User> Authenticator::find(const std::string& username) {
  const auto now = clock_.steadyNow();
  std::uint64_t changes = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = remembered_.find(username);
    if (known != remembered_.end() && known->second.until > now) return known->second.user;
    changes = changes_;
  }
  const std::optional<User> user = users_.findByName(username);
  const std::lock_guard lock(mutex_);
  // Changed while it was read: what was read may be of before.
  if (changes_ != changes) return user;
  if (remembered_.size() >= mostRemembered) remembered_.clear();
  remembered_[username] = {user, now + rememberedFor};
  return user;
}

User Authenticator::authenticate(std::optional<std::string_view> authorization) {
  const auto claims = tokens_.verify(bearerToken(authorization));
  if (!claims) refuse("The token is not valid or has run out; log in again.");
  auto user = find(claims->username);
  if (!user || user->disabled) refuse("The token's user does not exist any more or is disabled.");
  // Times can't tell: clocks are set back, and a login may have begun before a change and end after it.
  if (claims->userChangedAt != user->updatedAt) {
    refuse("The user was changed after the token was made; log in again.");
  }
  return *std::move(user);
}

void Authenticator::forget() {
  const std::lock_guard lock(mutex_);
  ++changes_;
  remembered_.clear();
}

}  // namespace hotswap::api
