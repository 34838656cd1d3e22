#include "api/request_reader.h"

#include <boost/asio/error.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/http/error.hpp>

#include "api/http_translation.h"

namespace hotswap::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using boost::system::error_code;

namespace {

constexpr std::size_t bufferBytes = std::size_t{128} * 1024;
constexpr std::size_t pieceBytes = 4096;
constexpr std::size_t mostAtOnce = std::size_t{64} * 1024;
constexpr std::string_view lineEnd = "\r\n";
constexpr std::string_view headEnd = "\r\n\r\n";
/// Empty lines before a request that are passed over; RFC 9112 (2.2) asks for one.
constexpr int mostEmptyLines = 4;

}  // namespace

RequestReader::RequestReader(ClientStream& stream, Deadline& deadline, const Limits& limits)
    : stream_(stream), deadline_(deadline), limits_(limits), buffer_(bufferBytes) {}

std::string_view RequestReader::received() const {
  const auto bytes = buffer_.data();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

awaitable<bool> RequestReader::receiveSome(std::size_t most, error_code& problem) {
  if (deadline_.expired()) {
    problem = asio::error::timed_out;
    co_return false;
  }
  const asio::mutable_buffer room = buffer_.prepare(most);
  const std::size_t bytes = co_await stream_.readSome(room, problem);
  if (problem) co_return false;
  buffer_.commit(bytes);
  co_return true;
}

awaitable<bool> RequestReader::awaitBytes() {
  error_code problem;
  idle_ = true;
  deadline_.arm(first_ ? limits_.headerTimeout : limits_.idleTimeout);
  const bool more = co_await receiveSome(pieceBytes, problem);
  deadline_.disarm();
  idle_ = false;
  first_ = false;
  co_return more;
}

awaitable<bool> RequestReader::awaitRequest() {
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
awaitable<bool> RequestReader::awaitHead(error_code& problem) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = received().find(headEnd, searched);
    if (end != std::string_view::npos) co_return hasFoldedLine(received().substr(0, end));
    if (buffer_.size() > limits_.headerBytes) co_return false;
    searched = buffer_.size() - std::min(buffer_.size(), headEnd.size() - 1);
    const bool more = co_await receiveSome(pieceBytes, problem);
    if (!more) co_return false;
  }
}

/// Feeds the parser until it has the header, or the whole request. Beast's own reading does the same, once more for
/// each kind of stream, and the compiler takes long over it.
awaitable<void> RequestReader::parse(Parser& parser, bool whole, error_code& problem) {
  parser.eager(whole);
  while (!(whole ? parser.is_done() : parser.is_header_done())) {
    problem = http::error::need_more;
    if (buffer_.size() > 0) {
      const std::size_t used = parser.put(buffer_.data(), problem);
      buffer_.consume(used);
    }
    if (!problem) continue;
    if (problem != http::error::need_more) co_return;
    const std::size_t room = boost::beast::read_size(buffer_, mostAtOnce);
    problem = {};
    if (room == 0) problem = http::error::buffer_overflow;
    if (problem) co_return;
    co_await receiveSome(room, problem);
    if (problem == asio::error::eof) {
      problem = {};
      parser.put_eof(problem);
    }
    if (problem) co_return;
  }
}

awaitable<RequestReader::Head> RequestReader::readHead(Parser& parser) {
  Head head;
  deadline_.arm(limits_.headerTimeout);
  head.folded = co_await awaitHead(head.problem);
  if (!head.problem) co_await parse(parser, false, head.problem);
  deadline_.disarm();
  co_return head;
}

awaitable<void> RequestReader::readBody(Parser& parser, error_code& problem) {
  deadline_.arm(limits_.bodyTimeout);
  co_await parse(parser, true, problem);
  deadline_.disarm();
}

}  // namespace hotswap::api
