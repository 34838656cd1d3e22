#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/user.h"

namespace hotswap::secret {

/// What a token says: who, as what, until when, and as of which change of the user it is good.
struct TokenClaims {
  std::string username;
  Role role = Role::Viewer;
  TimePoint expiresAt;
  TimePoint userChangedAt;  ///< User::updatedAt when the token was made
};

/// Signs and checks JSON Web Tokens (RFC 7519) with HS256. Safe from any thread.
class Tokens {
 public:
  /// `key`: at least 32 bytes; throws Error (ValidationError) for a shorter one.
  Tokens(std::string key, Milliseconds lifetime, const Clock& clock);
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;
  /// Wipes the key.
  ~Tokens();

  /// A token for a user that expires after `lifetime` (claims sub, role, iat, exp; times in whole seconds, cut off; and
  /// ver, the user's `updatedAt` in milliseconds). Throws Error (InternalError) for a name that is no UTF-8 text.
  [[nodiscard]] std::string sign(const User& user) const;
  [[nodiscard]] Milliseconds lifetime() const { return lifetime_; }
  /// The claims of a token that this key signed with HS256 and that has not expired; nothing for every other text,
  /// whatever it is, and for one of more than 8 KiB.
  [[nodiscard]] std::optional<TokenClaims> verify(std::string_view token) const;

 private:
  std::string key_;
  Milliseconds lifetime_;
  const Clock& clock_;
};

}  // namespace hotswap::secret
