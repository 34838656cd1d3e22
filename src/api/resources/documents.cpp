#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "api/openapi.h"
#include "api/resources/resources.h"

namespace hotswap::api {

namespace {

/// The page itself is ours: the one of the package has its addresses and an outside document in it.
constexpr const char* page = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>HotSwap API</title>
<link rel="icon" type="image/png" href="/swagger/favicon-32x32.png">
<link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/swagger/start.js"></script>
</body>
</html>
)";

constexpr const char* startScript = R"(window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
});
)";

constexpr const char* pagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri "
    "'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct Asset {
  std::string_view name;
  const char* contentType;
};
constexpr std::array assets{Asset{"swagger-ui.css", "text/css; charset=utf-8"},
                            Asset{"swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
                            Asset{"favicon-32x32.png", "image/png"}, Asset{"favicon-16x16.png", "image/png"}};

Response text(const std::string& contentType, std::string body) {
  return {.status = 200,
          .contentType = contentType,
          .body = std::move(body),
          .headers = {{"Content-Security-Policy", pagePolicy}},
          .stream = {}};
}

bool isThere(const std::filesystem::path& folder) {
  std::error_code ignored;
  return !folder.empty() && std::filesystem::is_regular_file(folder / "swagger-ui-bundle.js", ignored);
}

Response swaggerPage(const Context& context) {
  if (!isThere(context.settings.swaggerFolder)) {
    throw Error(
        ErrorCode::NotFound,
        "The files of Swagger UI (npm's swagger-ui-dist) are not where Swagger__Folder says; /openapi.json holds "
        "the document all the same.");
  }
  return text("text/html; charset=utf-8", page);
}

Response asset(const Context& context, const std::string& name) {
  if (name == "start.js") return text("text/javascript; charset=utf-8", startScript);
  for (const Asset& known : assets) {
    if (known.name != name || context.settings.swaggerFolder.empty()) continue;
    std::ifstream file(context.settings.swaggerFolder / name, std::ios::binary);
    if (!file) break;
    std::ostringstream content;
    content << file.rdbuf();
    Response response = text(known.contentType, std::move(content).str());
    response.headers.emplace_back("Cache-Control", "public, max-age=3600");
    return response;
  }
  throw Error(ErrorCode::NotFound,
              "There is no such file of Swagger UI; where its folder is missing, `npm ci --prefix web` brings it.");
}

/// The document never changes while the service runs, so it is written once.
class DocumentText {
 public:
  const std::string& of(const RouteTable& routes, const std::string& version) {
    std::call_once(once_, [&] { text_ = jsonText(openApiDocument(routes, version)); });
    return text_;
  }

 private:
  std::once_flag once_;
  std::string text_;
};

}  // namespace

void addDocumentRoutes(RouteTable& routes, const Context& context) {
  routes.add(
      {.method = "GET",
       .path = "/openapi.json",
       .permission = {},
       .operationId = "getOpenApi",
       .tag = "service",
       .summary = "This document",
       .answers = {{.status = 200, .description = "OpenAPI 3.0", .schema = {}, .contentType = "application/json"}},
       .handle = [&routes, &context, document = std::make_shared<DocumentText>()](const Call& /*call*/) -> Response {
         return {.status = 200,
                 .contentType = "application/json",
                 .body = document->of(routes, context.services.version),
                 .headers = {},
                 .stream = {}};
       }});
  routes.add({.method = "GET",
              .path = "/swagger",
              .permission = {},
              .operationId = "getSwagger",
              .tag = "service",
              .summary = "A page to read and try this document",
              .answers = {{.status = 200, .description = "The page", .schema = {}, .contentType = "text/html"}},
              .handle = [&context](const Call& /*call*/) { return swaggerPage(context); }});
  routes.add(
      {.method = "GET",
       .path = "/swagger/",
       .permission = {},
       .operationId = "getSwaggerFolder",
       .tag = "service",
       .summary = "The same page",
       .answers = {{.status = 308, .description = "It is at /swagger", .schema = {}, .contentType = {}}},
       .handle = [](const Call& /*call*/) -> Response {
         return {.status = 308, .contentType = {}, .body = {}, .headers = {{"Location", "/swagger"}}, .stream = {}};
       }});
  routes.add({.method = "GET",
              .path = "/swagger/{asset}",
              .permission = {},
              .operationId = "getSwaggerAsset",
              .tag = "service",
              .summary = "A file of that page",
              .answers = {{.status = 200, .description = "The file", .schema = {}, .contentType = "text/css"},
                          {.status = 200, .description = "The file", .schema = {}, .contentType = "text/javascript"},
                          {.status = 200, .description = "The file", .schema = {}, .contentType = "image/png"}},
              .handle = [&context](const Call& call) { return asset(context, call.parameter("asset")); }});
}

}  // namespace hotswap::api
