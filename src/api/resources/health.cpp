#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "api/json/json_values.h"
#include "api/resources/resources.h"
#include "base/worker_pool.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

constexpr std::chrono::seconds patience{2};
constexpr std::chrono::seconds freshFor{1};

/// Asks the store whether it works, one question at a time on a thread of its own: one that hangs keeps nobody waiting
/// longer than the patience. Asking means writing, so an answer serves everybody for a second: whoever may call without
/// a login must not be able to keep the store busy.
class StoreProbe {
 public:
  StoreProbe(store::Store& store, Clock& clock) : store_(store), clock_(clock) {}

  bool ready() {
    std::shared_future<bool> answer;
    {
      const std::lock_guard lock(mutex_);
      const bool answered = asked_.valid() && asked_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
      if (!asked_.valid() || (answered && clock_.steadyNow() - askedAt_ >= freshFor)) ask();
      answer = asked_;
    }
    return answer.wait_for(patience) == std::future_status::ready && answer.get();
  }

 private:
  void ask() {
    askedAt_ = clock_.steadyNow();
    auto promise = std::make_shared<std::promise<bool>>();
    asked_ = promise->get_future().share();
    worker_.post([this, promise] {
      try {
        store_.check();
        promise->set_value(true);
      } catch (const std::exception& error) {
        observe::logError(std::string("The store is away: ") + error.what());
        promise->set_value(false);
      }
    });
  }

  store::Store& store_;
  Clock& clock_;
  std::mutex mutex_;
  std::shared_future<bool> asked_;
  std::chrono::steady_clock::time_point askedAt_;
  WorkerPool worker_{1, 1};
};

}  // namespace

void addHealthRoutes(RouteTable& routes, const Context& context) {
  routes.add({.method = "GET",
              .path = "/health",
              .permission = {},
              .operationId = "getHealth",
              .tag = "service",
              .summary = "Whether the process lives",
              .answers = {{.status = 200, .description = "It does", .schema = "Health"}},
              .handle = [&context](const Call& /*call*/) {
                return jsonResponse(200, Json{{"status", "ok"},
                                              {"version", context.services.version},
                                              {"timestamp", toJson(context.services.clock.now())}});
              }});
  routes.add(
      {.method = "GET",
       .path = "/health/ready",
       .permission = {},
       .work = Work::Quick,
       .operationId = "getReadiness",
       .tag = "service",
       .summary = "Whether the service can do its work; 503 while the store is away",
       .answers = {{.status = 200, .description = "It can", .schema = "Readiness"}},
       .handle = [&context, probe = std::make_shared<StoreProbe>(context.services.store, context.services.clock)](
                     const Call& /*call*/) {
         if (context.stopping.stop_requested()) throw Error(ErrorCode::Unavailable, "The service is stopping.");
         if (!probe->ready()) throw Error(ErrorCode::Unavailable, "The store is away.", {}, {.retryable = true});
         return jsonResponse(200, Json{{"status", "ready"}, {"timestamp", toJson(context.services.clock.now())}});
       }});
}

}  // namespace hotswap::api
