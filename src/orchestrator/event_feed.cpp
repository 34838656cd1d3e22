#include "orchestrator/event_feed.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace hotswap::orchestrator {

namespace {
constexpr std::size_t keptEvents = 256;
}

/// What is known of one execution: its newest events and those who listen. `delivery` is held while handlers are
/// called, so that each sees events in order and none after its subscription has ended.
struct EventFeed::Topic {
  std::recursive_mutex delivery;
  std::int64_t next = 0;
  std::deque<ExecutionEvent> kept;
  std::map<std::uint64_t, Handler> handlers;
};

EventFeed::Subscription::Subscription(Subscription&& other) noexcept
    : topic_(std::exchange(other.topic_, nullptr)), key_(other.key_) {}

EventFeed::Subscription& EventFeed::Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    end();
    topic_ = std::exchange(other.topic_, nullptr);
    key_ = other.key_;
  }
  return *this;
}

EventFeed::Subscription::~Subscription() { end(); }

void EventFeed::Subscription::end() noexcept {
  if (!topic_) return;
  const std::lock_guard delivery(topic_->delivery);
  topic_->handlers.erase(key_);
}

std::shared_ptr<EventFeed::Topic> EventFeed::topicOf(const ExecutionId& execution) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Topic>& topic = topics_[execution];
  if (!topic) topic = std::make_shared<Topic>();
  return topic;
}

EventFeed::Subscription EventFeed::subscribe(const ExecutionId& execution, std::int64_t after, Handler handler) {
  const std::shared_ptr<Topic> topic = topicOf(execution);
  const std::lock_guard delivery(topic->delivery);
  for (const ExecutionEvent& event : topic->kept) {
    if (event.sequence > after) handler(event);
  }
  Subscription subscription;
  subscription.topic_ = topic;
  subscription.key_ = nextKey_.fetch_add(1);
  topic->handlers.emplace(subscription.key_, std::move(handler));
  return subscription;
}

void EventFeed::publish(ExecutionEvent event) {
  const std::shared_ptr<Topic> topic = topicOf(event.executionId);
  const std::lock_guard delivery(topic->delivery);
  // Numbered from the time on, so that numbers go on rising when another process takes the execution over.
  topic->next = std::max<std::int64_t>(topic->next + 1, event.at.time_since_epoch().count());
  event.sequence = topic->next;
  topic->kept.push_back(event);
  if (topic->kept.size() > keptEvents) topic->kept.pop_front();
  for (const auto& [key, handler] : topic->handlers) handler(event);
}

void EventFeed::forget(const ExecutionId& execution) {
  const std::lock_guard lock(mutex_);
  topics_.erase(execution);
}

}  // namespace hotswap::orchestrator
