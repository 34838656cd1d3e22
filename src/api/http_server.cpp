#include "api/http_server.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "api/http_connection.h"
#include "api/listen_url.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::unique_ptr<asio::ssl::context> makeTls(const ApiSettings& settings) {
  if (settings.certificateFile.empty() || settings.keyFile.empty()) {
    throw Error(ErrorCode::ValidationError,
                "An https address needs a certificate and its key; name the files of both.");
  }
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(tls->native_handle(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  error_code problem;
  tls->use_certificate_chain_file(settings.certificateFile.string(), problem);
  if (problem) {
    throw Error(ErrorCode::ValidationError, fmt::format("The certificate {} can't be used: {}.",
                                                        settings.certificateFile.string(), problem.message()));
  }
  tls->use_private_key_file(settings.keyFile.string(), asio::ssl::context::pem, problem);
  if (problem || SSL_CTX_check_private_key(tls->native_handle()) != 1) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The key {} can't be used with the certificate.", settings.keyFile.string()));
  }
  return tls;
}

/// What connections of one client have in common: its address, and with IPv6 the network of it, as whoever has one
/// address there has 2^64.
std::string clientOf(const asio::ip::address& address) {
  if (!address.is_v6() || address.to_v6().is_loopback()) return address.to_string();
  return asio::ip::network_v6(address.to_v6(), 64).canonical().to_string();
}

}  // namespace

struct HttpServer::State {
  State(const ApiSettings& apiSettings, asio::io_context& context, Dispatcher& apiDispatcher)
      : settings(apiSettings), dispatcher(apiDispatcher), io(context) {}

  struct Listener {
    ListenUrl url;
    tcp::acceptor acceptor;
    int port = 0;
  };

  void listen(const ListenUrl& url);
  asio::awaitable<void> acceptLoop(Listener& listener);
  /// Serves the connection from now on. Throws where memory or TLS fail; the socket is closed then.
  void take(tcp::socket socket, bool secure);
  void turnAway(tcp::socket socket, bool secure) const;
  [[nodiscard]] bool hasRoomFor(const std::string& client) const;
  void remember(std::uint64_t key, const std::string& client, const std::shared_ptr<HttpConnection>& connection);
  void forget(std::uint64_t key, const std::string& client);

  const ApiSettings& settings;
  Dispatcher& dispatcher;
  asio::io_context& io;
  std::unique_ptr<asio::ssl::context> tls;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::jthread> threads;
  std::atomic<bool> stopping{false};

  std::mutex mutex;  ///< guards what follows
  std::condition_variable changed;
  std::map<std::uint64_t, std::shared_ptr<HttpConnection>> connections;
  std::map<std::string, std::size_t> connectionsOf;  ///< by client; none that has none
  std::uint64_t nextKey = 0;
  std::size_t accepting = 0;  ///< listeners that still accept; guarded too
};

void HttpServer::State::listen(const ListenUrl& url) {
  auto listener = std::make_unique<Listener>(Listener{url, tcp::acceptor(asio::make_strand(io)), 0});
  const tcp::endpoint endpoint(asio::ip::make_address(url.address), url.port);
  try {
    listener->acceptor.open(endpoint.protocol());
    listener->acceptor.set_option(asio::socket_base::reuse_address(true));
    if (endpoint.address().is_v6()) listener->acceptor.set_option(asio::ip::v6_only(true));
    listener->acceptor.bind(endpoint);
    listener->acceptor.listen();
    listener->port = listener->acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw Error(ErrorCode::Unavailable, fmt::format("Can't listen on {}: {}.", url.text, error.code().message()));
  }
  listeners.push_back(std::move(listener));
}

