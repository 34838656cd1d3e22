#include "support/tcp_gate.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace hotswap::support {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int connectTo(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return descriptor;
  }
  close(descriptor);
  return -1;
}

/// Makes the coming close() send a reset instead of a polite end.
void resetOnClose(int descriptor) {
  const linger abrupt{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt));
}

bool sendAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

/// One connection through the gate. A descriptor is closed only once both its threads have ended.
struct TcpGate::Link {
  int client = -1;
  int server = -1;
  std::atomic<bool> cut{false};
  std::atomic<bool> swallowing{false};
  std::atomic<bool> clientGone{false};
  std::jthread toServer;
  std::jthread toClient;

  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() {
    reset();
    if (toServer.joinable()) toServer.join();
    if (toClient.joinable()) toClient.join();
    resetOnClose(client);
    resetOnClose(server);
    close(client);
    close(server);
  }
  void dropClient() {
    // A shutdown wakes whoever reads; the linger makes the kernel send a reset once the descriptor is replaced.
    if (clientGone.exchange(true)) return;
    resetOnClose(client);
    shutdown(client, SHUT_RDWR);
  }
  void reset() {
    if (cut.exchange(true)) return;
    dropClient();
    shutdown(server, SHUT_RDWR);
  }
};

TcpGate::TcpGate(int serverPort) : serverPort_(serverPort) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof(address);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener_, 64) != 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    close(listener_);
    throw std::runtime_error("the gate finds no port to listen on");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this](const std::stop_token& ending) { accept(ending); });
}

TcpGate::~TcpGate() {
  acceptor_.request_stop();
  acceptor_.join();
  close(listener_);
  cutAll();
}

void TcpGate::judgeBy(Judge judge) {
  const std::lock_guard lock(mutex_);
  judge_ = std::move(judge);
}

TcpGate::Verdict TcpGate::judge(Direction direction, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  return judge_ ? judge_(direction, bytes) : Verdict::Pass;
}

void TcpGate::cutAll() {
  const std::lock_guard lock(mutex_);
  for (Link& link : links_) link.reset();
}

void TcpGate::accept(const std::stop_token& ending) {
  while (!ending.stop_requested()) {
    pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 20) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int server = refusing_ ? -1 : connectTo(serverPort_);
    if (server < 0) {
      resetOnClose(client);
      close(client);
      continue;
    }
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ++connections_;
    const std::lock_guard lock(mutex_);
    Link& link = links_.emplace_back();
    link.client = client;
    link.server = server;
    link.toServer = std::jthread([this, &link] { forward(link, Direction::ToServer); });
    link.toClient = std::jthread([this, &link] { forward(link, Direction::ToClient); });
  }
}

void TcpGate::forward(Link& link, Direction direction) {
  const bool toServer = direction == Direction::ToServer;
  const int from = toServer ? link.client : link.server;
  const int to = toServer ? link.server : link.client;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = recv(from, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (const auto pause = delay_.load(); pause > 0) std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    if (link.swallowing) continue;
    switch (judge(direction, bytes)) {
      case Verdict::Pass:
        if (!sendAll(to, bytes)) link.swallowing = true;
        break;
      case Verdict::Cut: link.reset(); return;
      case Verdict::Swallow: link.swallowing = true; break;
      case Verdict::CutServer:
        link.swallowing = true;
        link.dropClient();
        break;
    }
  }
  // One side has ended: so does the other, but for a server that is to be kept in the dark.
  if (!link.swallowing) link.reset();
}

}  // namespace hotswap::support
