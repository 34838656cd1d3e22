#include "api/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace hotswap::api {

namespace {

bool isHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool isZero(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '0'; });
}

template <std::size_t Bytes>
std::string randomHex(Random& random) {
  std::array<std::byte, Bytes> bytes{};
  random.fill(bytes);
  bytes.back() |= std::byte{1};  // all zero means "no id"
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<int>(byte));
  return text;
}

}  // namespace

std::optional<std::string> traceIdOf(std::string_view traceparent) {
  constexpr std::size_t length = 55;
  if (traceparent.size() < length) return std::nullopt;
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace = traceparent.substr(3, 32);
  const std::string_view span = traceparent.substr(36, 16);
  const std::string_view flags = traceparent.substr(53, 2);
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return std::nullopt;
  if (!isHex(version) || !isHex(trace) || !isHex(span) || !isHex(flags)) return std::nullopt;
  if (version == "ff" || isZero(trace) || isZero(span)) return std::nullopt;
  const bool longer = traceparent.size() > length;
  if (longer && (version == "00" || traceparent[length] != '-')) return std::nullopt;
  return std::string(trace);
}

std::string makeTraceId(Random& random) { return randomHex<16>(random); }

std::string makeTraceparent(const std::string& traceId, Random& random) {
  return fmt::format("00-{}-{}-01", traceId, randomHex<8>(random));
}

}  // namespace hotswap::api
