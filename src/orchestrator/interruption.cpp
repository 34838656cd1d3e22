#include "orchestrator/interruption.h"

namespace hotswap::orchestrator {

bool Interruption::request(StopCause cause, const std::string& message) {
  const bool serviceEnds = cause == StopCause::ServiceEnds;
  {
    const std::lock_guard lock(mutex_);
    if (!serviceEnds && stage_ != Stage::Forward) return false;
    if (serviceEnds) serviceEnds_ = true;
    if (!request_ || request_->cause == StopCause::ServiceEnds) request_ = Request{cause, message};
  }
  source_.request_stop();
  if (serviceEnds) {
    wayBack_.request_stop();
    service_.request_stop();
  }
  return true;
}

std::optional<Interruption::Request> Interruption::requested() const {
  const std::lock_guard lock(mutex_);
  return request_;
}

bool Interruption::close() {
  const std::lock_guard lock(mutex_);
  if (request_ && request_->cause != StopCause::ServiceEnds) return false;
  stage_ = Stage::Closed;
  return true;
}

void Interruption::beginWayBack() {
  const std::lock_guard lock(mutex_);
  stage_ = Stage::WayBack;
}

Interruption::Stage Interruption::stage() const {
  const std::lock_guard lock(mutex_);
  return stage_;
}

void Interruption::stopWayBack() { wayBack_.request_stop(); }

void Interruption::requestAtEdge() {
  {
    const std::lock_guard lock(mutex_);
    atEdge_ = true;
  }
  service_.request_stop();
}

bool Interruption::stopsAtEdge() const {
  const std::lock_guard lock(mutex_);
  return atEdge_;
}

bool Interruption::serviceEnds() const {
  const std::lock_guard lock(mutex_);
  return serviceEnds_;
}

}  // namespace hotswap::orchestrator
