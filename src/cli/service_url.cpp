#include "cli/service_url.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "cli/service_error.h"

namespace hotswap::cli {

namespace {

std::string partOf(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (::curl_url_get(url, part, &text, 0) != CURLUE_OK || text == nullptr) return {};
  const std::unique_ptr<char, decltype(&::curl_free)> owned(text, &::curl_free);
  return text;
}

bool isLoopbackHost(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]" || host == "::1";
}

bool isUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string normalisedUrl(std::string_view url) {
  const std::string_view trimmed = trim(url);
  std::string text(trimmed);
  const bool hasScheme = text.find("://") != std::string::npos;
  if (!hasScheme) text = (isLoopbackHost(text.substr(0, text.find_last_of(':'))) ? "http://" : "https://") + text;
  const std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)> parsed(::curl_url(), &::curl_url_cleanup);
  const bool understood = !trimmed.empty() && ::curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
  const std::string scheme = understood ? toLower(partOf(parsed.get(), CURLUPART_SCHEME)) : std::string();
  if (!partOf(parsed.get(), CURLUPART_USER).empty() || !partOf(parsed.get(), CURLUPART_PASSWORD).empty()) {
    throw WrongUse("the service's URL must not hold a user or password; `hotswap login` asks for them");
  }
  if (scheme != "http" && scheme != "https") {
    throw WrongUse(fmt::format("`{}` is no URL of a service; it looks like http://127.0.0.1:5000", trimmed));
  }
  std::string normalised = scheme + "://" + toLower(partOf(parsed.get(), CURLUPART_HOST));
  const std::string port = partOf(parsed.get(), CURLUPART_PORT);
  if (!port.empty()) normalised += ":" + port;
  std::string path = partOf(parsed.get(), CURLUPART_PATH);
  while (path.ends_with('/')) path.pop_back();
  return normalised + path;
}

bool isLoopback(std::string_view url) {
  const auto start = url.find("://");
  std::string_view host = start == std::string_view::npos ? url : url.substr(start + 3);
  host = host.substr(0, host.find('/'));
  if (host.starts_with('[')) return isLoopbackHost(host.substr(0, host.find(']') + 1));
  return isLoopbackHost(host.substr(0, host.find(':')));
}

std::string pathPart(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (isUnreserved(c)) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  // A part of only dots would be taken for a step in the path.
  if (escaped == "." || escaped == "..") return fmt::format("%2E{}", escaped == ".." ? "%2E" : "");
  return escaped;
}

std::string withQuery(std::string path, const std::vector<std::pair<std::string, std::string>>& parameters) {
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    path += fmt::format("{}{}={}", separator, name, pathPart(value));
    separator = '&';
  }
  return path;
}

}  // namespace hotswap::cli
