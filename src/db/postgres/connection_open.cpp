#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "db/postgres/connection.h"
#include "db/postgres/sql_state.h"

namespace hotswap::db::postgres {

namespace {

using Settings = std::map<std::string, std::string, std::less<>>;
using Deadline = std::chrono::steady_clock::time_point;

constexpr int oldestServer = 120000;

std::vector<std::string> splitList(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t comma = list.find(','); comma != std::string::npos; comma = list.find(',', start)) {
    parts.push_back(list.substr(start, comma - start));
    start = comma + 1;
  }
  parts.push_back(list.substr(start));
  return parts;
}

/// One set of settings a host. libpq could walk through the list by itself, but then a first host that never answers
/// would eat the time of all of them.
std::vector<Settings> candidates(const Settings& settings) {
  const auto list = [&](const char* keyword) {
    const auto found = settings.find(keyword);
    return found == settings.end() ? std::vector<std::string>{} : splitList(found->second);
  };
  const std::vector<std::string> hosts = list("host");
  const std::vector<std::string> addresses = list("hostaddr");
  const std::vector<std::string> ports = list("port");
  const std::size_t count = std::max(hosts.size(), addresses.size());
  const bool consistent = (hosts.empty() || hosts.size() == count) &&
                          (addresses.empty() || addresses.size() == count) &&
                          (ports.size() <= 1 || ports.size() == count);
  if (count <= 1 || !consistent) return {settings};  // libpq refuses what is inconsistent, with a sentence of its own
  std::vector<Settings> result;
  for (std::size_t i = 0; i < count; ++i) {
    Settings one = settings;
    if (!hosts.empty()) one["host"] = hosts[i];
    if (!addresses.empty()) one["hostaddr"] = addresses[i];
    if (ports.size() > 1) one["port"] = ports[i];
    result.push_back(std::move(one));
  }
  return result;
}

/// `prefer-standby` means two rounds: standbys first, then whoever answers.
std::vector<Settings> attempts(const Settings& settings) {
  std::vector<Settings> result = candidates(settings);
  const auto wanted = settings.find("target_session_attrs");
  if (result.size() == 1 || wanted == settings.end() || wanted->second != "prefer-standby") return result;
  std::vector<Settings> second = result;
  for (Settings& one : result) one["target_session_attrs"] = "standby";
  for (Settings& one : second) one["target_session_attrs"] = "any";
  result.insert(result.end(), second.begin(), second.end());
  return result;
}

/// Towards another machine the server's certificate is checked, unless the string names an sslmode (or a service, whose
/// file may name one): libpq alone would take any certificate, or none. Where the user has no root certificates of
/// their own, those of the system count.
void checkCertificate(Settings& settings) {
  static constexpr const char* systemRoots = "/etc/ssl/certs/ca-certificates.crt";
  if (settings.contains("service") || !settings.emplace("sslmode", "verify-full").second) return;
  const char* home = getenv("HOME");
  const bool hasOwnRoots =
      home != nullptr && std::filesystem::exists(std::filesystem::path(home) / ".postgresql" / "root.crt");
  if (!hasOwnRoots && std::filesystem::exists(systemRoots)) settings.emplace("sslrootcert", systemRoots);
}

Settings withDefaults(const ConnectionString& target, std::string_view applicationName) {
  Settings settings = target.settings();
  if (!target.isLocal()) checkCertificate(settings);
  settings.emplace("keepalives_idle", "10");
  settings.emplace("keepalives_interval", "5");
  settings.emplace("keepalives_count", "3");
  settings.emplace("tcp_user_timeout", "20000");
  settings.emplace("gssencmode", "disable");  // what libpq decrypts there can't be waited for without blocking
  settings["client_encoding"] = "UTF8";
  if (!applicationName.empty()) settings["application_name"] = applicationName;
  return settings;
}

std::string nameOf(const Settings& settings) {
  const auto value = [&](const char* keyword) {
    const auto found = settings.find(keyword);
    return found == settings.end() ? std::string() : found->second;
  };
  const std::string host = value("host").empty() ? value("hostaddr") : value("host");
  const std::string port = value("port");
  return (host.empty() ? "the local socket" : host) + (port.empty() ? "" : ":" + port);
}

/// The moment at which to give this attempt up: its share of the time left, or the string's own connect_timeout.
Deadline deadlineOf(const Settings& settings, Deadline end, std::size_t attemptsLeft) {
  const auto now = std::chrono::steady_clock::now();
  Deadline deadline = now + (end - now) / static_cast<int>(attemptsLeft);
  const auto own = settings.find("connect_timeout");
  int seconds = 0;
  if (own != settings.end()) std::from_chars(own->second.data(), own->second.data() + own->second.size(), seconds);
  if (seconds > 0) deadline = std::min(deadline, now + std::chrono::seconds(seconds));
  return deadline;
}

/// Waits until the socket is ready; false once `deadline` has passed or `stop` asks for it.
bool waitUntil(int socket, short events, Deadline deadline, const std::stop_token& stop) {
  const long slice = stop.stop_possible() ? 100 : 60'000;  // milliseconds; nobody wakes a poll when a stop is asked for
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0 || stop.stop_requested()) return false;
    pollfd descriptor{.fd = socket, .events = events, .revents = 0};
    const int ready = poll(&descriptor, 1, static_cast<int>(std::min<long>(left, slice)));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
  }
}

