// Whatever bytes come: they are refused with an Error, or understood and given back unchanged by `full`, and
// `masked` shows no password.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "domain/connection_string.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(hotswap::isReference(text));
  try {
    const auto parsed = hotswap::ConnectionString::parse(text);
    if (hotswap::ConnectionString::parse(parsed.full()) != parsed) std::abort();
    const std::string masked = parsed.masked();
    const bool hidden = parsed.value("password").empty() || masked.find("password=****") != std::string::npos;
    if (masked.empty() || !hidden) std::abort();
    static_cast<void>(parsed.isLocal());
  } catch (const hotswap::Error& error) {
    if (error.code() != hotswap::ErrorCode::ValidationError) std::abort();
  }
  return 0;
}
