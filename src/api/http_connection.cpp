#include "api/http_connection.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>

#include "api/client_stream.h"
#include "api/deadline.h"
#include "api/event_pump.h"
#include "api/event_queue.h"
#include "api/http_translation.h"
#include "api/offload.h"
#include "api/request_reader.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using boost::system::error_code;

constexpr std::size_t streamEvents = 1000;
constexpr std::size_t streamBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t mostDrained = std::size_t{256} * 1024;
constexpr unsigned http11 = 11;

class Connection final : public HttpConnection, public std::enable_shared_from_this<Connection> {
 public:
  Connection(const Limits& limits, Dispatcher& dispatcher, std::string address, asio::ip::tcp::socket socket,
             asio::ssl::context* tls)
      : limits_(limits),
        dispatcher_(dispatcher),
        address_(std::move(address)),
        stream_(std::move(socket), tls),
        deadline_(stream_.executor(), [this] { stream_.cancel(); }),
        reader_(stream_, deadline_, limits),
        pump_(stream_.executor(), limits.heartbeat) {}

  awaitable<void> serve() override;

  void windDown() override {
    asio::post(stream_.executor(), [self = shared_from_this()] {
      self->windingDown_ = true;
      self->pump_.windDown();
      if (self->reader_.idle()) self->stream_.cancel();
    });
  }
  void cut() override {
    asio::post(stream_.executor(), [self = shared_from_this()] {
      self->windingDown_ = true;
      self->pump_.windDown();
      self->stream_.close();
    });
  }

 private:
  using Parser = RequestReader::Parser;
  enum class Next { GoOn, End };

  awaitable<bool> handshake();
  awaitable<Next> serveOne();
  bool refuseUntrustedHead(Exchange& exchange, const RequestReader::Head& head, const Parser& parser);
  awaitable<bool> readBody(Parser& parser, Exchange& exchange);
  awaitable<void> work(Exchange& exchange, WorkerPool& pool, bool admit, bool handle);
  awaitable<Next> answer(Exchange& exchange, unsigned version, bool keepAlive);
  awaitable<void> sendEvents(Exchange& exchange, unsigned version);
  awaitable<void> sayGoodbye();
  void refuse(Exchange& exchange, const Error& error) { dispatcher_.refuse(exchange, std::make_exception_ptr(error)); }
  void refuseRead(Exchange& exchange, const error_code& problem, bool inBody);

  const Limits& limits_;
  Dispatcher& dispatcher_;
  std::string address_;
  ClientStream stream_;
  Deadline deadline_;  ///< of reading
  RequestReader reader_;
  EventPump pump_;
  bool windingDown_ = false;
  bool unread_ = false;  ///< something the client sent, or still sends, will never be read
};

awaitable<void> Connection::serve() {
  try {
    const bool agreed = co_await handshake();
    if (agreed) {
      while (!windingDown_) {
        const Next next = co_await serveOne();
        if (next == Next::End) break;
      }
      co_await sayGoodbye();
    }
  } catch (const std::exception& error) {
    observe::logError(fmt::format("A connection ended unexpectedly: {}", error.what()));
  }
  deadline_.disarm();
  stream_.close();
}

awaitable<bool> Connection::handshake() {
  error_code problem;
  deadline_.arm(limits_.headerTimeout);
  co_await stream_.handshake(problem);
  deadline_.disarm();
  co_return !problem;
}

void Connection::refuseRead(Exchange& exchange, const error_code& problem, bool inBody) {
  if (deadline_.expired()) {
    refuse(exchange, Error(ErrorCode::ValidationError, inBody ? "The body of the request came too slowly."
                                                              : "The header of the request came too slowly."));
  } else if (problem == http::error::body_limit) {
    refuse(exchange, Error(ErrorCode::PayloadTooLarge,
                           fmt::format("The body has more than {} bytes.", dispatcher_.bodyLimit(exchange))));
  } else if (problem == http::error::header_limit || problem == http::error::buffer_overflow) {
    refuse(exchange, Error(ErrorCode::ValidationError,
                           fmt::format("The header of the request has more than {} bytes.", limits_.headerBytes)));
  } else {
    refuse(exchange, Error(ErrorCode::ValidationError, "The request is not well-formed HTTP."));
  }
}

/// True where the head can't be trusted: nobody knows then where the next request begins.
bool Connection::refuseUntrustedHead(Exchange& exchange, const RequestReader::Head& head, const Parser& parser) {
  if (head.problem) {
    exchange.response.reset();
    exchange.route = nullptr;
    refuseRead(exchange, head.problem, false);
    return true;
  }
  if (head.folded) {
    refuse(exchange, Error(ErrorCode::ValidationError,
                           "A line of the header begins with a blank; a header has to stand in one line."));
    return true;
  }
  const auto trouble = headTrouble(parser.get());
  if (trouble) refuse(exchange, Error(ErrorCode::ValidationError, *trouble));
  return trouble.has_value();
}