/// Errors of the server that pass by themselves: too many connections, starting up or shutting down; and those of class
/// 08, with which a pooler says that it can't reach the server behind it.
bool passes(const std::string& sqlState) {
  return sqlState.starts_with("08") || sqlState == "53300" || sqlState == "57P03" || sqlState == "57P01" ||
         sqlState == "57P02";
}

[[noreturn]] void refuse(const Settings& settings, const PGconn* connection, bool inTls) {
  SqlFailure failure = connectFailureOf(PQerrorMessage(connection));
  failure.message = fmt::format("Can't connect to {}: {}.", nameOf(settings), failure.message);
  const auto mode = settings.find("sslmode");
  if (inTls && failure.sqlState.empty() && mode != settings.end() && mode->second == "verify-full") {
    failure.message +=
        " The server's certificate is checked (sslmode=verify-full, which holds for other machines unless the "
        "connection string names another); sslrootcert names the root certificates to check it against.";
  }
  const bool retryable = failure.sqlState.empty() ? !inTls : passes(failure.sqlState);
  throw SqlError(std::move(failure), {.retryable = retryable, .connectionUsable = false});
}

[[noreturn]] void refuseLate(const Settings& settings, std::chrono::steady_clock::time_point started) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
  throw SqlError(
      {.kind = SqlErrorKind::ConnectionRefused,
       .sqlState = {},
       .message = fmt::format("Can't connect to {}: no answer within {:.1f} s.", nameOf(settings), passed.count()),
       .detail = {},
       .hint = {}},
      {.retryable = true, .connectionUsable = false});
}

void requireVersion(const Settings& settings, const PGconn* connection) {
  if (PQserverVersion(connection) >= oldestServer) return;
  throw SqlError({.kind = SqlErrorKind::ConnectionRefused,
                  .sqlState = {},
                  .message = fmt::format("The server {} runs PostgreSQL {}; HotSwap needs version 12 or later.",
                                         nameOf(settings), PQserverVersion(connection) / 10000),
                  .detail = {},
                  .hint = {}},
                 {.connectionUsable = false});
}

ConnectionHandle connectOnce(const Settings& settings, Deadline deadline, const std::stop_token& stop) {
  const auto started = std::chrono::steady_clock::now();
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : settings) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  // expand_dbname 0: a database name that looks like a connection string stays a name.
  ConnectionHandle connection(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (!connection) throw std::bad_alloc();
  // The receiver of notices comes later; until then libpq must not print any.
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  bool inTls = false;
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED || PQstatus(connection.get()) == CONNECTION_BAD) {
      refuse(settings, connection.get(), inTls);
    }
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!waitUntil(PQsocket(connection.get()), events, deadline, stop)) refuseLate(settings, started);
    inTls = PQstatus(connection.get()) == CONNECTION_SSL_STARTUP;
    next = PQconnectPoll(connection.get());
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  requireVersion(settings, connection.get());
  return connection;
}

}  // namespace

Connection Connection::open(const ConnectionString& target, std::string_view applicationName, Milliseconds timeout,
                            const std::stop_token& stop) {
  const Deadline end = std::chrono::steady_clock::now() + timeout;
  const std::vector<Settings> all = attempts(withDefaults(target, applicationName));
  for (std::size_t i = 0;; ++i) {
    const std::size_t left = all.size() - i;
    try {
      return Connection(connectOnce(all[i], deadlineOf(all[i], end, left), stop));
    } catch (const SqlError&) {
      // The last host's reason is the one that is told; a wrong password is wrong everywhere, but hosts may differ.
      if (left == 1 || stop.stop_requested()) throw;
    }
  }
}

}  // namespace hotswap::db::postgres
