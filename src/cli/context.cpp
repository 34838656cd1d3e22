#include "cli/context.h"

#include <fmt/format.h>

#include <ostream>

#include "base/error.h"
#include "cli/service_url.h"

namespace hotswap::cli {

namespace {

constexpr std::string_view defaultUrl = "http://127.0.0.1:5000";

}  // namespace

std::string Context::url() const {
  if (!options_.url.empty()) return normalisedUrl(options_.url);
  if (const auto variable = shell_.variable("HOTSWAP_URL")) return normalisedUrl(*variable);
  // Without a place for logins there is no last one.
  if (!shell_.variable("XDG_CONFIG_HOME") && !shell_.variable("HOME")) return std::string(defaultUrl);
  const Logins logins = SessionFile::of(shell_).load();
  return logins.current.empty() ? std::string(defaultUrl) : logins.current;
}

std::optional<Login> Context::login() const {
  if (const auto token = shell_.variable("HOTSWAP_TOKEN")) {
    return Login{.token = *token, .expiresAt = {}, .username = {}, .role = {}, .caFile = {}};
  }
  const Logins logins = SessionFile::of(shell_).load();
  const auto found = logins.byUrl.find(url());
  if (found == logins.byUrl.end()) return std::nullopt;
  return found->second;
}

const Client& Context::client() {
  if (client_) return *client_;
  const std::string address = url();
  const auto remembered = login();
  if (!remembered) {
    throw Error(ErrorCode::Unauthorized,
                fmt::format("you are not logged in to {}; use `hotswap login {}`", address, address));
  }
  client_.emplace(Client::Options{.url = address,
                                  .token = remembered->token,
                                  .caFile = options_.caFile.empty() ? remembered->caFile : options_.caFile,
                                  .insecure = options_.insecure,
                                  .timeout = Seconds(options_.requestTimeoutSeconds),
                                  .programVersion = program_.version});
  return *client_;
}

Client Context::clientWithoutLogin(const std::string& url) const {
  return Client({.url = url,
                 .token = {},
                 .caFile = options_.caFile,
                 .insecure = options_.insecure,
                 .timeout = Seconds(options_.requestTimeoutSeconds),
                 .programVersion = program_.version});
}

bool Context::printedAsJson(const Answer& answer) const {
  if (!options_.json) return false;
  shell_.out << answer.body;
  if (!answer.body.empty() && !answer.body.ends_with('\n')) shell_.out << '\n';
  return true;
}

bool Context::printedAsId(std::string_view id) const {
  if (!options_.quiet || options_.json) return false;
  shell_.out << printable(id) << '\n';
  return true;
}

void Context::print(std::string_view text) const {
  if (forPeople()) shell_.out << text;
}

void Context::printTable(const Table& table) const {
  const auto width = shell_.outIsTerminal ? std::optional(static_cast<std::size_t>(shell_.width())) : std::nullopt;
  print(table.text(width, paint()));
}

void Context::remark(std::string_view text) const {
  if (forPeople()) shell_.err << text << '\n';
}

}  // namespace hotswap::cli
