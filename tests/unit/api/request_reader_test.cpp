#include "api/request_reader.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <optional>

namespace hotswap::api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A reader of what a client on this machine sends. All of it happens in `run`.
class SlowRequest : public testing::Test {
 protected:
  SlowRequest() {
    tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    client_.connect(acceptor.local_endpoint());
    stream_.emplace(acceptor.accept(), nullptr);
    limits_.headerTimeout = limits_.bodyTimeout = Milliseconds(1);
  }

  void send(std::string_view bytes) { asio::write(client_, asio::buffer(bytes)); }
  /// Reads a header, and a body if need be. Says what was wrong; nothing where the reading hasn't ended.
  std::optional<boost::system::error_code> read(Deadline& deadline, bool body) {
    RequestReader reader(*stream_, deadline, limits_);
    RequestReader::Parser parser;
    std::optional<boost::system::error_code> problem;
    asio::co_spawn(
        io_,
        [&]() -> asio::awaitable<void> {
          if (body) {
            boost::system::error_code inBody;
            co_await reader.readBody(parser, inBody);
            problem = inBody;
          } else {
            const RequestReader::Head head = co_await reader.readHead(parser);
            problem = head.problem;
          }
        },
        asio::detached);
    io_.run_for(std::chrono::seconds(30));
    return problem;
  }

  asio::io_context io_;
  tcp::socket client_{io_};
  std::optional<ClientStream> stream_;
  Limits limits_;
};

TEST_F(SlowRequest, IsBrokenOff_WhenItsTimeRunsOutBetweenTwoReads) {
  int calls = 0;
  Deadline deadline(io_.get_executor(), [&] {
    // The first one comes when no read is pending, so it reaches none.
    if (++calls > 1) stream_->cancel();
  });
  send("GET / HTTP/1.1\r\nX: ");
  const auto problem = read(deadline, false);
  ASSERT_TRUE(problem) << "goes on for ever";
  EXPECT_TRUE(*problem);
  EXPECT_TRUE(deadline.expired());
}

TEST_F(SlowRequest, IsNotReadOn_WhenBytesOfTheHeaderComeAfterItsTime) {
  Deadline deadline(io_.get_executor(), [&] { send("a"); });
  send("GET / HTTP/1.1\r\nX: ");
  const auto problem = read(deadline, false);
  ASSERT_TRUE(problem) << "goes on as long as bytes come";
  EXPECT_EQ(*problem, asio::error::timed_out);
}

TEST_F(SlowRequest, IsNotReadOn_WhenBytesOfTheBodyComeAfterItsTime) {
  Deadline deadline(io_.get_executor(), [&] { send("a"); });
  send("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
  const auto problem = read(deadline, true);
  ASSERT_TRUE(problem) << "goes on as long as bytes come";
  EXPECT_EQ(*problem, asio::error::timed_out);
}

}  // namespace
}  // namespace hotswap::api
