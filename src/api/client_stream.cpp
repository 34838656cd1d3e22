#include "api/client_stream.h"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace hotswap::api {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

struct ClientStream::Tls {
  Tls(boost::beast::tcp_stream& tcp, asio::ssl::context& context) : stream(tcp, context) {}
  asio::ssl::stream<boost::beast::tcp_stream&> stream;
};

ClientStream::ClientStream(asio::ip::tcp::socket socket, asio::ssl::context* tls)
    : tcp_(std::move(socket)), tls_(tls == nullptr ? nullptr : std::make_unique<Tls>(tcp_, *tls)) {}

ClientStream::~ClientStream() = default;

asio::awaitable<void> ClientStream::handshake(error_code& problem) {
  if (!tls_) co_return;
  co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, problem));
}

asio::awaitable<std::size_t> ClientStream::readSome(asio::mutable_buffer into, error_code& problem) {
  std::size_t bytes = 0;
  if (tls_) {
    bytes = co_await tls_->stream.async_read_some(into, redirect_error(use_awaitable, problem));
  } else {
    bytes = co_await tcp_.async_read_some(into, redirect_error(use_awaitable, problem));
  }
  co_return bytes;
}

asio::awaitable<bool> ClientStream::send(std::string_view head, std::string_view body, Milliseconds limit) {
  const std::array<asio::const_buffer, 2> texts{asio::buffer(head), asio::buffer(body)};
  error_code problem;
  tcp_.expires_after(limit);
  if (tls_) {
    co_await asio::async_write(tls_->stream, texts, redirect_error(use_awaitable, problem));
  } else {
    co_await asio::async_write(tcp_, texts, redirect_error(use_awaitable, problem));
  }
  tcp_.expires_never();
  co_return !problem;
}

asio::awaitable<void> ClientStream::endTls(error_code& problem) {
  if (!tls_) co_return;
  co_await tls_->stream.async_shutdown(redirect_error(use_awaitable, problem));
}

void ClientStream::closeSending(error_code& problem) {
  tcp_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, problem);
}

asio::awaitable<std::size_t> ClientStream::drainSome(error_code& problem) {
  std::array<char, 16'384> thrownAway{};
  const auto into = asio::buffer(thrownAway);
  const std::size_t bytes = co_await tcp_.async_read_some(into, redirect_error(use_awaitable, problem));
  co_return bytes;
}

void ClientStream::close() {
  error_code ignored;
  tcp_.socket().close(ignored);
}

}  // namespace hotswap::api
