#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>

#include "api/api.h"
#include "api/dispatcher.h"

namespace hotswap::api {

/// Listens, and carries requests between sockets and the dispatcher. Owner of the threads that do so.
class HttpServer {
 public:
  /// `io` must outlive the dispatcher's worker threads: they hand their results over to it.
  HttpServer(const ApiSettings& settings, boost::asio::io_context& io, Dispatcher& dispatcher);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // As the functions of Api.
  void listen();
  void start();
  void stop(Milliseconds grace);
  [[nodiscard]] int httpPort() const;
  [[nodiscard]] int httpsPort() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotswap::api
