#include "support/scripted_http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hotswap::support {

namespace {

bool sendAll(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// Reads one request; nothing where the client goes before it is whole.
std::optional<ScriptedHttpServer::Request> readRequest(int socket) {
  std::string text;
  std::array<char, 16384> piece{};
  std::size_t headEnd = std::string::npos;
  std::size_t bodyBytes = 0;
  ScriptedHttpServer::Request request;
  while (headEnd == std::string::npos || text.size() < headEnd + 4 + bodyBytes) {
    const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
    if (count <= 0) return std::nullopt;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (headEnd != std::string::npos || (headEnd = text.find("\r\n\r\n")) == std::string::npos) continue;
    std::istringstream head(text.substr(0, headEnd));
    head >> request.method >> request.target;
    std::string line;
    std::getline(head, line);
    while (std::getline(head, line)) {
      if (line.ends_with('\r')) line.pop_back();
      const auto colon = line.find(": ");
      if (colon != std::string::npos) request.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
    if (request.headers.contains("content-length")) bodyBytes = std::stoul(request.headers["content-length"]);
  }
  request.body = text.substr(headEnd + 4, bodyBytes);
  return request;
}

std::string chunk(const std::string& piece) {
  std::ostringstream text;
  text << std::hex << piece.size() << "\r\n" << piece << "\r\n";
  return text.str();
}

std::string pathOf(const std::string& target) { return target.substr(0, target.find('?')); }

}  // namespace

std::string ScriptedHttpServer::Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

ScriptedHttpServer::ScriptedHttpServer() { listen(); }

ScriptedHttpServer::~ScriptedHttpServer() {
  close();
  for (std::thread& worker : workers_) worker.join();
}

void ScriptedHttpServer::listen() {
  const std::lock_guard closing(closing_);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  constexpr int backlog = 64;
  if (::bind(listener, generic, size) != 0 || ::listen(listener, backlog) != 0 ||
      ::getsockname(listener, generic, &size) != 0) {
    ::close(listener);
    throw std::runtime_error("the scripted server can't listen");
  }
  port_ = ntohs(address.sin_port);
  listener_ = listener;
  acceptor_ = std::thread([this, listener] { accept(listener); });
}

void ScriptedHttpServer::close() {
  const std::lock_guard closing(closing_);
  if (listener_ < 0) return;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(std::exchange(listener_, -1));
  const std::lock_guard lock(mutex_);
  for (const int client : clients_) ::shutdown(client, SHUT_RDWR);
}

void ScriptedHttpServer::on(const std::string& method, const std::string& path, Reply reply) {
  const std::lock_guard lock(mutex_);
  script_[method + " " + path].push_back(std::move(reply));
}

std::vector<ScriptedHttpServer::Request> ScriptedHttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<ScriptedHttpServer::Request> ScriptedHttpServer::requests(const std::string& method,
                                                                      const std::string& path) const {
  std::vector<Request> found;
  for (const Request& request : requests()) {
    if (request.method == method && pathOf(request.target) == path) found.push_back(request);
  }
  return found;
}

void ScriptedHttpServer::accept(int listener) {
  while (true) {
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::lock_guard lock(mutex_);
    clients_.push_back(client);
    workers_.emplace_back([this, client] { serve(client); });
  }
}

ScriptedHttpServer::Reply ScriptedHttpServer::replyFor(const Request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  const auto found = script_.find(request.method + " " + pathOf(request.target));
  if (found == script_.end()) return {.status = 404, .body = "not scripted", .contentType = "text/plain"};
  Reply reply = found->second.front();
  if (found->second.size() > 1) found->second.erase(found->second.begin());
  return reply;
}

void ScriptedHttpServer::serve(int client) {
  if (const auto request = readRequest(client)) {
    const Reply reply = replyFor(*request);
    const bool inPieces = !reply.pieces.empty() || reply.hold;
    std::ostringstream head;
    head << "HTTP/1.1 " << reply.status << " Scripted\r\nConnection: close\r\n";
    if (reply.status != 204) head << "Content-Type: " << reply.contentType << "\r\n";
    for (const auto& [name, value] : reply.headers) head << name << ": " << value << "\r\n";
    if (inPieces) {
      head << "Transfer-Encoding: chunked\r\n";
    } else if (reply.status != 204) {
      // A broken one promises more than it sends.
      head << "Content-Length: " << reply.body.size() + (reply.cut ? 1 : 0) << "\r\n";
    }
    sendAll(client, head.str() + "\r\n" + (inPieces ? std::string() : reply.body));
    for (const std::string& piece : reply.pieces) sendAll(client, chunk(piece));
    if (reply.meanwhile) reply.meanwhile();
    if (reply.hold) {
      char byte = 0;
      while (::recv(client, &byte, 1, 0) > 0) {
      }
    } else if (inPieces && !reply.cut) {
      sendAll(client, "0\r\n\r\n");
    }
  }
  const std::lock_guard lock(mutex_);
  clients_.erase(std::remove(clients_.begin(), clients_.end(), client), clients_.end());
  ::close(client);
}

}  // namespace hotswap::support
