#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string_view>

#include "api/api.h"
#include "api/client_stream.h"
#include "api/deadline.h"

namespace hotswap::api {

/// Reads the requests of one connection, one after the other, each part within its time. Used on the stream's strand.
class RequestReader {
 public:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  struct Head {
    boost::system::error_code problem;  ///< why it can't be read
    bool folded = false;                ///< a line of it goes on from the one before
  };

  /// `deadline` breaks off what the stream waits for; nothing more is read once it has run out.
  RequestReader(ClientStream& stream, Deadline& deadline, const Limits& limits);

  /// Waits for the first byte of a request. False where none comes.
  boost::asio::awaitable<bool> awaitRequest();
  /// Whether `awaitRequest` waits right now.
  [[nodiscard]] bool idle() const { return idle_; }
  /// Reads the header into the parser.
  boost::asio::awaitable<Head> readHead(Parser& parser);
  /// Reads the body of a request whose header was read.
  boost::asio::awaitable<void> readBody(Parser& parser, boost::system::error_code& problem);
  /// Whether there are bytes that no request has taken.
  [[nodiscard]] bool hasLeftovers() const { return buffer_.size() > 0; }

 private:
  [[nodiscard]] std::string_view received() const;
  boost::asio::awaitable<bool> receiveSome(std::size_t most, boost::system::error_code& problem);
  boost::asio::awaitable<bool> awaitBytes();
  boost::asio::awaitable<bool> awaitHead(boost::system::error_code& problem);
  boost::asio::awaitable<void> parse(Parser& parser, bool whole, boost::system::error_code& problem);

  ClientStream& stream_;
  Deadline& deadline_;
  const Limits& limits_;
  boost::beast::flat_buffer buffer_;
  bool first_ = true;
  bool idle_ = false;
};

}  // namespace hotswap::api
