#include "api/event_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hotswap::api {

std::string wireText(const StreamEvent& event) {
  std::string text;
  if (event.id) text += fmt::format("id: {}\n", *event.id);
  return text + fmt::format("event: {}\ndata: {}\n\n", event.name, event.data);
}

void EventQueue::push(const StreamEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || hopeless_) return;
    waiting_.push_back({wireText(event), event.droppable});
    bytes_ += waiting_.back().text.size();
    ended_ = event.last;
    makeRoom();
  }
  if (ready_) ready_();
}

void EventQueue::makeRoom() {
  while (waiting_.size() > mostEvents_ || bytes_ > mostBytes_) {
    const auto victim = std::ranges::find_if(waiting_, [](const Waiting& waiting) { return waiting.droppable; });
    if (victim == waiting_.end()) {
      hopeless_ = true;
      waiting_.clear();
      bytes_ = 0;
      return;
    }
    bytes_ -= victim->text.size();
    waiting_.erase(victim);
  }
}

EventQueue::Taken EventQueue::take() {
  const std::lock_guard lock(mutex_);
  Taken taken{.text = {}, .ended = ended_, .hopeless = hopeless_};
  for (const Waiting& waiting : std::exchange(waiting_, {})) taken.text += waiting.text;
  bytes_ = 0;
  return taken;
}

bool EventQueue::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace hotswap::api
