#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "api/api.h"
#include "api/dispatcher.h"

namespace hotswap::api {

/// One connection of a client, plain or TLS: reads requests one after the other, has them answered, and ends.
/// Everything but `windDown` and `cut` happens on its own strand.
class HttpConnection {
 public:
  HttpConnection() = default;
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  virtual ~HttpConnection() = default;

  /// Serves until the connection ends. Never throws. The object must outlive it.
  virtual boost::asio::awaitable<void> serve() = 0;
  /// Ends the connection when the request in flight is answered; at once where there is none. Safe from any thread.
  virtual void windDown() = 0;
  /// Ends it now. Safe from any thread.
  virtual void cut() = 0;
};

/// `address`: the client's. `tls`: nothing for a plain connection. The socket's executor must be a strand.
std::shared_ptr<HttpConnection> makeConnection(boost::asio::ip::tcp::socket socket, std::string address,
                                               boost::asio::ssl::context* tls, const Limits& limits,
                                               Dispatcher& dispatcher);

}  // namespace hotswap::api
