#include "api/schemas/build.h"

namespace hotswap::api::schema {

namespace {

Json described(Json schema, const std::string& description) {
  if (!description.empty()) schema["description"] = description;
  return schema;
}

}  // namespace

Json text(const std::string& description) { return described({{"type", "string"}}, description); }
Json number(const std::string& description) { return described({{"type", "number"}}, description); }
Json integer(const std::string& description) { return described({{"type", "integer"}}, description); }
Json boolean(const std::string& description) { return described({{"type", "boolean"}}, description); }
Json timestamp(const std::string& description) {
  return described({{"type", "string"}, {"format", "date-time"}}, description);
}
Json list(const Json& items) { return Json{{"type", "array"}, {"items", items}}; }
Json anyObject(const Json& values) { return Json{{"type", "object"}, {"additionalProperties", values}}; }
Json reference(const std::string& name) { return Json{{"$ref", "#/components/schemas/" + name}}; }

Json orNull(Json schema) {
  // Beside a $ref every other word is ignored (OpenAPI 3.0), hence the wrapping.
  if (schema.contains("$ref")) return Json{{"allOf", Json::array({std::move(schema)})}, {"nullable", true}};
  schema["nullable"] = true;
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

Field optional(const std::string& name, const Json& schema) {
  return {.name = name, .schema = schema, .required = false};
}

Json object(const std::vector<Field>& fields) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : fields) {
    properties[field.name] = field.schema;
    if (field.required) required.push_back(field.name);
  }
  Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace hotswap::api::schema
