#include "api/api.h"

#include <boost/asio/io_context.hpp>
#include <stop_token>
#include <utility>

#include "api/authenticator.h"
#include "api/context.h"
#include "api/dispatcher.h"
#include "api/http_server.h"
#include "api/resources/resources.h"

namespace hotswap::api {

struct Api::Parts {
  Parts(ApiSettings apiSettings, Services apiServices)
      : settings(std::move(apiSettings)),
        services(std::move(apiServices)),
        authenticator(services.tokens, services.store.users(), services.clock) {
    addAllRoutes(routes, context);
  }

  ApiSettings settings;
  Services services;
  Authenticator authenticator;
  std::stop_source stopping;
  Context context{settings, services, authenticator, stopping.get_token()};
  RouteTable routes;
  boost::asio::io_context io;  // goes after the dispatcher's threads, which hand their results over to it
  Dispatcher dispatcher{routes, context};
  HttpServer server{settings, io, dispatcher};
};

Api::Api(ApiSettings settings, Services services)
    : parts_(std::make_unique<Parts>(std::move(settings), std::move(services))) {}

Api::~Api() { stop(Milliseconds(0)); }

void Api::listen() { parts_->server.listen(); }
void Api::start() { parts_->server.start(); }

void Api::stop(Milliseconds grace) {
  parts_->stopping.request_stop();
  parts_->server.stop(grace);
}

int Api::httpPort() const { return parts_->server.httpPort(); }
int Api::httpsPort() const { return parts_->server.httpsPort(); }

}  // namespace hotswap::api
