#include "api/http_connection.h"

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "api/deadline.h"
#include "api/event_pump.h"
#include "api/event_queue.h"
#include "api/http_translation.h"
#include "api/offload.h"
#include "base/text.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

constexpr std::size_t bufferBytes = std::size_t{128} * 1024;
constexpr std::size_t streamEvents = 1000;
constexpr std::size_t streamBytes = std::size_t{4} * 1024 * 1024;
constexpr std::size_t mostDrained = std::size_t{256} * 1024;
constexpr std::string_view lineEnd = "\r\n";
constexpr std::string_view headEnd = "\r\n\r\n";
/// Empty lines before a request that are passed over; RFC 9112 (2.2) asks for one.
constexpr int mostEmptyLines = 4;

using PlainStream = beast::tcp_stream;
using TlsStream = asio::ssl::stream<beast::tcp_stream>;

template <class Stream>
class Connection final : public HttpConnection, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <class... Arguments>
  Connection(const Limits& limits, Dispatcher& dispatcher, std::string address, Arguments&&... arguments)
      : limits_(limits),
        dispatcher_(dispatcher),
        address_(std::move(address)),
        stream_(std::forward<Arguments>(arguments)...),
        deadline_(lowest().get_executor(), [this] { lowest().cancel(); }),
        pump_(lowest().get_executor(), limits.heartbeat),
        buffer_(bufferBytes) {}

  awaitable<void> serve() override;

  void windDown() override {
    asio::post(lowest().get_executor(), [self = this->shared_from_this()] {
      self->windingDown_ = true;
      self->pump_.windDown();
      if (self->idle_) self->lowest().cancel();
    });
  }
  void cut() override {
    asio::post(lowest().get_executor(), [self = this->shared_from_this()] {
      self->windingDown_ = true;
      self->pump_.windDown();
      self->close();
    });
  }

 private:
  using Parser = http::request_parser<http::string_body>;
  enum class Next { GoOn, End };
  static constexpr bool secure = std::is_same_v<Stream, TlsStream>;

  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }
  [[nodiscard]] std::string_view received() const {
    const auto bytes = buffer_.data();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
  }
  void close() {
    error_code ignored;
    lowest().socket().close(ignored);
  }

  awaitable<bool> handshake();
  awaitable<bool> awaitBytes();
  awaitable<bool> awaitRequest();
  awaitable<bool> awaitHead(error_code& problem);
  awaitable<Next> serveOne();
  awaitable<bool> readBody(Parser& parser, Exchange& exchange);
  awaitable<void> work(Exchange& exchange, WorkerPool& pool, bool admit, bool handle);
  awaitable<Next> answer(Exchange& exchange, unsigned version, bool keepAlive);
  awaitable<void> sendEvents(Exchange& exchange, unsigned version);
  awaitable<bool> send(std::string text);
  awaitable<void> sayGoodbye();
  void refuse(Exchange& exchange, const Error& error) { dispatcher_.refuse(exchange, std::make_exception_ptr(error)); }
  void refuseRead(Exchange& exchange, const error_code& problem, bool inBody);

  const Limits& limits_;
  Dispatcher& dispatcher_;
  std::string address_;
  Stream stream_;
  Deadline deadline_;  ///< of reading
  EventPump pump_;
  beast::flat_buffer buffer_;
  bool first_ = true;
  bool idle_ = false;
  bool windingDown_ = false;
  bool unread_ = false;  ///< something the client sent, or still sends, will never be read
};

template <class Stream>
awaitable<void> Connection<Stream>::serve() {
  try {
    if (co_await handshake()) {
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
  close();
}

template <class Stream>
awaitable<bool> Connection<Stream>::handshake() {
  if constexpr (secure) {
    error_code problem;
    deadline_.arm(limits_.headerTimeout);
    co_await stream_.async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, problem));
    deadline_.disarm();
    co_return !problem;
  } else {
    co_return true;
  }
}

template <class Stream>
awaitable<bool> Connection<Stream>::awaitBytes() {
  error_code problem;
  idle_ = true;
  deadline_.arm(first_ ? limits_.headerTimeout : limits_.idleTimeout);
  const std::size_t bytes =
      co_await stream_.async_read_some(buffer_.prepare(4096), redirect_error(use_awaitable, problem));
  deadline_.disarm();
  idle_ = false;
  first_ = false;
  if (problem) co_return false;
  buffer_.commit(bytes);
  co_return true;
}