awaitable<Connection::Next> Connection::serveOne() {
  const bool begun = co_await reader_.awaitRequest();
  if (!begun) co_return Next::End;
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.headerBytes));
  parser.body_limit(boost::none);  // the route decides, once it is known
  Exchange exchange;
  exchange.request.address = address_;
  exchange.request.secure = stream_.secure();
  const RequestReader::Head head = co_await reader_.readHead(parser);
  const bool broken = static_cast<bool>(head.problem);
  if (broken && !deadline_.expired() && !isClientsFault(head.problem)) co_return Next::End;  // it is gone
  if (!broken) readHead(parser.get(), exchange.request);
  dispatcher_.begin(exchange);
  const bool untrusted = refuseUntrustedHead(exchange, head, parser);
  exchange.request.hasBody = !broken && (parser.chunked() || parser.content_length().value_or(0) > 0);
  const unsigned version = broken ? http11 : parser.get().version();
  const bool wantsMore = !broken && parser.get().keep_alive();
  if (!exchange.response && !exchange.request.hasBody) {
    const Work kind = exchange.route->work;
    co_await work(exchange, dispatcher_.pool(kind), true, true);
    const Next after = co_await answer(exchange, version, wantsMore);
    co_return after;
  }
  if (!exchange.response) co_await work(exchange, dispatcher_.pool(Work::Quick), true, false);
  unread_ = exchange.request.hasBody || untrusted;
  if (!exchange.response) {
    const bool read = co_await readBody(parser, exchange);
    unread_ = !read;
  }
  if (!exchange.response) co_await work(exchange, dispatcher_.pool(exchange.route->work), false, true);
  // A body that was not read stands in the way of the next request.
  const Next after = co_await answer(exchange, version, wantsMore && !unread_);
  co_return after;
}

awaitable<void> Connection::work(Exchange& exchange, WorkerPool& pool, bool admit, bool handle) {
  const auto job = [this, &exchange, admit, handle] {
    if (admit) dispatcher_.admit(exchange);
    if (handle && !exchange.response) dispatcher_.handle(exchange);
    return true;
  };
  std::exception_ptr failure;
  try {
    co_await runOn(pool, job);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) dispatcher_.refuse(exchange, failure);
}

awaitable<bool> Connection::readBody(Parser& parser, Exchange& exchange) {
  const std::size_t limit = dispatcher_.bodyLimit(exchange);
  if (parser.content_length().value_or(0) > limit) {
    refuseRead(exchange, http::error::body_limit, true);
    co_return false;
  }
  parser.body_limit(limit);
  // Where this can't be sent, the read that follows finds out.
  if (expectsContinue(parser.get())) {
    co_await stream_.send("HTTP/1.1 100 Continue\r\n\r\n", {}, limits_.writeTimeout);
  }
  error_code problem;
  co_await reader_.readBody(parser, problem);
  if (problem) {
    refuseRead(exchange, problem, true);
    co_return false;
  }
  exchange.request.body = std::move(parser.get().body());
  co_return true;
}

awaitable<Connection::Next> Connection::answer(Exchange& exchange, unsigned version, bool keepAlive) {
  dispatcher_.finish(exchange);
  const Response& response = *exchange.response;
  const bool headOnly = exchange.request.method == "HEAD";
  if (response.stream && !headOnly) {
    co_await sendEvents(exchange, version);
    co_return Next::End;
  }
  constexpr int noContent = 204;
  const bool goOn = keepAlive && !windingDown_;
  const std::string head = headText(response, version, BodyEnd::AfterItsLength, goOn);
  const std::string_view body =
      headOnly || response.status == noContent ? std::string_view() : std::string_view(response.body);
  const bool sent = co_await stream_.send(head, body, limits_.writeTimeout);
  co_return !sent || !goOn ? Next::End : Next::GoOn;
}

awaitable<void> Connection::sendEvents(Exchange& exchange, unsigned version) {
  const bool chunked = version >= http11;
  const auto queue = std::make_shared<EventQueue>(streamEvents, streamBytes);
  queue->onReady([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self) asio::post(self->stream_.executor(), [self] { self->pump_.wake(); });
  });
  const std::string head =
      headText(*exchange.response, version, chunked ? BodyEnd::AfterItsChunks : BodyEnd::WithTheConnection, false);
  const bool begun = co_await stream_.send(head, {}, limits_.writeTimeout);
  if (!begun) co_return;
  const auto open = [stream = *exchange.response->stream, queue]() -> std::shared_ptr<void> {
    return stream.open(queue);
  };
  std::shared_ptr<void> subscription;
  try {
    subscription = co_await runOn(dispatcher_.pool(Work::Quick), open);
  } catch (const std::exception& error) {
    observe::logError(fmt::format("An event stream could not begin: {}", error.what()));
    co_return;  // the stream's missing end tells the client
  }
  const EventPump::Send sendText = [this](std::string text) -> awaitable<bool> {
    const bool sent = co_await stream_.send(text, {}, limits_.writeTimeout);
    co_return sent;
  };
  const bool whole = co_await pump_.run(*queue, chunked, sendText);
  if (!whole) stream_.close();  // without its end, so that the client knows that something is missing and comes back
}

/// Ends the connection so that the last answer arrives: a socket closed on bytes that were not read would reset it.
awaitable<void> Connection::sayGoodbye() {
  error_code problem;
  deadline_.arm(std::chrono::seconds(1));
  co_await stream_.endTls(problem);
  if (!stream_.isOpen() || !(unread_ || reader_.hasLeftovers())) co_return;
  stream_.closeSending(problem);
  std::size_t drained = 0;
  while (!problem && drained < mostDrained && !deadline_.expired()) {
    const std::size_t bytes = co_await stream_.drainSome(problem);
    drained += bytes;
  }
}

}  // namespace

std::shared_ptr<HttpConnection> makeConnection(asio::ip::tcp::socket socket, std::string address,
                                               asio::ssl::context* tls, const Limits& limits, Dispatcher& dispatcher) {
  return std::make_shared<Connection>(limits, dispatcher, std::move(address), std::move(socket), tls);
}

}  // namespace hotswap::api
