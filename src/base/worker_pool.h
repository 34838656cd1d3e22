#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hotswap {

/// A fixed number of threads for work that blocks (store, target databases), so that the threads of the HTTP server
/// never do. The queue is bounded: more work than it holds is refused instead of piling up.
/// Owner of its queue; one mutex guards it. Work must not throw: an exception that leaves it ends the process, as one
/// that leaves any thread does.
class WorkerPool {
 public:
  /// Starts `threads` threads, at least one; at most `capacity` pieces of work wait at a time.
  WorkerPool(std::size_t threads, std::size_t capacity);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  /// Finishes the work that has begun or waits, also what that work posts, then joins the threads.
  ~WorkerPool();

  /// Takes `work` to be run on one of the threads. Throws Error (Unavailable, retryable) when the queue is full.
  void post(std::function<void()> work);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  std::size_t capacity_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace hotswap
