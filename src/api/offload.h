#pragma once
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/worker_pool.h"

namespace hotswap::api {

/// Runs `work` on a thread of the pool while the coroutine waits without holding a thread; then goes on where it was
/// (its own executor) with the result, or with the exception that `work` threw. Throws Error (Unavailable) where the
/// pool has no room. `work` must be copyable, its result default-constructible.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> runOn(WorkerPool& pool, Work work) {
  namespace asio = boost::asio;
  using Result = std::invoke_result_t<Work&>;
  const auto initiate = [](auto handler, WorkerPool* workers, Work job) {
    auto executor =
        asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work_t::tracked_t());
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    const auto complete = [executor, shared](std::exception_ptr failure, Result result) {
      asio::post(executor, [shared, failure, outcome = std::move(result)]() mutable {
        std::move (*shared)(failure, std::move(outcome));
      });
    };
    try {
      workers->post([job, complete]() mutable {
        try {
          complete(nullptr, job());
        } catch (...) {
          complete(std::current_exception(), Result());
        }
      });
    } catch (...) {
      complete(std::current_exception(), Result());
    }
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr, Result)>(
      initiate, asio::use_awaitable, &pool, std::move(work));
}

}  // namespace hotswap::api
