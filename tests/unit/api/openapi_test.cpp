#include "api/openapi.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "api/context.h"
#include "api/resources/resources.h"
#include "support/api_server.h"
#include "support/json_schema.h"

namespace hotswap::api {
namespace {

/// The real table of routes, and the document made of it.
class OpenApi : public testing::Test {
 protected:
  static void SetUpTestSuite() { sharedParts = std::make_unique<Shared>(); }
  static void TearDownTestSuite() { sharedParts.reset(); }

  struct Shared {
    Shared() {
      addAllRoutes(routes, context);
      document = JsonInput::parse(openApiDocument(routes, "1.0").dump());
    }
    support::ApiServer parts;
    Services services = parts.services();
    Authenticator authenticator{services.tokens, services.store.users(), services.clock};
    Context context{parts.settings, services, authenticator, {}};
    RouteTable routes;
    JsonInput document;
  };
  static const RouteTable& routes() { return sharedParts->routes; }
  static const JsonInput& document() { return sharedParts->document; }

 private:
  static inline std::unique_ptr<Shared> sharedParts;
};

void eachReference(const JsonInput& part, const std::function<void(const std::string&)>& visit) {
  if (part.is_object() && part.contains("$ref")) visit(part["$ref"]);
  if (part.is_structured()) {
    for (const JsonInput& child : part) eachReference(child, visit);
  }
}

void eachSchema(const JsonInput& schema, const std::function<void(const JsonInput&)>& visit) {
  if (!schema.is_object()) return;
  visit(schema);
  const JsonInput properties = schema.value("properties", JsonInput::object());
  for (const JsonInput& property : properties) eachSchema(property, visit);
  if (schema.contains("items")) eachSchema(schema["items"], visit);
  if (schema.contains("additionalProperties")) eachSchema(schema["additionalProperties"], visit);
  const JsonInput parts = schema.value("allOf", JsonInput::array());
  for (const JsonInput& part : parts) eachSchema(part, visit);
}

TEST_F(OpenApi, HoldsEveryRoute) {
  for (const Route& route : routes().routes()) {
    std::string method = route.method;
    std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c + 32); });
    EXPECT_TRUE(document()["paths"].contains(route.path)) << route.path;
    EXPECT_TRUE(document()["paths"][route.path].contains(method)) << route.method << ' ' << route.path;
  }
}

TEST_F(OpenApi, NamesEachOperationOnce) {
  std::set<std::string> seen;
  for (const Route& route : routes().routes()) EXPECT_TRUE(seen.insert(route.operationId).second) << route.operationId;
}

TEST_F(OpenApi, HasNoReferenceThatLeadsNowhere) {
  int references = 0;
  eachReference(document(), [&](const std::string& reference) {
    ++references;
    EXPECT_NO_THROW(support::resolved(document(), reference)) << reference;
  });
  EXPECT_GT(references, 100);
}

TEST_F(OpenApi, UsesEverySchemaItHas) {
  std::set<std::string> used;
  eachReference(document(), [&](const std::string& reference) { used.insert(reference); });
  for (const auto& [name, schema] : document()["components"]["schemas"].items()) {
    EXPECT_TRUE(used.contains("#/components/schemas/" + name)) << name;
  }
}

TEST_F(OpenApi, RequiresOnlyPropertiesThatExist) {
  for (const auto& [name, whole] : document()["components"]["schemas"].items()) {
    eachSchema(whole, [&, schemaName = name](const JsonInput& schema) {
      for (const JsonInput& required : schema.value("required", JsonInput::array())) {
        EXPECT_TRUE(schema["properties"].contains(required.get<std::string>())) << schemaName << '.' << required;
      }
    });
  }
}

TEST_F(OpenApi, DeclaresEveryParameterOfAPath) {
  const std::regex parameter(R"(\{([A-Za-z]+)\})");
  for (const auto& [path, operations] : document()["paths"].items()) {
    std::set<std::string> wanted;
    for (auto at = std::sregex_iterator(path.begin(), path.end(), parameter); at != std::sregex_iterator(); ++at)
      wanted.insert((*at)[1]);
    for (const auto& [method, operation] : operations.items()) {
      std::set<std::string> declared;
      for (const JsonInput& one : operation.value("parameters", JsonInput::array())) {
        if (one["in"] == "path") declared.insert(one["name"]);
      }
      EXPECT_EQ(declared, wanted) << method << ' ' << path;
    }
  }
}

TEST_F(OpenApi, HasTheMembersThatTheStandardDemands) {
  EXPECT_EQ(document()["openapi"], "3.0.3");
  EXPECT_TRUE(document()["info"]["title"].is_string());
  EXPECT_EQ(document()["info"]["version"], "1.0");
  for (const auto& [path, operations] : document()["paths"].items()) {
    EXPECT_TRUE(path.starts_with('/'));
    for (const auto& [method, operation] : operations.items()) {
      EXPECT_FALSE(operation["summary"].get<std::string>().empty()) << method << ' ' << path;
      EXPECT_FALSE(operation["responses"].empty());
      for (const auto& [status, answer] : operation["responses"].items()) {
        EXPECT_TRUE(answer.contains("description") || answer.contains("$ref"))
            << method << ' ' << path << ' ' << status;
      }
    }
  }
}

TEST_F(OpenApi, AsksForATokenExactlyWhereTheRouteDoes) {
  for (const Route& route : routes().routes()) {
    std::string method = route.method;
    std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c + 32); });
    EXPECT_EQ(!document()["paths"][route.path][method]["security"].empty(), route.permission.has_value()) << route.path;
  }
}

TEST_F(OpenApi, PromisesNothingThatComesLater) {
  const std::string text = document().dump();
  for (const char* const later :
       {"submit-approval", "/approvals", "audit-log", "/pause", "/resume", "/api/v1/validation"}) {
    EXPECT_EQ(text.find(later), std::string::npos) << later;
  }
}

}  // namespace
}  // namespace hotswap::api
