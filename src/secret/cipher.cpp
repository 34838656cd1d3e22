#include "secret/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace hotswap::secret {

namespace {

constexpr std::size_t nonceLength = 12;
constexpr std::size_t tagLength = 16;
constexpr std::string_view version = "v1:";
constexpr int encoding = sodium_base64_VARIANT_ORIGINAL;

using Bytes = std::vector<unsigned char>;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void require(bool done) {
  if (!done) throw Error(ErrorCode::InternalError, "The encryption library failed.");
}

/// The length of a text as the library takes it.
int lengthOf(std::string_view text) {
  require(text.size() < std::size_t{1} << 30U);
  return static_cast<int>(text.size());
}

std::string toBase64(const Bytes& bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), encoding), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), encoding);
  text.pop_back();  // the NUL that sodium counts
  return text;
}

bool fromBase64(std::string_view text, Bytes& bytes) {
  bytes.resize(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  const char* end = nullptr;
  const int failed =
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, &end, encoding);
  if (failed != 0 || end != text.data() + text.size()) return false;
  bytes.resize(length);
  return true;
}

std::string keyIdOf(const Cipher::Key& key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  require(EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  std::array<char, 9> text{};
  sodium_bin2hex(text.data(), text.size(), digest.data(), 4);
  return text.data();
}

}  // namespace

Cipher::Cipher(const Key& key, Random& random) : key_(key), keyId_(keyIdOf(key)), random_(random) {}

Cipher::~Cipher() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string Cipher::encrypt(std::string_view plain, std::string_view context) const {
  Bytes bytes(nonceLength + plain.size() + tagLength);
  random_.fill(std::as_writable_bytes(std::span(bytes).first(nonceLength)));
  unsigned char* const text = bytes.data() + nonceLength;

  const Context cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  require(cipher != nullptr);
  require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                             reinterpret_cast<const unsigned char*>(key_.data()), bytes.data()) == 1);
  require(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytesOf(context), lengthOf(context)) == 1);
  require(EVP_EncryptUpdate(cipher.get(), text, &length, bytesOf(plain), lengthOf(plain)) == 1);
  require(EVP_EncryptFinal_ex(cipher.get(), text + length, &length) == 1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tagLength, text + plain.size()) == 1);
  return std::string(version) + keyId_ + ":" + toBase64(bytes);
}

std::string Cipher::decrypt(std::string_view sealed, std::string_view context) const {
  const std::size_t idLength = keyId_.size();
  Bytes bytes;
  const bool wellFormed = sealed.starts_with(version) && sealed.size() > version.size() + idLength &&
                          sealed[version.size() + idLength] == ':' &&
                          fromBase64(sealed.substr(version.size() + idLength + 1), bytes) &&
                          bytes.size() >= nonceLength + tagLength;
  if (!wellFormed) throw Error(ErrorCode::InternalError, "An encrypted text is damaged.");
  if (sealed.substr(version.size(), idLength) != keyId_) {
    throw Error(ErrorCode::InternalError,
                "An encrypted text was made with another master key; start with the key it was made with.");
  }

  std::string plain(bytes.size() - nonceLength - tagLength, '\0');
  auto* const output = reinterpret_cast<unsigned char*>(plain.data());
  const unsigned char* const text = bytes.data() + nonceLength;
  const Context cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  require(cipher != nullptr);
  require(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                             reinterpret_cast<const unsigned char*>(key_.data()), bytes.data()) == 1);
  require(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytesOf(context), lengthOf(context)) == 1);
  require(EVP_DecryptUpdate(cipher.get(), output, &length, text, lengthOf(plain)) == 1);
  require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tagLength, bytes.data() + bytes.size() - tagLength) ==
          1);
  if (EVP_DecryptFinal_ex(cipher.get(), output + length, &length) != 1) {
    OPENSSL_cleanse(plain.data(), plain.size());
    throw Error(ErrorCode::InternalError, "An encrypted text is damaged or belongs to something else.");
  }
  return plain;
}

Cipher::Key parseKey(std::string_view text) {
  const std::string_view digits = trim(text);
  Bytes bytes;
  const bool isHex = digits.size() == 64 && std::ranges::all_of(digits, [](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                     });
  Cipher::Key key{};
  if (isHex) {
    std::size_t length = 0;
    bytes.resize(key.size());
    sodium_hex2bin(bytes.data(), bytes.size(), digits.data(), digits.size(), nullptr, &length, nullptr);
  } else if (!fromBase64(digits, bytes)) {
    bytes.clear();
  }
  if (bytes.size() != key.size()) {
    throw Error(ErrorCode::ValidationError,
                "The master key must be 32 bytes, written as 64 hexadecimal digits or as base64.");
  }
  std::ranges::copy(std::as_bytes(std::span(bytes)), key.begin());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

}  // namespace hotswap::secret
