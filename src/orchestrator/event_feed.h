#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "domain/event.h"

namespace hotswap::orchestrator {

/// Tells watchers what happens in executions. One mutex guards the list of topics, one in each topic its watchers.
/// Handlers are called on the thread that publishes, in order, and must neither block nor throw.
/// Keeps the newest 256 events of each execution that runs, so that a watcher who was cut off can go on where it was.
class EventFeed {
  struct Topic;

 public:
  using Handler = std::function<void(const ExecutionEvent&)>;

  /// Ends the subscription when it is destroyed; after that the handler is not called again. A handler may not destroy
  /// its own subscription.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

   private:
    friend class EventFeed;
    void end() noexcept;
    std::shared_ptr<Topic> topic_;
    std::uint64_t key_ = 0;
  };

  /// Calls `handler` with every kept event after sequence number `after`, then with every new one.
  Subscription subscribe(const ExecutionId& execution, std::int64_t after, Handler handler);
  /// Numbers the event and hands it out.
  void publish(ExecutionEvent event);
  /// Forgets the kept events of an execution; those who listen hear nothing more.
  void forget(const ExecutionId& execution);

 private:
  std::shared_ptr<Topic> topicOf(const ExecutionId& execution);

  std::mutex mutex_;
  std::map<ExecutionId, std::shared_ptr<Topic>> topics_;
  std::atomic<std::uint64_t> nextKey_{1};
};

}  // namespace hotswap::orchestrator
