#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"

namespace hotswap::secret {

/// Encrypts small secrets (connection strings) with AES-256-GCM (NIST SP 800-38D). Safe from any thread.
/// Text form: `v1:<key id>:<base64 of nonce, ciphertext, tag>`; the key id is the first 8 hexadecimal digits of the
/// key's SHA-256, so that a wrong key is told from a damaged text.
class Cipher {
 public:
  using Key = std::array<std::byte, 32>;

  /// `random` must outlive the cipher, which makes a nonce of 12 bytes with it for each text.
  Cipher(const Key& key, Random& random);
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  /// Wipes the key.
  ~Cipher();

  /// `context` (e.g. the id of the row) is bound to the ciphertext: it decrypts only with the same one.
  [[nodiscard]] std::string encrypt(std::string_view plain, std::string_view context) const;
  /// Throws Error (InternalError) for a text of another key, another context or a damaged one.
  [[nodiscard]] std::string decrypt(std::string_view sealed, std::string_view context) const;

 private:
  Key key_;
  std::string keyId_;
  Random& random_;
};

/// A key from 64 hexadecimal digits or base64 of 32 bytes; throws Error (ValidationError) otherwise.
Cipher::Key parseKey(std::string_view text);

}  // namespace hotswap::secret
