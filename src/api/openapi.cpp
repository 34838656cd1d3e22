#include "api/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/schemas/schemas.h"
#include "base/text.h"

namespace hotswap::api {

namespace {

Json schemaOf(const ParameterFacts& facts) {
  if (facts.type == "date-time") return Json{{"type", "string"}, {"format", "date-time"}};
  Json schema{{"type", facts.type}};
  if (!facts.choices.empty()) schema["enum"] = facts.choices;
  return schema;
}

Json parametersOf(const Route& route) {
  Json parameters = Json::array();
  for (std::size_t start = route.path.find('{'); start != std::string::npos; start = route.path.find('{', start + 1)) {
    const std::string name = route.path.substr(start + 1, route.path.find('}', start) - start - 1);
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  const auto add = [&](const std::vector<ParameterFacts>& list, const char* in) {
    for (const ParameterFacts& facts : list) {
      parameters.push_back(
          {{"name", facts.name}, {"in", in}, {"description", facts.description}, {"schema", schemaOf(facts)}});
    }
  };
  add(route.query, "query");
  add(route.headers, "header");
  return parameters;
}

std::string rolesOf(const Route& route) {
  if (!route.permission) return "Open to everybody.";
  std::string roles;
  for (const auto& [role, name] : EnumTexts<Role>::entries) {
    if (isAllowed(role, *route.permission)) roles += (roles.empty() ? "" : ", ") + std::string(name);
  }
  return fmt::format("Roles: {}.", roles);
}

Json answersOf(const Route& route) {
  Json answers = Json::object();
  for (const AnswerFacts& facts : route.answers) {
    // Several facts of one status are one answer in several types.
    Json& answer = answers[std::to_string(facts.status)];
    answer["description"] = facts.description;
    if (!facts.schema.empty()) {
      answer["content"][facts.contentType] = {{"schema", {{"$ref", "#/components/schemas/" + facts.schema}}}};
    } else if (facts.status != 204 && !facts.contentType.empty()) {
      answer["content"][facts.contentType] = {{"schema", {{"type", "string"}}}};
    }
  }
  const Json error{{"$ref", "#/components/responses/Error"}};
  if (route.permission) {
    answers["401"] = error;
    answers["403"] = error;
  }
  answers["default"] = error;
  return answers;
}

Json operationOf(const Route& route) {
  Json operation{{"operationId", route.operationId},
                 {"tags", Json::array({route.tag})},
                 {"summary", route.summary},
                 {"description", rolesOf(route)}};
  if (Json parameters = parametersOf(route); !parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.requestSchema.empty()) {
    operation["requestBody"] = {
        {"required", !route.bodyOptional},
        {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/" + route.requestSchema}}}}}}}};
  }
  operation["responses"] = answersOf(route);
  operation["security"] = route.permission ? Json::array({Json{{"bearer", Json::array()}}}) : Json::array();
  return operation;
}

}  // namespace

Json openApiDocument(const RouteTable& routes, const std::string& version) {
  Json paths = Json::object();
  for (const Route& route : routes.routes()) paths[route.path][toLower(route.method)] = operationOf(route);
  Json errorResponse{{"description", "What went wrong"},
                     {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  return Json{{"openapi", "3.0.3"},
              {"info",
               {{"title", "HotSwap"},
                {"version", version},
                {"description",
                 "Safe schema migrations: checked, watched, and undone by themselves when the database suffers."}}},
              {"paths", std::move(paths)},
              {"components",
               {{"schemas", allSchemas()},
                {"responses", {{"Error", std::move(errorResponse)}}},
                {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}}}}};
}

}  // namespace hotswap::api
