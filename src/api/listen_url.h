#pragma once
#include <cstdint>
#include <string>

namespace hotswap::api {

/// Where to listen, from a text such as `http://127.0.0.1:5000`, `https://[::1]:5001` or `http://*:0`.
struct ListenUrl {
  bool secure = false;
  std::string address;  ///< an IP address
  std::uint16_t port = 0;
  std::string text;  ///< as it was given
};

/// Throws Error (ValidationError) that names the text where it is no such URL.
ListenUrl parseListenUrl(const std::string& text);

}  // namespace hotswap::api
