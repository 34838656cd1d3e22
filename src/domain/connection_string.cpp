#include "domain/connection_string.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "domain/connection_keywords.h"
#include "domain/connection_string_forms.h"

namespace hotswap {

namespace {

constexpr std::size_t longest = 65'536;  ///< bytes

/// What a parser made of the text, or why it could not.
template <class Form>
struct Attempt {
  std::optional<Form> form;
  std::exception_ptr refusal;
};

template <class Parser>
auto attempt(Parser parser, std::string_view text) {
  Attempt<decltype(parser(text))> result;
  try {
    result.form = parser(text);
  } catch (const Error&) {
    result.refusal = std::current_exception();
  }
  return result;
}

/// Pairs and libpq's form look alike (`user=a;password=b` is a user named `a;password=b` to libpq). A string that
/// libpq's grammar reads without a bare `;` is libpq's; one that only one grammar can read is that one's; where both
/// give several settings, and different ones, it is refused: guessing could show a password as a user's name.
ConnectionSettings parsePairsOrKeyValues(std::string_view text) {
  auto libpq = attempt(parseKeyValues, text);
  if (libpq.form && !libpq.form->bareSemicolon) return std::move(libpq.form->settings);
  auto pairs = attempt(parsePairs, text);
  const bool libpqLikely = libpq.form && libpq.form->settings.size() > 1;
  if (pairs.form && libpqLikely) {
    refuseConnectionString("it can be read in two ways; put values that hold a ; or a space in quotes");
  }
  if (pairs.form) return std::move(*pairs.form);
  if (libpqLikely) return std::move(libpq.form->settings);
  std::rethrow_exception(text.find(';') == std::string_view::npos ? libpq.refusal : pairs.refusal);
}

bool isPlain(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/:,@%+").find(c) != std::string_view::npos;
  });
}

std::string quoted(std::string_view value) {
  if (isPlain(value)) return std::string(value);
  std::string result = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + '\'';
}

/// The settings in the order in which people write them; the others follow by name.
std::string written(const ConnectionSettings& settings, bool withSecrets) {
  static constexpr std::array<std::string_view, 5> first{"host", "port", "dbname", "user", "password"};
  std::string result;
  const auto append = [&](std::string_view keyword, std::string_view value) {
    if (!result.empty()) result += ' ';
    result.append(keyword).append("=").append(isSecretKeyword(keyword) && !withSecrets ? "****" : quoted(value));
  };
  for (const std::string_view keyword : first) {
    if (const auto found = settings.find(keyword); found != settings.end()) append(keyword, found->second);
  }
  for (const auto& [keyword, value] : settings) {
    if (std::ranges::find(first, keyword) == first.end()) append(keyword, value);
  }
  return result;
}

bool isLocalHost(std::string_view host) {
  if (host.empty() || host.starts_with('/') || host.starts_with('@') || host == "::1") return true;
  return toLower(host) == "localhost" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace

ConnectionString ConnectionString::parse(std::string_view text) {
  if (text.size() > longest) refuseConnectionString("it is longer than 65536 bytes");
  const std::string_view bare = trim(text);
  if (bare.empty()) refuseConnectionString("it is empty");
  ConnectionString result;
  result.settings_ = looksLikeUri(bare) ? parseUri(bare) : parsePairsOrKeyValues(text);
  if (result.settings_.empty()) refuseConnectionString("it sets nothing");
  return result;
}

std::string ConnectionString::value(std::string_view keyword) const {
  const auto found = settings_.find(keyword);
  return found == settings_.end() ? std::string() : found->second;
}

ConnectionString ConnectionString::with(std::string_view keyword, std::string_view value) const {
  if (!isConnectionKeyword(keyword)) refuseConnectionString("the keyword " + shownKeyword(keyword) + " is unknown");
  ConnectionString result = *this;
  if (const auto found = result.settings_.find(keyword); found != result.settings_.end()) result.settings_.erase(found);
  addConnectionSetting(result.settings_, keyword, value);
  return result;
}

std::string ConnectionString::masked() const { return written(settings_, false); }

std::string ConnectionString::full() const { return written(settings_, true); }

bool ConnectionString::isLocal() const {
  const std::string addresses = value("hostaddr");
  std::string hosts = addresses.empty() ? value("host") : addresses;
  if (hosts.empty()) return !settings_.contains("service");
  hosts += ',';
  for (std::size_t start = 0; start < hosts.size();) {
    const std::size_t comma = hosts.find(',', start);
    if (!isLocalHost(std::string_view(hosts).substr(start, comma - start))) return false;
    start = comma + 1;
  }
  return true;
}

bool isReference(std::string_view connectionString) {
  static constexpr std::array<std::string_view, 3> kinds{"env:", "file:", "vault:"};
  return std::ranges::any_of(kinds, [&](std::string_view kind) {
    return connectionString.starts_with(kind) && connectionString.size() > kind.size();
  });
}

}  // namespace hotswap
