#include "domain/connection_keywords.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace hotswap {

namespace {

using Word = std::string_view;

constexpr std::array keywords{Word("application_name"),
                              Word("channel_binding"),
                              Word("client_encoding"),
                              Word("connect_timeout"),
                              Word("dbname"),
                              Word("fallback_application_name"),
                              Word("gssencmode"),
                              Word("gsslib"),
                              Word("host"),
                              Word("hostaddr"),
                              Word("keepalives"),
                              Word("keepalives_count"),
                              Word("keepalives_idle"),
                              Word("keepalives_interval"),
                              Word("krbsrvname"),
                              Word("options"),
                              Word("passfile"),
                              Word("password"),
                              Word("port"),
                              Word("replication"),
                              Word("requirepeer"),
                              Word("service"),
                              Word("ssl_max_protocol_version"),
                              Word("ssl_min_protocol_version"),
                              Word("sslcert"),
                              Word("sslcompression"),
                              Word("sslcrl"),
                              Word("sslcrldir"),
                              Word("sslkey"),
                              Word("sslmode"),
                              Word("sslpassword"),
                              Word("sslrootcert"),
                              Word("sslsni"),
                              Word("target_session_attrs"),
                              Word("tcp_user_timeout"),
                              Word("user")};

/// Names of the .NET world, in lower case and without spaces, for which libpq has another word.
constexpr std::array pairNames{std::pair{Word("server"), Word("host")},
                               std::pair{Word("database"), Word("dbname")},
                               std::pair{Word("db"), Word("dbname")},
                               std::pair{Word("username"), Word("user")},
                               std::pair{Word("userid"), Word("user")},
                               std::pair{Word("uid"), Word("user")},
                               std::pair{Word("pwd"), Word("password")},
                               std::pair{Word("psw"), Word("password")},
                               std::pair{Word("timeout"), Word("connect_timeout")},
                               std::pair{Word("rootcertificate"), Word("sslrootcert")},
                               std::pair{Word("sslcertificate"), Word("sslcert")},
                               std::pair{Word("targetsessionattributes"), Word("target_session_attrs")},
                               std::pair{Word("kerberosservicename"), Word("krbsrvname")},
                               std::pair{Word("searchpath"), Word("searchpath")}};

constexpr std::array numbers{Word("connect_timeout"), Word("keepalives"),          Word("keepalives_count"),
                             Word("keepalives_idle"), Word("keepalives_interval"), Word("tcp_user_timeout")};

struct Choice {
  Word keyword;
  std::array<Word, 6> values;
};
constexpr std::array choices{
    Choice{"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
    Choice{"target_session_attrs", {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}},
    Choice{"channel_binding", {"disable", "prefer", "require"}},
    Choice{"gssencmode", {"disable", "prefer", "require"}}};

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isControl(char c) { return (static_cast<unsigned char>(c) < 0x20) || c == 0x7F; }

bool isNumber(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= least && number <= most;
}

/// Whether `valid` holds for every part of a list with commas.
template <class Valid>
bool everyPart(std::string_view list, Valid valid) {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (!valid(list.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

/// A host name, an address or a folder of sockets. What can't be in one is often a piece of a badly quoted password.
bool isHost(std::string_view host) {
  if (host.starts_with('/') || host.starts_with('@')) return true;
  return std::ranges::all_of(host, [](char c) {
    return isLetter(c) || isDigit(c) || std::string_view("._-:%").find(c) != std::string_view::npos ||
           (static_cast<unsigned char>(c) >= 0x80);
  });
}

bool isRightFor(std::string_view keyword, std::string_view value) {
  if (keyword == "host" || keyword == "hostaddr") return everyPart(value, isHost);
  if (keyword == "port") {
    return everyPart(value, [](std::string_view port) { return port.empty() || isNumber(port, 1, 65535); });
  }
  if (std::ranges::find(numbers, keyword) != numbers.end()) return isNumber(value, -1, 100'000'000);
  const auto* const choice = std::ranges::find(choices, keyword, &Choice::keyword);
  return choice == choices.end() || std::ranges::find(choice->values, value) != choice->values.end();
}

}  // namespace

bool isConnectionKeyword(std::string_view keyword) { return std::ranges::find(keywords, keyword) != keywords.end(); }

std::string connectionKeywordOf(std::string_view pairName) {
  const auto bare = [](std::string_view name) {
    std::string result = toLower(name);
    std::erase_if(result, [](char c) { return c == ' ' || c == '_'; });
    return result;
  };
  const std::string name = bare(pairName);
  const auto* const alias = std::ranges::find(pairNames, name, [](const auto& entry) { return entry.first; });
  if (alias != pairNames.end()) return std::string(alias->second);
  const auto* const keyword = std::ranges::find(keywords, name, bare);
  return keyword == keywords.end() ? std::string() : std::string(*keyword);
}

bool isSecretKeyword(std::string_view keyword) {
  return keyword == "password" || keyword == "sslpassword" || keyword == "passfile";
}

void addConnectionSetting(ConnectionSettings& settings, std::string_view keyword, std::string_view value) {
  if (value.empty()) return;
  if (settings.contains(keyword)) refuseConnectionString(fmt::format("{} is given twice", keyword));
  if (!isUtf8(value)) refuseConnectionString(fmt::format("the value of {} is not UTF-8 text", keyword));
  if (!isSecretKeyword(keyword) && std::ranges::any_of(value, isControl)) {
    refuseConnectionString(fmt::format("the value of {} holds control characters", keyword));
  }
  if (!isRightFor(keyword, value)) refuseConnectionString(fmt::format("the value of {} is not a valid one", keyword));
  settings.emplace(keyword, value);
}

void refuseConnectionString(const std::string& what) {
  throw Error(ErrorCode::ValidationError, fmt::format("The connection string can't be used: {}.", what));
}

std::string shownKeyword(std::string_view keyword) {
  const bool word = !keyword.empty() && keyword.size() <= 32 &&
                    std::ranges::all_of(keyword, [](char c) { return isLetter(c) || c == ' ' || c == '_'; });
  return word ? fmt::format("\"{}\"", keyword) : std::string("what stands before a =");
}

}  // namespace hotswap
