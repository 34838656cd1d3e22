#include "secret/token.h"

#include <jwt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/error.h"

namespace hotswap::secret {

namespace {

constexpr std::size_t longestToken = 8192;
constexpr std::size_t shortestKey = 32;

struct FreeToken {
  void operator()(jwt_t* token) const { jwt_free(token); }
};
using Token = std::unique_ptr<jwt_t, FreeToken>;

struct FreeText {
  // This version of the library has no function of its own to free texts.
  void operator()(char* text) const { std::free(text); }  // NOLINT(cppcoreguidelines-no-malloc)
};
using Text = std::unique_ptr<char, FreeText>;

void require(int failure) {
  if (failure != 0) throw Error(ErrorCode::InternalError, "A token could not be made.");
}

const unsigned char* bytesOf(const std::string& key) { return reinterpret_cast<const unsigned char*>(key.data()); }

long secondsOf(TimePoint at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); }

/// Three parts of base64url without padding: everything else never gets to the library.
bool looksLikeToken(std::string_view text) {
  return text.size() <= longestToken && std::ranges::count(text, '.') == 2 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

/// A whole-number claim; nothing where it is missing or something else.
std::optional<long> numberIn(jwt_t* token, const char* claim) {
  errno = 0;
  const long value = jwt_get_grant_int(token, claim);
  return errno == 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

Tokens::Tokens(std::string key, Milliseconds lifetime, const Clock& clock)
    : key_(std::move(key)), lifetime_(lifetime), clock_(clock) {
  if (key_.size() < shortestKey) {
    throw Error(ErrorCode::ValidationError, "The secret that signs tokens (JWT__Secret) must have at least 32 bytes.");
  }
}

Tokens::~Tokens() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string Tokens::sign(const User& user) const {
  jwt_t* raw = nullptr;
  require(jwt_new(&raw));
  const Token token(raw);
  const TimePoint now = clock_.now();
  const std::string roleText(toText(user.role));
  require(jwt_add_grant(raw, "sub", user.username.c_str()));
  require(jwt_add_grant(raw, "role", roleText.c_str()));
  require(jwt_add_grant_int(raw, "iat", secondsOf(now)));
  require(jwt_add_grant_int(raw, "exp", secondsOf(now + lifetime_)));
  require(jwt_add_grant_int(raw, "ver", user.updatedAt.time_since_epoch().count()));
  require(jwt_set_alg(raw, JWT_ALG_HS256, bytesOf(key_), static_cast<int>(key_.size())));
  const Text text(jwt_encode_str(raw));
  if (!text) throw Error(ErrorCode::InternalError, "A token could not be made.");
  return text.get();
}

std::optional<TokenClaims> Tokens::verify(std::string_view token) const {
  if (!looksLikeToken(token)) return std::nullopt;
  jwt_t* raw = nullptr;
  const std::string terminated(token);
  const int failure = jwt_decode(&raw, terminated.c_str(), bytesOf(key_), static_cast<int>(key_.size()));
  const Token decoded(raw);
  // The library verifies by the algorithm that the token names; only ours is taken, whatever the others would say.
  if (failure != 0 || raw == nullptr || jwt_get_alg(raw) != JWT_ALG_HS256) return std::nullopt;
  // What a token declares critical must be understood (RFC 7515, section 4.1.11), and nothing is.
  if (const Text critical(jwt_get_headers_json(raw, "crit")); critical) return std::nullopt;

  const char* const username = jwt_get_grant(raw, "sub");
  const char* const roleText = jwt_get_grant(raw, "role");
  const auto expires = numberIn(raw, "exp");
  const auto version = numberIn(raw, "ver");
  if (username == nullptr || *username == '\0' || roleText == nullptr || !expires || !version || *version <= 0 ||
      !numberIn(raw, "iat")) {
    return std::nullopt;
  }
  const auto role = fromText<Role>(roleText);
  // Compared as seconds: a hostile number of seconds would overflow as milliseconds.
  constexpr long farthest = 253'402'300'799;  // the end of year 9999
  if (!role || *expires > farthest || *expires <= secondsOf(clock_.now())) return std::nullopt;
  return TokenClaims{.username = username,
                     .role = *role,
                     .expiresAt = TimePoint(std::chrono::seconds(*expires)),
                     .userChangedAt = TimePoint(Milliseconds(*version))};
}

}  // namespace hotswap::secret
