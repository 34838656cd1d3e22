#pragma once
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/command_line.h"
#include "support/scripted_http_server.h"

namespace hotswap::cli {

using nlohmann::json;
using support::ScriptedHttpServer;
using Ran = support::CommandLine::Ran;

/// A command line that is logged in (by environment) to a scripted service.
struct ServiceTest : testing::Test {
  ServiceTest() {
    hotswap.variables["HOTSWAP_URL"] = server.url();
    hotswap.variables["HOTSWAP_TOKEN"] = "token-of-the-test";
  }

  void on(const std::string& method, const std::string& path, const json& body, int status = 200) {
    server.on(method, "/api/v1" + path, {.status = status, .body = body.dump()});
  }
  /// The body of the only request with that method and path.
  json sent(const std::string& method, const std::string& path) {
    const auto found = server.requests(method, "/api/v1" + path);
    EXPECT_EQ(found.size(), 1U) << method << " " << path;
    return found.empty() ? json() : json::parse(found.front().body);
  }

  ScriptedHttpServer server;
  support::CommandLine hotswap;
};

}  // namespace hotswap::cli
