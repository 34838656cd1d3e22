#include "orchestrator/interruption.h"

namespace hotswap::orchestrator {

void Interruption::request(StopCause cause, const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    if (!request_ || request_->cause == StopCause::ServiceEnds) request_ = Request{cause, message};
  }
  source_.request_stop();
}

std::optional<Interruption::Request> Interruption::requested() const {
  const std::lock_guard lock(mutex_);
  return request_;
}

void Interruption::requestAtEdge() {
  const std::lock_guard lock(mutex_);
  atEdge_ = true;
}

bool Interruption::stopsAtEdge() const {
  const std::lock_guard lock(mutex_);
  return atEdge_;
}

}  // namespace hotswap::orchestrator
