#pragma once
#include <chrono>
#include <exception>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/router.h"
#include "base/worker_pool.h"

namespace hotswap::api {

/// One request on its way through the API, from its header to its answer. Used by one thread at a time.
struct Exchange {
  Request request;
  const Route* route = nullptr;
  PathParameters path;
  Actor actor;  ///< knows address and trace id from the start, the user once it is admitted
  std::chrono::steady_clock::time_point begun;
  std::optional<Response> response;  ///< set as soon as the answer is known
};

/// Takes a request from its header to its answer; knows nothing of sockets. Whatever goes wrong becomes an answer.
/// Safe from any thread. Owner of the worker threads.
class Dispatcher {
 public:
  Dispatcher(const RouteTable& routes, const Context& context);

  /// Finds the route and the trace. Never blocks. `response` is set where the request is refused already.
  void begin(Exchange& exchange) const noexcept;
  /// Finds out who asks and whether they may; for a worker thread. Sets `response` where they may not.
  void admit(Exchange& exchange) const noexcept;
  /// Does what was asked; for a worker thread of `pool`. Sets `response`.
  void handle(Exchange& exchange) const noexcept;
  /// Answers with a failure that the server itself came upon.
  void refuse(Exchange& exchange, const std::exception_ptr& failure) const noexcept;
  /// Adds the headers that every answer carries, and counts it.
  void finish(Exchange& exchange) const noexcept;
  /// The body of the answer to a connection that there is no room for.
  [[nodiscard]] std::string overloaded() const;

  /// The threads that a route's work is done on.
  WorkerPool& pool(Work work);
  /// How many bytes of body the exchange may bring.
  [[nodiscard]] std::size_t bodyLimit(const Exchange& exchange) const;

 private:
  void admitOrThrow(Exchange& exchange) const;
  void refuseWhenStopping(const Route& route) const;

  const RouteTable& routes_;
  const Context& context_;
  WorkerPool quick_;
  WorkerPool slow_;
  WorkerPool health_;
  WorkerPool control_;
  WorkerPool password_;
};

}  // namespace hotswap::api
