#include "api/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace hotswap::api {

namespace {

[[noreturn]] void refuse(const std::string& what) { throw Error(ErrorCode::ValidationError, "The body " + what + "."); }

/// Builds the document and keeps it within its bounds. Returning false ends the parse; `trouble` says why.
class StrictBuilder final : public nlohmann::json_sax<JsonInput> {
 public:
  bool null() override { return put(nullptr) != nullptr; }
  bool boolean(bool value) override { return put(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return put(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return put(value) != nullptr; }
  bool number_float(number_float_t value, const string_t& /*text*/) override {
    if (!std::isfinite(value)) return fail("holds a number that is too large");
    return put(value) != nullptr;
  }
  bool string(string_t& value) override {
    if (value.find('\0') != string_t::npos) return fail("holds a text with a NUL character");
    return put(std::move(value)) != nullptr;
  }
  bool binary(binary_t& /*value*/) override { return fail("holds binary data"); }
  bool start_object(std::size_t /*size*/) override { return open(JsonInput::object()); }
  bool start_array(std::size_t /*size*/) override { return open(JsonInput::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (name.find('\0') != string_t::npos) return fail("holds a field name with a NUL character");
    if (open_.back()->contains(name)) return fail(fmt::format("holds the field `{}` twice", oneLine(name, 64)));
    name_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    offset = position == 0 ? 0 : position - 1;
    constexpr int numberOverflow = 406;
    return fail(error.id == numberOverflow ? "holds a number that is too large" : "is not valid JSON");
  }

  JsonInput document;
  std::string trouble;
  std::optional<std::size_t> offset;

 private:
  bool fail(std::string what) {
    trouble = std::move(what);
    return false;
  }
  template <class Value>
  JsonInput* put(Value&& value) {
    if (++values_ > maxValues) {
      fail(fmt::format("holds more than {} values", maxValues));
      return nullptr;
    }
    if (open_.empty()) {
      document = JsonInput(std::forward<Value>(value));
      return &document;
    }
    JsonInput& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::forward<Value>(value));
    return &(parent[name_] = JsonInput(std::forward<Value>(value)));
  }
  bool open(JsonInput container) {
    if (open_.size() >= static_cast<std::size_t>(maxNesting)) {
      return fail(fmt::format("is nested more than {} levels deep", maxNesting));
    }
    JsonInput* const added = put(std::move(container));
    if (added == nullptr) return false;
    open_.push_back(added);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<JsonInput*> open_;  ///< only the innermost grows, so the others stay where they are
  std::string name_;
  std::size_t values_ = 0;
};

}  // namespace

JsonInput parseJson(std::string_view text) {
  if (!isUtf8(text)) refuse("is not valid UTF-8 text without NUL characters");
  StrictBuilder builder;
  if (!JsonInput::sax_parse(text, &builder)) {
    if (!builder.offset) refuse(builder.trouble);
    const Position at = positionOf(text, *builder.offset);
    refuse(fmt::format("{} at line {}, column {}", builder.trouble, at.line, at.column));
  }
  return std::move(builder.document);
}

ObjectReader::ObjectReader(const JsonInput& value, std::string path, std::vector<ErrorDetail>& problems)
    : value_(&value), path_(std::move(path)), problems_(&problems) {
  if (!value.is_object()) problems_->push_back({path_.empty() ? "body" : path_, "must be an object"});
}

std::string ObjectReader::pathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void ObjectReader::problem(std::string_view name, const std::string& message) {
  problems_->push_back({pathOf(name), message});
}

bool ObjectReader::has(std::string_view name) const {
  return value_->is_object() && value_->contains(name) && !value_->find(name)->is_null();
}

const JsonInput* ObjectReader::find(std::string_view name) {
  known_.emplace_back(name);
  return has(name) ? &*value_->find(name) : nullptr;
}

std::optional<std::string> ObjectReader::text(std::string_view name) {
  const JsonInput* const field = find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_string()) {
    problem(name, "must be a text");
    return std::nullopt;
  }
  return field->get<std::string>();
}

std::string ObjectReader::requiredText(std::string_view name) {
  if (!has(name)) problem(name, "is required");
  return text(name).value_or("");
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
  const JsonInput* const field = find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_boolean()) {
    problem(name, "must be true or false");
    return std::nullopt;
  }
  return field->get<bool>();
}

std::optional<double> ObjectReader::number(std::string_view name) {
  const JsonInput* const field = find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_number()) {
    problem(name, "must be a number");
    return std::nullopt;
  }
  return field->get<double>();
}

std::vector<std::string> ObjectReader::texts(std::string_view name) {
  const JsonInput* const field = find(name);
  std::vector<std::string> list;
  if (field == nullptr) return list;
  if (!field->is_array()) {
    problem(name, "must be a list of texts");
    return list;
  }
  for (std::size_t i = 0; i < field->size(); ++i) {
    if (!(*field)[i].is_string()) {
      problem(fmt::format("{}[{}]", name, i), "must be a text");
      return list;
    }
    list.push_back((*field)[i].get<std::string>());
  }
  return list;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name) {
  const JsonInput* const field = find(name);
  if (field == nullptr) return std::nullopt;
  return ObjectReader(*field, pathOf(name), *problems_);
}

std::vector<ObjectReader> ObjectReader::objects(std::string_view name) {
  const JsonInput* const field = find(name);
  std::vector<ObjectReader> list;
  if (field == nullptr) return list;
  if (!field->is_array()) {
    problem(name, "must be a list of objects");
    return list;
  }
  constexpr std::size_t most = 1000;
  if (field->size() > most) {
    problem(name, fmt::format("has more than {} entries", most));
    return list;
  }
  for (std::size_t i = 0; i < field->size(); ++i) {
    list.emplace_back((*field)[i], fmt::format("{}[{}]", pathOf(name), i), *problems_);
  }
  return list;
}

std::optional<std::string> ObjectReader::objectText(std::string_view name) {
  const JsonInput* const field = find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_object()) {
    problem(name, "must be an object");
    return std::nullopt;
  }
  return field->dump();
}

void ObjectReader::notAvailable(std::string_view name, const std::string& message) {
  if (find(name) != nullptr) problem(name, message);
}

void ObjectReader::finish() {
  if (!value_->is_object()) return;
  constexpr std::size_t mostReported = 20;
  std::size_t unknown = 0;
  for (const auto& [name, field] : value_->items()) {
    if (std::ranges::find(known_, name) != known_.end()) continue;
    if (++unknown > mostReported) break;
    problem(oneLine(name, 64), "is no field of this request");
  }
}

Body::Body(std::string_view text)
    : json_(std::make_unique<JsonInput>(trim(text).empty() ? JsonInput::object() : parseJson(text))) {}

Body::~Body() = default;

void refuseProblems(std::vector<ErrorDetail> problems) {
  if (problems.empty()) return;
  std::string message =
      "The request has a field that is wrong: " + problems.front().field + " " + problems.front().message + ".";
  if (problems.size() > 1)
    message = fmt::format("The request has {} fields that are wrong; the details name them.", problems.size());
  throw Error(ErrorCode::ValidationError, message, std::move(problems));
}

}  // namespace hotswap::api
