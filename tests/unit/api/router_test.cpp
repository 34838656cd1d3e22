#include "api/router.h"

#include <gtest/gtest.h>

namespace hotswap::api {
namespace {

RouteTable table() {
  RouteTable routes;
  routes.add({.method = "GET", .path = "/things", .operationId = "list"});
  routes.add({.method = "POST", .path = "/things", .operationId = "create"});
  routes.add({.method = "GET", .path = "/things/{id}", .operationId = "show"});
  routes.add({.method = "GET", .path = "/things/{id}/parts/{part}", .operationId = "part"});
  return routes;
}

std::string found(const RouteTable& routes, std::string_view method, std::string_view path) {
  const auto match = routes.find(method, path);
  return match.route != nullptr ? match.route->operationId : "";
}

TEST(Router, FindsARouteByMethodAndPath) {
  const RouteTable routes = table();
  EXPECT_EQ(found(routes, "GET", "/things"), "list");
  EXPECT_EQ(found(routes, "POST", "/things"), "create");
  EXPECT_EQ(found(routes, "GET", "/things/7"), "show");
}

TEST(Router, HandsOverDecodedParameters) {
  const RouteTable routes = table();
  const auto match = routes.find("GET", "/things/a%2Fb/parts/%C3%A4+x");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.path.at("id"), "a/b");
  EXPECT_EQ(match.path.at("part"), "ä+x");
}

TEST(Router, TakesHeadAsGet) {
  const RouteTable routes = table();
  EXPECT_EQ(found(routes, "HEAD", "/things/7"), "show");
}

TEST(Router, NamesTheMethodsOfAPath_WhereTheMethodIsWrong) {
  const RouteTable routes = table();
  const auto match = routes.find("DELETE", "/things");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, (std::vector<std::string>{"GET", "HEAD", "POST"}));
}

TEST(Router, KnowsNoOtherPaths) {
  const RouteTable routes = table();
  for (const char* const path : {"", "/", "things", "//things", "/things/", "/things//parts/x", "/things/1/parts",
                                 "/Things", "/things/%zz", "/things/%00", "/things/%C3%28", "/things/1/parts/2/3"}) {
    const auto match = routes.find("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_TRUE(match.allowed.empty()) << path;
  }
}

TEST(Target, IsSplitIntoPathAndDecodedQuery) {
  Request request;
  request.target = "/a%20b?x=1&y=a%26b+c&&z";
  parseTarget(request);
  EXPECT_EQ(request.path, "/a%20b");
  EXPECT_EQ(request.query, (std::vector<Header>{{"x", "1"}, {"y", "a&b c"}, {"z", ""}}));
}

TEST(Target, MayBeAbsolute) {
  Request request;
  request.target = "http://example.com:80/a?b=c";
  parseTarget(request);
  EXPECT_EQ(request.path, "/a");
}

TEST(Target, IsRefused_WhereItIsNoPathOrHasABrokenEscape) {
  for (const char* const target : {"", "*", "a", "example.com:443", "/a?b=%", "/a?b=%g1", "/a?%c3=1", "/a?b=%00"}) {
    Request request;
    request.target = target;
    EXPECT_THROW(parseTarget(request), Error) << target;
  }
}

}  // namespace
}  // namespace hotswap::api