/// Waits for the first byte of a request. False where none comes.
template <class Stream>
awaitable<bool> Connection<Stream>::awaitRequest() {
  int emptyLines = 0;
  for (;;) {
    const std::string_view text = received();
    const bool mayPass = emptyLines < mostEmptyLines;
    if (mayPass && text.starts_with(lineEnd)) {
      buffer_.consume(lineEnd.size());
      ++emptyLines;
    } else if (text.empty() || (mayPass && lineEnd.starts_with(text))) {
      const bool more = co_await awaitBytes();
      if (!more) co_return false;
    } else {
      co_return true;
    }
  }
}

/// Reads until the whole head is there, as far as it isn't too long, so that it can be looked at before the parser
/// mends it. Says whether a line of it is folded.
template <class Stream>
awaitable<bool> Connection<Stream>::awaitHead(error_code& problem) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = received().find(headEnd, searched);
    if (end != std::string_view::npos) co_return hasFoldedLine(received().substr(0, end));
    if (buffer_.size() > limits_.headerBytes) co_return false;
    searched = buffer_.size() - std::min(buffer_.size(), headEnd.size() - 1);
    const std::size_t bytes =
        co_await stream_.async_read_some(buffer_.prepare(4096), redirect_error(use_awaitable, problem));
    if (problem) co_return false;
    buffer_.commit(bytes);
  }
}

template <class Stream>
void Connection<Stream>::refuseRead(Exchange& exchange, const error_code& problem, bool inBody) {
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

template <class Stream>
awaitable<typename Connection<Stream>::Next> Connection<Stream>::serveOne() {
  const bool begun = co_await awaitRequest();
  if (!begun) co_return Next::End;
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.headerBytes));
  parser.body_limit(boost::none);  // the route decides, once it is known
  Exchange exchange;
  exchange.request.address = address_;
  exchange.request.secure = secure;
  error_code problem;
  deadline_.arm(limits_.headerTimeout);
  const bool folded = co_await awaitHead(problem);
  if (!problem) co_await http::async_read_header(stream_, buffer_, parser, redirect_error(use_awaitable, problem));
  deadline_.disarm();
  if (problem && !deadline_.expired() && !isClientsFault(problem)) co_return Next::End;  // it is gone
  if (!problem) readHead(parser.get(), exchange.request);
  dispatcher_.begin(exchange);
  // Where the head can't be trusted nobody knows where the next request begins.
  bool untrusted = static_cast<bool>(problem);
  if (problem) {
    exchange.response.reset();
    exchange.route = nullptr;
    refuseRead(exchange, problem, false);
  } else if (folded) {
    untrusted = true;
    refuse(exchange, Error(ErrorCode::ValidationError,
                           "A line of the header begins with a blank; a header has to stand in one line."));
  } else if (const auto trouble = headTrouble(parser.get())) {
    untrusted = true;
    refuse(exchange, Error(ErrorCode::ValidationError, *trouble));
  }
  exchange.request.hasBody = !problem && (parser.chunked() || parser.content_length().value_or(0) > 0);
  const unsigned version = problem ? 11 : parser.get().version();
  const bool wantsMore = !problem && parser.get().keep_alive();
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

