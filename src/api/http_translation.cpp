#include "api/http_translation.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/write.hpp>
#include <sstream>

#include "base/text.h"

namespace hotswap::api {

namespace http = boost::beast::http;

void readHead(const RequestHead& head, Request& request) {
  request.method = std::string(head.method_string());
  request.target = std::string(head.target());
  for (const auto& field : head) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers.emplace_back(toLower({name.data(), name.size()}), std::string(value.data(), value.size()));
  }
}

std::optional<std::string> headTrouble(const RequestHead& head) {
  const auto hosts = head.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && head.version() >= 11)) return "The request needs exactly one Host header.";
  if (head.count(http::field::transfer_encoding) > 0) {
    if (head.version() < 11) return "HTTP/1.0 knows no Transfer-Encoding.";
    if (!boost::beast::iequals(head[http::field::transfer_encoding], "chunked")) {
      return "The only Transfer-Encoding that is understood is chunked.";
    }
    if (head.count(http::field::content_length) > 0)
      return "A request has a Content-Length or a Transfer-Encoding, not both.";
  }
  return std::nullopt;
}

bool hasFoldedLine(std::string_view head) {
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

bool expectsContinue(const RequestHead& head) {
  return head.version() >= 11 && boost::beast::iequals(head[http::field::expect], "100-continue");
}

bool isClientsFault(const boost::system::error_code& problem) {
  return problem.category() == http::make_error_code(http::error::bad_method).category() &&
         problem != http::error::end_of_stream && problem != http::error::partial_message;
}

std::string headText(const Response& response, unsigned version, BodyEnd end, bool keepAlive) {
  http::response<http::empty_body> message;
  message.version(version < 11 ? 10 : 11);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  if (!response.contentType.empty()) message.set(http::field::content_type, response.contentType);
  constexpr int noContent = 204;
  if (end == BodyEnd::AfterItsChunks) message.chunked(true);
  if (end == BodyEnd::AfterItsLength && response.status != noContent) message.content_length(response.body.size());
  message.keep_alive(keepAlive);
  std::ostringstream text;
  text << message.base();
  return text.str();
}

}  // namespace hotswap::api
