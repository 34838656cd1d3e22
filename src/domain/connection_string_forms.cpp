#include "domain/connection_string_forms.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace hotswap {

namespace {

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Reads a text from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  [[nodiscard]] bool atEnd() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  char take() { return text_[at_++]; }
  bool skip(char c) {
    if (atEnd() || peek() != c) return false;
    ++at_;
    return true;
  }
  void skipSpace() {
    while (!atEnd() && isSpace(peek())) ++at_;
  }
  /// Everything up to the first character that `ends` says yes to.
  template <class Ends>
  std::string_view until(Ends ends) {
    const std::size_t start = at_;
    while (!atEnd() && !ends(peek())) ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// The value of a pair whose opening quote is read already.
std::string quotedPairValue(Reader& reader, char quote, std::string_view name) {
  std::string value;
  for (;;) {
    value += reader.until([quote](char c) { return c == quote; });
    if (!reader.skip(quote)) refuseConnectionString(fmt::format("the quote of {} is never closed", shownKeyword(name)));
    if (!reader.skip(quote)) break;
    value += quote;
  }
  reader.skipSpace();
  if (!reader.atEnd() && !reader.skip(';')) {
    refuseConnectionString(fmt::format("something follows the quoted value of {}", shownKeyword(name)));
  }
  return value;
}

std::string pairValue(Reader& reader, std::string_view name) {
  reader.skipSpace();
  for (const char quote : {'"', '\''}) {
    if (reader.skip(quote)) return quotedPairValue(reader, quote, name);
  }
  const std::string value(trim(reader.until([](char c) { return c == ';'; })));
  reader.skip(';');
  return value;
}

/// What `SSL Mode=VerifyFull` is called by libpq.
std::string libpqSslMode(std::string_view value) {
  std::string mode = toLower(value);
  std::erase_if(mode, [](char c) { return c == ' ' || c == '-' || c == '_'; });
  if (mode == "verifyca") return "verify-ca";
  return mode == "verifyfull" ? "verify-full" : mode;
}

/// A search path as an option of the server's command line, in which a backslash protects spaces.
std::string searchPathOption(std::string_view path) {
  std::string option = "-c search_path=";
  for (const char c : path) {
    if (isSpace(c) || c == '\\') option += '\\';
    option += c;
  }
  return option;
}

void addPair(ConnectionSettings& settings, std::string_view name, const std::string& value) {
  const std::string keyword = connectionKeywordOf(name);
  if (keyword.empty()) refuseConnectionString(fmt::format("the keyword {} is unknown", shownKeyword(name)));
  if (keyword == "sslmode") return addConnectionSetting(settings, keyword, libpqSslMode(value));
  if (keyword == "target_session_attrs" || keyword == "channel_binding") {
    return addConnectionSetting(settings, keyword, toLower(value));
  }
  if (keyword == "searchpath") {
    return value.empty() ? void() : addConnectionSetting(settings, "options", searchPathOption(value));
  }
  addConnectionSetting(settings, keyword, value);
}

/// The character that a backslash protects, the backslash itself being read already.
char protectedCharacter(Reader& reader, std::string_view keyword) {
  if (reader.atEnd()) refuseConnectionString(fmt::format("a backslash ends the value of {}", shownKeyword(keyword)));
  return reader.take();
}

std::string keyValueValue(Reader& reader, std::string_view keyword, bool& bareSemicolon) {
  std::string value;
  if (reader.skip('\'')) {
    while (!reader.skip('\'')) {
      if (reader.atEnd()) {
        refuseConnectionString(fmt::format("the quote of {} is never closed", shownKeyword(keyword)));
      }
      const char c = reader.take();
      value += c == '\\' ? protectedCharacter(reader, keyword) : c;
    }
    return value;
  }
  while (!reader.atEnd() && !isSpace(reader.peek())) {
    const char c = reader.take();
    bareSemicolon = bareSemicolon || c == ';';
    value += c == '\\' ? protectedCharacter(reader, keyword) : c;
  }
  return value;
}

std::optional<unsigned> hexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::string percentDecoded(std::string_view text, std::string_view keyword) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hexDigit(text[i + 1]) : std::nullopt;
    const auto low = high ? hexDigit(text[i + 2]) : std::nullopt;
    if (!low)
      refuseConnectionString(fmt::format("the value of {} holds a broken percent escape", shownKeyword(keyword)));
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

void addUserInfo(ConnectionSettings& settings, std::string_view userInfo) {
  const std::size_t colon = userInfo.find(':');
  addConnectionSetting(settings, "user", percentDecoded(userInfo.substr(0, colon), "user"));
  if (colon != std::string_view::npos) {
    addConnectionSetting(settings, "password", percentDecoded(userInfo.substr(colon + 1), "password"));
  }
}

/// Takes `host`, `host:port`, `[address]` or `[address]:port` apart.
std::pair<std::string, std::string> hostAndPort(std::string_view text) {
  std::string_view host = text.substr(0, text.find(':'));
  std::string_view rest = text.substr(host.size());
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) refuseConnectionString("the address in [ ] of host is broken");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  }
  if (!rest.empty() && rest.front() != ':') refuseConnectionString("something follows the ] of host");
  std::string decoded = percentDecoded(host, "host");
  if (decoded.find(',') != std::string::npos) refuseConnectionString("the value of host holds an escaped comma");
  return {std::move(decoded), percentDecoded(rest.empty() ? rest : rest.substr(1), "port")};
}

