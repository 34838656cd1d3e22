#pragma once
#include <stop_token>
#include <string>

#include "api/api.h"
#include "api/authenticator.h"
#include "api/router.h"
#include "domain/audit.h"

namespace hotswap::api {

/// What every resource works with; outlives them.
struct Context {
  const ApiSettings& settings;
  Services& services;
  Authenticator& authenticator;
  const std::stop_token stopping;  ///< the service ends: what waits for long gives up waiting

  /// Adds a row to the audit trail. `details` must hold no secret.
  void audit(const Actor& actor, const std::string& event, const std::string& object,
             const std::string& details) const {
    services.store.audit().append({.sequence = 0,
                                   .time = services.clock.now(),
                                   .user = actor.username,
                                   .address = actor.address,
                                   .event = event,
                                   .object = object,
                                   .details = details,
                                   .traceId = actor.traceId});
  }
};

}  // namespace hotswap::api
