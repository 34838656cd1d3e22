#include "api/dispatcher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "api/error_body.h"
#include "api/trace.h"
#include "base/text.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

constexpr std::size_t quickQueue = 512;
constexpr std::size_t slowQueue = 64;
constexpr std::size_t passwordQueue = 32;

void checkQuery(const Route& route, const Request& request) {
  std::vector<ErrorDetail> details;
  std::set<std::string_view> seen;
  for (const auto& parameter : request.query) {
    const std::string& name = parameter.first;
    const bool known =
        std::ranges::any_of(route.query, [&](const ParameterFacts& facts) { return facts.name == name; });
    if (!known) details.push_back({oneLine(name, 64), "is no parameter of this call"});
    if (!seen.insert(name).second) details.push_back({oneLine(name, 64), "is given twice"});
    if (details.size() >= 20) break;
  }
  if (!details.empty()) throw Error(ErrorCode::ValidationError, "The query of the URL is wrong.", std::move(details));
}

void checkBodyHeaders(const Route& route, const Request& request) {
  if (!request.hasBody) return;
  if (route.requestSchema.empty()) throw Error(ErrorCode::ValidationError, "This call takes no body.");
  const std::string type = toLower(trim(request.header("content-type").value_or("")));
  const std::string_view mediaType = trim(std::string_view(type).substr(0, type.find(';')));
  if (mediaType != "application/json") {
    throw Error(ErrorCode::UnsupportedMediaType, "The body has to be JSON, with Content-Type: application/json.");
  }
  if (request.header("content-encoding").value_or("identity") != "identity") {
    throw Error(ErrorCode::UnsupportedMediaType, "The body has to come without Content-Encoding.");
  }
}

/// A label that hostile methods can't multiply.
std::string_view knownMethod(std::string_view method) {
  constexpr std::array<std::string_view, 7> known{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
  return std::ranges::find(known, method) != known.end() ? method : "OTHER";
}

}  // namespace

Dispatcher::Dispatcher(const RouteTable& routes, const Context& context)
    : routes_(routes),
      context_(context),
      quick_(context.settings.quickWorkers, quickQueue),
      slow_(context.settings.slowWorkers, slowQueue),
      health_(context.settings.healthWorkers, slowQueue),
      control_(context.settings.controlWorkers, slowQueue),
      password_(context.settings.loginWorkers, passwordQueue) {}

WorkerPool& Dispatcher::pool(Work work) {
  switch (work) {
    case Work::Quick: return quick_;
    case Work::Slow: return slow_;
    case Work::Health: return health_;
    case Work::Control: return control_;
    case Work::Password: return password_;
  }
  return quick_;
}

std::size_t Dispatcher::bodyLimit(const Exchange& exchange) const {
  return exchange.route == nullptr ? 0 : std::min(exchange.route->bodyLimit, context_.settings.limits.bodyBytes);
}

void Dispatcher::begin(Exchange& exchange) const noexcept {
  exchange.begun = std::chrono::steady_clock::now();
  exchange.actor.address = exchange.request.address;
  const auto trace = traceIdOf(exchange.request.header("traceparent").value_or(""));
  exchange.actor.traceId = trace ? *trace : makeTraceId(context_.services.random);
  try {
    parseTarget(exchange.request);
    auto match = routes_.find(exchange.request.method, exchange.request.path);
    exchange.route = match.route;
    exchange.path = std::move(match.path);
    if (match.route != nullptr) return;
    if (match.allowed.empty())
      throw Error(ErrorCode::NotFound, "There is nothing under this path; /openapi.json lists what there is.");
    refuse(exchange, std::make_exception_ptr(Error(ErrorCode::MethodNotAllowed,
                                                   "This path does not take this method; Allow names those it does.")));
    exchange.response->headers.emplace_back("Allow", fmt::format("{}", fmt::join(match.allowed, ", ")));
  } catch (...) {
    refuse(exchange, std::current_exception());
  }
}

/// What has waited for its turn until the service ends, and would then wait for a target, would hold up the end.
void Dispatcher::refuseWhenStopping(const Route& route) const {
  if (!context_.stopping.stop_requested() || route.work == Work::Quick || route.work == Work::Password) return;
  throw Error(ErrorCode::Unavailable, "The service is stopping; try again when it is back.", {}, {.retryable = true});
}

void Dispatcher::admitOrThrow(Exchange& exchange) const {
  const Route& route = *exchange.route;
  if (route.permission) {
    const User user = context_.authenticator.authenticate(exchange.request.header("authorization"));
    exchange.actor.username = user.username;
    exchange.actor.role = user.role;
    if (!isAllowed(user.role, *route.permission)) {
      context_.audit(exchange.actor, "access.refused", "", fmt::format("{} {}", route.method, route.path));
      throw Error(ErrorCode::Forbidden, fmt::format("The role {} may not do this.", toText(user.role)));
    }
  }
  checkQuery(route, exchange.request);
  checkBodyHeaders(route, exchange.request);
}

void Dispatcher::admit(Exchange& exchange) const noexcept {
  const observe::LogContext logContext(exchange.actor.traceId);
  try {
    admitOrThrow(exchange);
  } catch (...) {
    refuse(exchange, std::current_exception());
  }
}

void Dispatcher::handle(Exchange& exchange) const noexcept {
  const observe::LogContext logContext(exchange.actor.traceId);
  try {
    const Route& route = *exchange.route;
    refuseWhenStopping(route);
    if (!route.requestSchema.empty() && !route.bodyOptional && trim(exchange.request.body).empty()) {
      throw Error(ErrorCode::ValidationError, "This call needs a JSON body.");
    }
    exchange.response = route.handle({exchange.request, exchange.path, exchange.actor});
  } catch (...) {
    refuse(exchange, std::current_exception());
  }
}

void Dispatcher::refuse(Exchange& exchange, const std::exception_ptr& failure) const noexcept {
  const observe::LogContext logContext(exchange.actor.traceId);
  exchange.response = errorResponse(failure, exchange.actor.traceId, context_.services.clock.now());
}

std::string Dispatcher::overloaded() const {
  const Error error(ErrorCode::Unavailable, "The service has more connections than it can take; try again in a moment.",
                    {}, {.retryable = true});
  return errorResponse(error, makeTraceId(context_.services.random), context_.services.clock.now()).body;
}

void Dispatcher::finish(Exchange& exchange) const noexcept {
  auto& headers = exchange.response->headers;
  const auto given = [&](std::string_view name) {
    return std::ranges::any_of(headers, [&](const Header& header) { return header.first == name; });
  };
  headers.emplace_back("X-Trace-Id", exchange.actor.traceId);
  headers.emplace_back("traceparent", makeTraceparent(exchange.actor.traceId, context_.services.random));
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  if (!given("Cache-Control")) headers.emplace_back("Cache-Control", "no-store");
  if (!given("Content-Security-Policy")) {
    headers.emplace_back("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  if (exchange.request.secure) headers.emplace_back("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  const Seconds took = std::chrono::steady_clock::now() - exchange.begun;
  context_.services.metrics.httpRequest(knownMethod(exchange.request.method),
                                        exchange.route != nullptr ? exchange.route->path : "unmatched",
                                        exchange.response->status, took);
}

}  // namespace hotswap::api
