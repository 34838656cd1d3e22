#include "cli/execution_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/interrupt.h"
#include "cli/service_error.h"
#include "cli/service_url.h"
#include "cli/watch_state.h"

namespace hotswap::cli {

namespace {

constexpr Milliseconds shortestWait{500};
constexpr Milliseconds longestWait{10'000};
constexpr Milliseconds slice{100};

std::optional<long long> numberIn(const std::string& id) {
  long long number = 0;
  const auto [end, failure] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (failure != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  return number;
}

bool isOver(const Json& execution) {
  WatchState state;
  takeDocument(state, execution);
  return state.isOver();
}

/// A refusal that will be the same next time.
bool isFinal(const Error& error) {
  if (const auto* refusal = dynamic_cast<const ServiceError*>(&error))
    return refusal->status() < 500 && refusal->status() != 429;
  return !error.recovery().retryable;
}

}  // namespace

ExecutionStream::ExecutionStream(const Client& client, Clock& clock, const std::string& executionId)
    : client_(client), clock_(clock), path_("/executions/" + pathPart(executionId)) {}

ExecutionStream::End ExecutionStream::follow(const Handlers& handlers) {
  const InterruptScope interrupts;
  while (!InterruptScope::requested()) {
    std::string reason;
    try {
      if (refresh(handlers)) return End::Over;
      listen(handlers);
      if (InterruptScope::requested()) break;
      if (over_ && refresh(handlers)) return End::Over;
      reason = "the service ended the connection";
    } catch (const Error& error) {
      if (InterruptScope::requested()) break;
      // The very first failure is told at once: most likely the address is wrong.
      if (isFinal(error) || newest_.body.empty()) throw;
      reason = error.what();
    }
    if (!waitBeforeNextTry(handlers, reason)) return InterruptScope::requested() ? End::Interrupted : End::GivenUp;
  }
  return End::Interrupted;
}

bool ExecutionStream::refresh(const Handlers& handlers) {
  newest_ = client_.get(path_);
  const Json document = newest_.document();
  handlers.document(document);
  return isOver(document);
}

void ExecutionStream::listen(const Handlers& handlers) {
  over_ = false;
  EventStreamParser parser;
  const auto take = [&](const ServerEvent& event) {
    const auto number = numberIn(event.id);
    const bool isNew = event.id != lastEventId_ || event.id.empty();
    // A service that begins again from the start repeats itself; what carries no new id of its own is never skipped.
    if (isNew && number && lastNumber_ && *number <= *lastNumber_) return;
    if (isNew && !event.id.empty()) {
      lastEventId_ = event.id;
      lastNumber_ = number;
    }
    failures_ = 0;
    if (event.name == "status") {
      const Json data = Json::parse(event.data, nullptr, false);
      over_ = isOver(data);
    }
    handlers.event(event);
  };
  client_.stream(path_ + "/events", lastEventId_,
                 {.connected =
                      [&] {
                        brokenSince_.reset();
                        handlers.remark({});
                      },
                  .receive = [&](std::string_view bytes) { parser.feed(bytes, take); },
                  .goOn =
                      [&] {
                        handlers.tick();
                        return !over_ && !InterruptScope::requested();
                      }});
}

bool ExecutionStream::waitBeforeNextTry(const Handlers& handlers, const std::string& reason) {
  if (!brokenSince_) brokenSince_ = clock_.steadyNow();
  if (clock_.steadyNow() - *brokenSince_ >= patience) return false;
  const auto doublings = std::min(failures_++, 5);
  const Milliseconds wait = std::min(shortestWait * (1 << doublings), longestWait);
  handlers.remark(fmt::format("connection lost ({}); the execution goes on, trying again in {:.1f} s", reason,
                              Seconds(wait).count()));
  for (Milliseconds waited{0}; waited < wait && !InterruptScope::requested(); waited += slice) {
    clock_.waitFor(slice, {});
    handlers.tick();
  }
  return !InterruptScope::requested();
}

}  // namespace hotswap::cli
