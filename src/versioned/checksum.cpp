#include "versioned/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/error.h"

namespace hotswap::versioned {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view current = "1:";

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorCode::InternalError, "The checksum of a migration could not be computed.");
  }
  std::string hexadecimal;
  for (unsigned int byte = 0; byte < length; ++byte) hexadecimal += fmt::format("{:02x}", digest.at(byte));
  return hexadecimal;
}

}  // namespace

std::string withPlainLineEnds(std::string_view text) {
  if (text.starts_with(byteOrderMark)) text.remove_prefix(byteOrderMark.size());
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (text[place] != '\r') {
      plain += text[place];
      continue;
    }
    plain += '\n';
    if (place + 1 < text.size() && text[place + 1] == '\n') ++place;
  }
  return plain;
}

std::string checksumOf(std::string_view forward) { return std::string(current) + sha256(withPlainLineEnds(forward)); }

bool fitsChecksum(std::string_view present, std::string_view written) {
  if (written.empty()) return true;
  // With a second algorithm, what the first one wrote is checked by the first one.
  if (!written.starts_with(current)) {
    throw Error(
        ErrorCode::ValidationError,
        fmt::format("The history holds a checksum of a kind that this HotSwap doesn't know ({}); use a newer one.",
                    written.substr(0, written.find(':'))));
  }
  return present == written;
}

}  // namespace hotswap::versioned
