#include "api/listen_url.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/error.h"

namespace hotswap::api {

namespace {

[[noreturn]] void refuse(const std::string& text, const char* why) {
  throw Error(ErrorCode::ValidationError,
              fmt::format("`{}` is no address to listen on: {}. Write http://ADDRESS:PORT or https://ADDRESS:PORT.",
                          text, why));
}

std::uint16_t portOf(const std::string& text, const std::string& port) {
  std::uint16_t number = 0;
  const char* const end = port.data() + port.size();
  const auto [rest, problem] = std::from_chars(port.data(), end, number);
  if (problem != std::errc() || rest != end) refuse(text, "its port is no number from 0 to 65535");
  return number;
}

std::uint16_t usualPort(bool secure) { return secure ? 5001 : 5000; }

}  // namespace

ListenUrl parseListenUrl(const std::string& text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (parsed.has_error()) refuse(text, "it is no URL");
  const boost::urls::url_view& url = *parsed;
  ListenUrl result;
  result.text = text;
  result.secure = url.scheme() == "https";
  if (!result.secure && url.scheme() != "http") refuse(text, "its scheme is neither http nor https");
  if ((!url.encoded_path().empty() && url.encoded_path() != "/") || url.has_query() || url.has_fragment() ||
      url.has_userinfo()) {
    refuse(text, "it has more than an address and a port");
  }
  result.port = url.has_port() ? portOf(text, std::string(url.port())) : usualPort(result.secure);
  std::string host(url.host_address());
  if (host == "localhost") host = "127.0.0.1";
  if (host == "*") host = "0.0.0.0";
  boost::system::error_code problem;
  boost::asio::ip::make_address(host, problem);
  if (problem) refuse(text, "its host is no IP address, localhost or *");
  result.address = host;
  return result;
}

}  // namespace hotswap::api
