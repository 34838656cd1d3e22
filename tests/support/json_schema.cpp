#include "support/json_schema.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace hotswap::support {

namespace {

using nlohmann::json;

bool hasType(const json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  throw std::runtime_error("the schema names an unknown type: " + type);
}

void checkWords(const json& schema) {
  static const std::set<std::string> known{
      "type",  "nullable", "enum", "properties",  "required", "additionalProperties",
      "items", "allOf",    "$ref", "description", "format"};
  for (const auto& [word, ignored] : schema.items()) {
    if (!known.contains(word)) throw std::runtime_error("the schema has a word that is not checked: " + word);
  }
}

class Checker {
 public:
  explicit Checker(const json& document) : document_(document) {}

  void check(const json& schema, const json& value, const std::string& path) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) wrong(path, "is not allowed");
      return;
    }
    if (schema.contains("$ref")) return check(resolved(document_, schema.at("$ref")), value, path);
    checkWords(schema);
    if (value.is_null() && schema.value("nullable", false)) return;
    for (const json& part : schema.value("allOf", json::array())) check(part, value, path);
    if (schema.contains("type") && !hasType(value, schema.at("type"))) {
      return wrong(path, "is no " + schema.at("type").get<std::string>() + ": " + value.dump().substr(0, 80));
    }
    if (schema.contains("enum")) {
      const json& choices = schema.at("enum");
      if (std::find(choices.begin(), choices.end(), value) == choices.end())
        wrong(path, "is none of the choices: " + value.dump());
    }
    if (value.is_object()) checkObject(schema, value, path);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        check(schema.at("items"), value[i], path + "[" + std::to_string(i) + "]");
    }
  }

  std::vector<std::string> found;

 private:
  void wrong(const std::string& path, const std::string& what) {
    found.push_back((path.empty() ? "(the whole)" : path) + " " + what);
  }

  void checkObject(const json& schema, const json& value, const std::string& path) {
    const json properties = schema.value("properties", json::object());
    for (const json& name : schema.value("required", json::array())) {
      if (!value.contains(name.get<std::string>())) wrong(path + "." + name.get<std::string>(), "is missing");
    }
    for (const auto& [name, field] : value.items()) {
      if (properties.contains(name)) {
        check(properties.at(name), field, path + "." + name);
      } else if (schema.contains("additionalProperties")) {
        check(schema.at("additionalProperties"), field, path + "." + name);
      }
    }
  }

  const json& document_;
};

}  // namespace

const json& resolved(const json& document, const std::string& reference) {
  if (!reference.starts_with("#/")) throw std::runtime_error("a reference that is not local: " + reference);
  const json::json_pointer pointer(reference.substr(1));
  if (!document.contains(pointer)) throw std::runtime_error("a reference that leads nowhere: " + reference);
  return document.at(pointer);
}

std::vector<std::string> schemaViolations(const json& document, const json& schema, const json& value) {
  Checker checker(document);
  checker.check(schema, value, "");
  return checker.found;
}

}  // namespace hotswap::support
