#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "api/event_queue.h"
#include "base/clock.h"

namespace hotswap::api {

/// Carries events from a queue to a connection until they end, with signs of life in between. Used on one strand.
class EventPump {
 public:
  /// Sends a text whole; false where the connection is gone.
  using Send = std::function<boost::asio::awaitable<bool>(std::string)>;

  EventPump(const boost::asio::any_io_executor& strand, Milliseconds heartbeat)
      : timer_(strand), heartbeat_(heartbeat) {}

  /// Returns when the events have ended, when `windDown` was called (after an event that says so), or when the reader
  /// is gone or too slow. `chunked`: frames what it sends as HTTP chunks. True where the stream came to its proper end.
  boost::asio::awaitable<bool> run(EventQueue& queue, bool chunked, const Send& send);
  /// Says that there is something to take.
  void wake() { timer_.cancel(); }
  void windDown() {
    windingDown_ = true;
    wake();
  }

 private:
  boost::asio::steady_timer timer_;
  Milliseconds heartbeat_;
  bool windingDown_ = false;
};

}  // namespace hotswap::api
