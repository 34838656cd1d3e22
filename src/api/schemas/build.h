#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/http.h"
#include "domain/enum_text.h"

/// Words to write schemas of OpenAPI 3.0 with.
namespace hotswap::api::schema {

/// A field of an object; fields are required unless they say otherwise.
struct Field {
  std::string name;
  Json schema;
  bool required = true;
};

Json text(const std::string& description = {});
Json number(const std::string& description = {});
Json integer(const std::string& description = {});
Json boolean(const std::string& description = {});
Json timestamp(const std::string& description = {});
Json list(const Json& items);
/// An object with any fields; with `values`, each of that kind.
Json anyObject(const Json& values = true);
Json reference(const std::string& name);
/// The same, or null.
Json orNull(Json schema);
/// An object with exactly these fields.
Json object(const std::vector<Field>& fields);
Field optional(const std::string& name, const Json& schema);

template <TextEnum Enum>
Json oneOf() {
  Json choices = Json::array();
  for (const auto& entry : EnumTexts<Enum>::entries) choices.push_back(entry.second);
  return Json{{"type", "string"}, {"enum", std::move(choices)}};
}

}  // namespace hotswap::api::schema
