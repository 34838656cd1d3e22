#include "api/listen_url.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/error.h"

namespace hotswap::api {

namespace {

[[noreturn]] void refuse(const std::string& text, const char* why) {
  throw Error(ErrorCode::ValidationError,
              fmt::format("`{}` is no address to listen on: {}. Write http://ADDRESS:PORT or https://ADDRESS:PORT.",
                          text, why));
}

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
  if (url.has_port() && url.port_number() == 0 && url.port() != "0")
    refuse(text, "its port is no number from 0 to 65535");
  result.port =
      url.has_port() ? url.port_number() : std::uint16_t{static_cast<std::uint16_t>(result.secure ? 5001 : 5000)};
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
