#pragma once
#include "api/event_queue.h"
#include "domain/event.h"

namespace hotswap::api {

/// What happened in an execution as a server-sent event. Long statements are cut to 4,000 characters: the log has all.
StreamEvent toStreamEvent(const ExecutionEvent& event);
/// The event that tells how an execution stands, for a watcher who comes when all has been told.
StreamEvent statusEvent(const Execution& execution, TimePoint at);

}  // namespace hotswap::api
