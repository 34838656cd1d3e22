#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace hotswap::api {

/// One server-sent event (HTML Living Standard, section 9.2).
struct StreamEvent {
  std::string name;
  std::optional<std::int64_t> id;
  std::string data;        ///< without line breaks
  bool droppable = false;  ///< newer ones make it worthless: thrown away first when the reader is slow
  bool last = false;       ///< the stream ends after it
};

/// The text of an event as it goes over the wire.
std::string wireText(const StreamEvent& event);

/// Events on their way from those who publish (any thread, never blocked) to one reader who may be slow. Bounded: over
/// its bounds droppable events go first, oldest first; where that is not enough the reader is given up.
/// One mutex guards all of it.
class EventQueue {
 public:
  EventQueue(std::size_t mostEvents, std::size_t mostBytes) : mostEvents_(mostEvents), mostBytes_(mostBytes) {}

  /// Called, outside the lock, whenever there is something to take. Set it before the first `push`.
  void onReady(std::function<void()> ready) { ready_ = std::move(ready); }
  void push(const StreamEvent& event);

  struct Taken {
    std::string text;       ///< what to send now, possibly nothing
    bool ended = false;     ///< nothing will follow
    bool hopeless = false;  ///< the reader is too slow: cut it off
  };
  /// Takes everything that waits.
  Taken take();
  /// Whether an event marked `last` has been pushed.
  [[nodiscard]] bool ended() const;

 private:
  void makeRoom();

  const std::size_t mostEvents_;
  const std::size_t mostBytes_;
  std::function<void()> ready_;
  mutable std::mutex mutex_;
  struct Waiting {
    std::string text;
    bool droppable;
  };
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
  bool hopeless_ = false;
};

}  // namespace hotswap::api