void addHosts(ConnectionSettings& settings, std::string_view list) {
  std::string hosts;
  std::string ports;
  for (bool first = true;; first = false) {
    const std::size_t comma = list.find(',');
    const auto [host, port] = hostAndPort(list.substr(0, comma));
    if (!first) {
      hosts += ',';
      ports += ',';
    }
    hosts += host;
    ports += port;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  if (hosts.find_first_not_of(',') != std::string::npos) addConnectionSetting(settings, "host", hosts);
  if (ports.find_first_not_of(',') != std::string::npos) addConnectionSetting(settings, "port", ports);
}

void addParameters(ConnectionSettings& settings, std::string_view parameters) {
  Reader reader(parameters);
  while (!reader.atEnd()) {
    const std::string_view parameter = reader.until([](char c) { return c == '&'; });
    reader.skip('&');
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || parameter.find('=', equals + 1) != std::string_view::npos) {
      refuseConnectionString("a parameter behind the ? of the URI is not of the form keyword=value");
    }
    std::string keyword = percentDecoded(parameter.substr(0, equals), "a parameter");
    std::string value = percentDecoded(parameter.substr(equals + 1), keyword);
    if (keyword == "ssl" && value == "true") {  // as JDBC writes it; libpq takes it too
      keyword = "sslmode";
      value = "require";
    }
    if (!isConnectionKeyword(keyword)) {
      refuseConnectionString(fmt::format("the keyword {} is unknown", shownKeyword(keyword)));
    }
    addConnectionSetting(settings, keyword, value);
  }
}

}  // namespace

ConnectionSettings parsePairs(std::string_view text) {
  ConnectionSettings settings;
  Reader reader(text);
  std::string_view before;
  for (reader.skipSpace(); !reader.atEnd(); reader.skipSpace()) {
    if (reader.skip(';')) continue;
    const std::string_view name = trim(reader.until([](char c) { return c == '=' || c == ';'; }));
    if (!reader.skip('=')) {
      refuseConnectionString(before.empty() ? "it does not begin with a keyword and a ="
                                            : fmt::format("a part behind {} has no =; quote a value that holds a ;",
                                                          shownKeyword(before)));
    }
    addPair(settings, name, pairValue(reader, name));
    before = name;
  }
  return settings;
}

KeyValueForm parseKeyValues(std::string_view text) {
  KeyValueForm form;
  Reader reader(text);
  std::string_view before;
  for (reader.skipSpace(); !reader.atEnd(); reader.skipSpace()) {
    const std::string_view keyword = reader.until([](char c) { return c == '=' || isSpace(c); });
    reader.skipSpace();
    if (!reader.skip('=')) {
      refuseConnectionString(before.empty() ? "it does not begin with a keyword and a ="
                                            : fmt::format("a part behind {} has no =; quote a value that holds spaces",
                                                          shownKeyword(before)));
    }
    if (!isConnectionKeyword(keyword)) {
      refuseConnectionString(fmt::format("the keyword {} is unknown", shownKeyword(keyword)));
    }
    reader.skipSpace();
    addConnectionSetting(form.settings, keyword, keyValueValue(reader, keyword, form.bareSemicolon));
    before = keyword;
  }
  return form;
}

bool looksLikeUri(std::string_view text) {
  const std::size_t scheme = text.find("://");
  return scheme != std::string_view::npos && text.substr(0, scheme).find_first_of("=; '\"") == std::string_view::npos;
}

ConnectionSettings parseUri(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const std::string name = toLower(text.substr(0, scheme));
  if (scheme == std::string_view::npos || (name != "postgresql" && name != "postgres")) {
    refuseConnectionString("a URI must begin with postgresql://");
  }
  text.remove_prefix(scheme + 3);
  ConnectionSettings settings;
  std::string_view authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  if (const std::size_t at = authority.find('@'); at != std::string_view::npos) {
    if (authority.find('@', at + 1) != std::string_view::npos) {
      refuseConnectionString("there is more than one @; write an @ of user or password as %40");
    }
    addUserInfo(settings, authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  addHosts(settings, authority);
  const std::size_t question = text.find('?');
  if (text.starts_with('/')) {
    addConnectionSetting(
        settings, "dbname",
        percentDecoded(text.substr(1, question == std::string_view::npos ? question : question - 1), "dbname"));
  }
  if (question != std::string_view::npos) addParameters(settings, text.substr(question + 1));
  return settings;
}

}  // namespace hotswap
