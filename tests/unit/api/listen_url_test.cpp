#include "api/listen_url.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace hotswap::api {
namespace {

TEST(ListenUrl, NamesAddressAndPort) {
  const ListenUrl url = parseListenUrl("http://127.0.0.1:5000");
  EXPECT_FALSE(url.secure);
  EXPECT_EQ(url.address, "127.0.0.1");
  EXPECT_EQ(url.port, 5000);
  EXPECT_TRUE(parseListenUrl("https://0.0.0.0:5001/").secure);
  EXPECT_EQ(parseListenUrl("http://[::1]:80").address, "::1");
  EXPECT_EQ(parseListenUrl("http://localhost:0").address, "127.0.0.1");
  EXPECT_EQ(parseListenUrl("http://*:0").address, "0.0.0.0");
  EXPECT_EQ(parseListenUrl("https://127.0.0.1").port, 5001);
}

TEST(ListenUrl, IsRefused_WhereItCanNotBeListenedOn) {
  for (const char* const text : {"", "127.0.0.1:5000", "ftp://127.0.0.1:1", "http://example.com:80",
                                 "http://127.0.0.1:99999", "http://127.0.0.1:x", "http://127.0.0.1:80/path",
                                 "http://user@127.0.0.1:80", "http://127.0.0.1:80?x", "http://"}) {
    EXPECT_THROW(parseListenUrl(text), Error) << text;
  }
}

}  // namespace
}  // namespace hotswap::api
