#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/user.h"
#include "secret/token.h"
#include "store/user_store.h"

namespace hotswap::api {

/// Finds out who sends a request. The role is the store's, not the token's, so that a change of it takes effect at
/// once; users are remembered for a few seconds. Safe from any thread; one mutex guards the memory.
class Authenticator {
 public:
  Authenticator(const secret::Tokens& tokens, const store::UserStore& users, const Clock& clock)
      : tokens_(tokens), users_(users), clock_(clock) {}

  /// The user named by an `Authorization` header. Throws Error (Unauthorized) where there is none, where the token is
  /// false or out of date, where the user is gone or disabled, or was changed (password, role) after the token was
  /// made.
  User authenticate(std::optional<std::string_view> authorization);
  /// Forgets a user that has been changed or deleted.
  void forget();

 private:
  std::optional<User> find(const std::string& username);

  struct Remembered {
    std::optional<User> user;
    std::chrono::steady_clock::time_point until;
  };

  const secret::Tokens& tokens_;
  const store::UserStore& users_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Remembered> remembered_;
  std::uint64_t changes_ = 0;  ///< how often `forget` was called
};

}  // namespace hotswap::api
