#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/user.h"

namespace hotswap::secret {

/// What a token says: who, as what, until when.
struct TokenClaims {
  std::string username;
  Role role = Role::Viewer;
  TimePoint expiresAt;
};

/// Signs and checks JSON Web Tokens (RFC 7519) with HS256. Safe from any thread.
class Tokens {
 public:
  /// `key`: at least 32 bytes; throws Error (ValidationError) for a shorter one.
  Tokens(std::string key, Milliseconds lifetime, const Clock& clock);

  /// A token for a user, and the moment it expires.
  [[nodiscard]] std::string sign(const std::string& username, Role role) const;
  [[nodiscard]] Milliseconds lifetime() const { return lifetime_; }
  /// The claims of a token that this key signed with HS256 and that has not expired; nothing for every other text.
  [[nodiscard]] std::optional<TokenClaims> verify(std::string_view token) const;

 private:
  std::string key_;
  Milliseconds lifetime_;
  const Clock& clock_;
};

}  // namespace hotswap::secret