template <class Stream>
awaitable<void> Connection<Stream>::work(Exchange& exchange, WorkerPool& pool, bool admit, bool handle) {
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

template <class Stream>
awaitable<bool> Connection<Stream>::readBody(Parser& parser, Exchange& exchange) {
  const std::size_t limit = dispatcher_.bodyLimit(exchange);
  if (parser.content_length().value_or(0) > limit) {
    refuseRead(exchange, http::error::body_limit, true);
    co_return false;
  }
  parser.body_limit(limit);
  // Where this can't be sent, the read that follows finds out.
  if (expectsContinue(parser.get())) {
    std::string goOn = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await send(std::move(goOn));
  }
  error_code problem;
  deadline_.arm(limits_.bodyTimeout);
  co_await http::async_read(stream_, buffer_, parser, redirect_error(use_awaitable, problem));
  deadline_.disarm();
  if (problem) {
    refuseRead(exchange, problem, true);
    co_return false;
  }
  exchange.request.body = std::move(parser.get().body());
  co_return true;
}

template <class Stream>
awaitable<typename Connection<Stream>::Next> Connection<Stream>::answer(Exchange& exchange, unsigned version,
                                                                        bool keepAlive) {
  dispatcher_.finish(exchange);
  Response& response = *exchange.response;
  const bool headOnly = exchange.request.method == "HEAD";
  if (response.stream && !headOnly) {
    co_await sendEvents(exchange, version);
    co_return Next::End;
  }
  const bool goOn = keepAlive && !windingDown_;
  error_code problem;
  lowest().expires_after(limits_.writeTimeout);
  if (headOnly || response.status == 204) {
    http::response<http::empty_body> message{makeHead(response, version)};
    if (response.status != 204) message.content_length(response.body.size());
    message.keep_alive(goOn);
    co_await http::async_write(stream_, message, redirect_error(use_awaitable, problem));
  } else {
    http::response<http::string_body> message{makeHead(response, version)};
    message.body() = std::move(response.body);
    message.prepare_payload();
    message.keep_alive(goOn);
    co_await http::async_write(stream_, message, redirect_error(use_awaitable, problem));
  }
  lowest().expires_never();
  co_return problem || !goOn ? Next::End : Next::GoOn;
}

template <class Stream>
awaitable<void> Connection<Stream>::sendEvents(Exchange& exchange, unsigned version) {
  const bool chunked = version >= 11;
  const auto queue = std::make_shared<EventQueue>(streamEvents, streamBytes);
  queue->onReady([weak = this->weak_from_this()] {
    const auto self = weak.lock();
    if (self) asio::post(self->lowest().get_executor(), [self] { self->pump_.wake(); });
  });
  http::response<http::empty_body> message{makeHead(*exchange.response, version)};
  message.keep_alive(false);
  if (chunked) message.chunked(true);
  http::response_serializer<http::empty_body> serializer{message};
  error_code problem;
  lowest().expires_after(limits_.writeTimeout);
  co_await http::async_write_header(stream_, serializer, redirect_error(use_awaitable, problem));
  lowest().expires_never();
  if (problem) co_return;
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
  const EventPump::Send sendText = [this](std::string text) { return send(std::move(text)); };
  const bool whole = co_await pump_.run(*queue, chunked, sendText);
  if (!whole) close();  // without its end, so that the client knows that something is missing and comes back
}

template <class Stream>
awaitable<bool> Connection<Stream>::send(std::string text) {
  error_code problem;
  lowest().expires_after(limits_.writeTimeout);
  co_await asio::async_write(stream_, asio::buffer(text), redirect_error(use_awaitable, problem));
  lowest().expires_never();
  co_return !problem;
}

/// Ends the connection so that the last answer arrives: a socket closed on bytes that were not read would reset it.
template <class Stream>
awaitable<void> Connection<Stream>::sayGoodbye() {
  error_code problem;
  deadline_.arm(std::chrono::seconds(1));
  if constexpr (secure) co_await stream_.async_shutdown(redirect_error(use_awaitable, problem));
  if (!lowest().socket().is_open() || !(unread_ || buffer_.size() > 0)) co_return;
  lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, problem);
  std::size_t drained = 0;
  buffer_.clear();
  while (!problem && drained < mostDrained && !deadline_.expired()) {
    drained += co_await lowest().async_read_some(buffer_.prepare(16'384), redirect_error(use_awaitable, problem));
  }
}

std::string addressOf(const asio::ip::tcp::socket& socket) {
  error_code problem;
  const auto endpoint = socket.remote_endpoint(problem);
  return problem ? std::string() : endpoint.address().to_string();
}

}  // namespace

std::shared_ptr<HttpConnection> makeConnection(asio::ip::tcp::socket socket, asio::ssl::context* tls,
                                               const Limits& limits, Dispatcher& dispatcher) {
  std::string address = addressOf(socket);
  if (tls != nullptr) {
    return std::make_shared<Connection<TlsStream>>(limits, dispatcher, std::move(address), std::move(socket), *tls);
  }
  return std::make_shared<Connection<PlainStream>>(limits, dispatcher, std::move(address), std::move(socket));
}

}  // namespace hotswap::api
