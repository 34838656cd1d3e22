#pragma once
#include <functional>
#include <optional>
#include <string>

#include "cli/client.h"
#include "cli/context.h"
#include "cli/event_stream.h"
#include "cli/json_text.h"

namespace hotswap::cli {

/// Follows the events of one execution to its end, over broken connections and restarts of the service: connects again
/// with growing waits (0.5 s to 10 s) and goes on where it was. Each event is handed over once.
class ExecutionStream {
 public:
  struct Handlers {
    std::function<void(const Json&)>
        document;  ///< the execution as it is now; before the first event and after each break
    std::function<void(const ServerEvent&)> event;   ///< in order
    std::function<void(const std::string&)> remark;  ///< about the connection; empty when all is well again
    std::function<void()> tick;                      ///< about ten times a second
  };
  enum class End { Over, Interrupted, GivenUp };

  /// Without any connection for so long it gives up.
  static constexpr Milliseconds patience{10 * 60 * 1000};

  ExecutionStream(const Client& client, Clock& clock, const std::string& executionId);

  /// Returns when the execution is over, Ctrl-C was pressed, or patience has run out. Throws where going on is
  /// pointless (no such execution, the login has ended).
  End follow(const Handlers& handlers);
  /// The execution as the service showed it last.
  [[nodiscard]] const Answer& newest() const { return newest_; }

 private:
  bool refresh(const Handlers& handlers);
  void listen(const Handlers& handlers);
  bool waitBeforeNextTry(const Handlers& handlers, const std::string& reason);

  const Client& client_;
  Clock& clock_;
  std::string path_;
  Answer newest_;
  std::string lastEventId_;
  std::optional<long long> lastNumber_;
  bool over_ = false;
  int failures_ = 0;
  std::optional<std::chrono::steady_clock::time_point> brokenSince_;
};

}  // namespace hotswap::cli
