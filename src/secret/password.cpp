#include "secret/password.h"

#include <sodium.h>

#include <array>
#include <semaphore>

#include "base/error.h"

namespace hotswap::secret {

namespace {

// 2 passes over 64 MiB: libsodium's limits for logins; 50 ms on a common core.
constexpr unsigned long long passes = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
constexpr std::size_t memory = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;

/// Holds one of the two places for work that needs 64 MiB.
class Place {
 public:
  Place() { places().acquire(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { places().release(); }

 private:
  static std::counting_semaphore<2>& places() {
    static std::counting_semaphore<2> two(2);
    return two;
  }
};

void initialize() {
  static const int state = sodium_init();
  if (state < 0) throw Error(ErrorCode::InternalError, "The password library can't be used on this system.");
}

}  // namespace

std::string hashPassword(std::string_view password) {
  initialize();
  const Place place;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), passes, memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw Error(ErrorCode::InternalError, "There is too little memory to hash a password.", {}, {.retryable = true});
  }
  return hash.data();
}

bool verifyPassword(std::string_view password, const std::string& hash) {
  initialize();
  const Place place;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string makePassword(Random& random) {
  // Without 0 O, 1 l I and i.
  static constexpr std::string_view alphabet = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
  constexpr std::size_t usable = 256 / alphabet.size() * alphabet.size();
  std::string password;
  while (password.size() < 24) {
    std::array<std::byte, 1> byte{};
    random.fill(byte);
    // Bytes at the end of the range would make the first letters likelier than the others.
    const auto value = std::to_integer<std::size_t>(byte[0]);
    if (value < usable) password += alphabet[value % alphabet.size()];
  }
  return password;
}

}  // namespace hotswap::secret