asio::awaitable<void> HttpServer::State::acceptLoop(Listener& listener) {
  asio::steady_timer pause(listener.acceptor.get_executor());
  while (!stopping) {
    error_code problem;
    tcp::socket socket = co_await listener.acceptor.async_accept(asio::any_io_executor(asio::make_strand(io)),
                                                                 asio::redirect_error(asio::use_awaitable, problem));
    if (stopping) break;
    std::string reason = problem.message();
    if (!problem) {
      try {
        take(std::move(socket), listener.url.secure);
        continue;
      } catch (const std::exception& error) {
        reason = error.what();
      }
    }
    // Out of file descriptors or memory, most likely: trying again at once would burn the processor and change nothing.
    observe::logWarning(fmt::format("A connection could not be accepted: {}", reason));
    error_code ignored;
    pause.expires_after(std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void HttpServer::State::turnAway(tcp::socket socket, bool secure) const {
  if (secure) return;
  const std::string body = dispatcher.overloaded();
  const std::string answer = fmt::format(
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      body.size(), body);
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(answer), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void HttpServer::State::take(tcp::socket socket, bool secure) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const tcp::endpoint remote = socket.remote_endpoint(ignored);
  if (ignored) return;  // it is gone already
  const std::string client = clientOf(remote.address());
  const auto executor = socket.get_executor();
  std::shared_ptr<HttpConnection> connection;
  std::uint64_t key = 0;
  {
    const std::lock_guard lock(mutex);
    if (!hasRoomFor(client)) {
      turnAway(std::move(socket), secure);
      return;
    }
    connection = makeConnection(std::move(socket), remote.address().to_string(), secure ? tls.get() : nullptr,
                                settings.limits, dispatcher);
    key = nextKey++;
    remember(key, client, connection);
    if (stopping) connection->windDown();
  }
  try {
    asio::co_spawn(executor, connection->serve(), [this, key, client, connection](const std::exception_ptr& failure) {
      if (failure) observe::logError("A connection ended with an error.");
      forget(key, client);
    });
  } catch (...) {
    forget(key, client);
    throw;
  }
}

/// The mutex is held.
void HttpServer::State::remember(std::uint64_t key, const std::string& client,
                                 const std::shared_ptr<HttpConnection>& connection) {
  const auto entry = connections.emplace(key, connection).first;
  try {
    ++connectionsOf[client];
  } catch (...) {
    connections.erase(entry);
    throw;
  }
}

bool HttpServer::State::hasRoomFor(const std::string& client) const {
  const auto own = connectionsOf.find(client);
  return connections.size() < settings.limits.connections &&
         (own == connectionsOf.end() || own->second < settings.limits.connectionsPerAddress);
}

void HttpServer::State::forget(std::uint64_t key, const std::string& client) {
  const std::lock_guard lock(mutex);
  if (connections.erase(key) == 0) return;
  const auto own = connectionsOf.find(client);
  if (own != connectionsOf.end() && --own->second == 0) connectionsOf.erase(own);
  changed.notify_all();
}

HttpServer::HttpServer(const ApiSettings& settings, asio::io_context& io, Dispatcher& dispatcher)
    : state_(std::make_unique<State>(settings, io, dispatcher)) {}

HttpServer::~HttpServer() { stop(Milliseconds(0)); }

void HttpServer::listen() {
  State& state = *state_;
  std::vector<ListenUrl> urls;
  for (const std::string& text : state.settings.urls) urls.push_back(parseListenUrl(text));
  if (urls.empty()) throw Error(ErrorCode::ValidationError, "There is no address to listen on.");
  for (const ListenUrl& url : urls) {
    if (url.secure && !state.tls) state.tls = makeTls(state.settings);
  }
  for (const ListenUrl& url : urls) state.listen(url);
}

void HttpServer::start() {
  State& state = *state_;
  if (state.listeners.empty()) listen();
  state.accepting = state.listeners.size();
  for (const auto& listener : state.listeners) {
    const auto ended = [&state](const std::exception_ptr& failure) {
      if (failure) observe::logError("An address is no longer listened on: accepting connections has failed.");
      const std::lock_guard lock(state.mutex);
      --state.accepting;
      state.changed.notify_all();
    };
    asio::co_spawn(listener->acceptor.get_executor(), state.acceptLoop(*listener), ended);
  }
  for (std::size_t i = 0; i < state.settings.ioThreads; ++i) {
    state.threads.emplace_back([&state] {
      const auto guard = asio::make_work_guard(state.io);
      state.io.run();
    });
  }
}

void HttpServer::stop(Milliseconds grace) {
  State& state = *state_;
  if (state.stopping.exchange(true)) return;
  for (const auto& listener : state.listeners) {
    asio::post(listener->acceptor.get_executor(), [&acceptor = listener->acceptor] {
      error_code ignored;
      acceptor.close(ignored);
    });
  }
  std::unique_lock lock(state.mutex);
  // Not before nothing new can come, and the last one accepted is known.
  state.changed.wait(lock, [&state] { return state.accepting == 0; });
  for (const auto& [key, connection] : state.connections) connection->windDown();
  const auto none = [&state] { return state.connections.empty(); };
  if (!state.changed.wait_for(lock, grace, none)) {
    for (const auto& [key, connection] : state.connections) connection->cut();
    // What still works on a worker thread uses the floors below: it has to end before they may go.
    state.changed.wait(lock, none);
  }
  lock.unlock();
  state.io.stop();
  state.threads.clear();
}

int HttpServer::httpPort() const {
  for (const auto& listener : state_->listeners) {
    if (!listener->url.secure) return listener->port;
  }
  return 0;
}

int HttpServer::httpsPort() const {
  for (const auto& listener : state_->listeners) {
    if (listener->url.secure) return listener->port;
  }
  return 0;
}

}  // namespace hotswap::api
