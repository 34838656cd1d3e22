#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hotswap::api {

/// The bytes from and to one client, plain or over TLS: nobody else needs to know which. Used on the strand that the
/// socket's executor has to be.
class ClientStream {
 public:
  /// `tls`: nothing for a plain connection.
  ClientStream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;
  ~ClientStream();

  [[nodiscard]] bool secure() const { return tls_ != nullptr; }
  [[nodiscard]] auto executor() { return tcp_.get_executor(); }
  [[nodiscard]] bool isOpen() { return tcp_.socket().is_open(); }

  /// Agrees on keys; nothing to do on a plain connection.
  boost::asio::awaitable<void> handshake(boost::system::error_code& problem);
  /// Reads at least one byte and returns how many.
  boost::asio::awaitable<std::size_t> readSome(boost::asio::mutable_buffer into, boost::system::error_code& problem);
  /// Sends both texts, which have to outlive the call, within `limit`. False where the client is gone.
  boost::asio::awaitable<bool> send(std::string_view head, std::string_view body, Milliseconds limit);
  /// Ends TLS as its protocol wants it; nothing to do on a plain connection.
  boost::asio::awaitable<void> endTls(boost::system::error_code& problem);
  /// Says that nothing more will be sent.
  void closeSending(boost::system::error_code& problem);
  /// Takes bytes as they come over the line and throws them away; returns how many.
  boost::asio::awaitable<std::size_t> drainSome(boost::system::error_code& problem);
  /// Breaks off what is waited for.
  void cancel() { tcp_.cancel(); }
  void close();

 private:
  struct Tls;
  boost::beast::tcp_stream tcp_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace hotswap::api
