#include "support/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "base/text.h"

namespace hotswap::support {

namespace {

using Clock = std::chrono::steady_clock;

std::string bodyLength(const std::map<std::string, std::string>& headers) {
  const auto found = headers.find("content-length");
  return found == headers.end() ? "0" : found->second;
}

}  // namespace

std::string RawAnswer::errorCode() const {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("error")) return {};
  return parsed["error"].value("code", "");
}

RawConnection::RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(socket_);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
}

RawConnection::~RawConnection() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawConnection::closeSending() { ::shutdown(socket_, SHUT_WR); }

void RawConnection::reset() {
  const linger hard{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  ::close(socket_);
  socket_ = -1;
}

RawConnection::Read RawConnection::readSome(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0) return Read::TimedOut;
  char bytes[16384];
  const ssize_t count = ::recv(socket_, bytes, sizeof(bytes), 0);
  if (count <= 0) return Read::Closed;
  received_.append(bytes, static_cast<std::size_t>(count));
  return Read::Bytes;
}

std::optional<std::string> RawConnection::take(std::size_t bytes, Clock::time_point deadline) {
  while (received_.size() < bytes) {
    if (readSome(deadline) != Read::Bytes) return std::nullopt;
  }
  std::string taken = received_.substr(0, bytes);
  received_.erase(0, bytes);
  return taken;
}

std::optional<std::string> RawConnection::takeUntil(std::string_view text, Clock::time_point deadline) {
  for (;;) {
    if (const auto at = received_.find(text); at != std::string::npos) return take(at + text.size(), deadline);
    if (readSome(deadline) != Read::Bytes) return std::nullopt;
  }
}

std::optional<std::string> RawConnection::readUntil(std::string_view text, std::chrono::milliseconds patience) {
  return takeUntil(text, Clock::now() + patience);
}

std::optional<RawAnswer> RawConnection::answer(std::chrono::milliseconds patience, bool headOnly) {
  const auto deadline = Clock::now() + patience;
  const auto statusLine = takeUntil("\r\n", deadline);
  if (!statusLine || statusLine->size() < 12) return std::nullopt;
  RawAnswer result;
  result.status = std::stoi(statusLine->substr(9, 3));
  for (;;) {
    const auto line = takeUntil("\r\n", deadline);
    if (!line) return std::nullopt;
    if (*line == "\r\n") break;
    const auto colon = line->find(':');
    result.headers[toLower(line->substr(0, colon))] = std::string(trim(line->substr(colon + 1)));
  }
  if (headOnly || result.status == 204) return result;
  if (result.headers["transfer-encoding"] == "chunked") {
    for (;;) {
      const auto size = takeUntil("\r\n", deadline);
      if (!size) return std::nullopt;
      const auto chunk = take(std::stoul(*size, nullptr, 16) + 2, deadline);
      if (!chunk) return std::nullopt;
      if (chunk->size() == 2) return result;
      result.body += chunk->substr(0, chunk->size() - 2);
    }
  }
  auto body = take(std::stoul(bodyLength(result.headers)), deadline);
  if (!body) return std::nullopt;
  result.body = *std::move(body);
  return result;
}

bool RawConnection::closes(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    const Read read = readSome(deadline);
    if (read != Read::Bytes) return read == Read::Closed;
  }
}

std::optional<RawAnswer> rawExchange(int port, std::string_view request) {
  RawConnection connection(port);
  connection.send(request);
  return connection.answer();
}

}  // namespace hotswap::support
