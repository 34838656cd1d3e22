#include "api/event_pump.h"

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hotswap::api {

namespace asio = boost::asio;

namespace {

std::string framed(const std::string& text, bool chunked, bool last) {
  if (!chunked) return text;
  return fmt::format("{:x}\r\n{}\r\n{}", text.size(), text, last ? "0\r\n\r\n" : "");
}

StreamEvent shutdownEvent() {
  return {.name = "shutdown", .id = {}, .data = R"({"message":"The service is stopping; come back later."})"};
}

}  // namespace

asio::awaitable<bool> EventPump::run(EventQueue& queue, bool chunked, const Send& send) {
  bool quiet = false;
  for (;;) {
    EventQueue::Taken taken = queue.take();
    if (taken.hopeless) co_return false;
    const bool last = taken.ended || windingDown_;
    if (windingDown_ && !taken.ended) taken.text += wireText(shutdownEvent());
    if (taken.text.empty() && quiet) taken.text = ":\n\n";
    if (!taken.text.empty()) {
      std::string bytes = framed(taken.text, chunked, last);
      const bool sent = co_await send(std::move(bytes));
      if (!sent) co_return false;
      quiet = false;
    }
    if (last) co_return true;
    if (!taken.text.empty()) continue;
    // Nothing can come between the look into the queue and this wait: a wake-up is a handler on the same strand.
    boost::system::error_code interrupted;
    timer_.expires_after(heartbeat_);
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, interrupted));
    quiet = !interrupted;
  }
}

}  // namespace hotswap::api
