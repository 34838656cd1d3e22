#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http.h"
#include "base/error.h"
#include "domain/enum_text.h"

namespace hotswap::api {

constexpr int maxNesting = 64;
constexpr std::size_t maxValues = 100'000;

/// Parses a request's body strictly: UTF-8 without NUL, also not escaped; no name twice in an object; at most 64 levels
/// and 100,000 values. Throws Error (ValidationError) with line and column for everything else; never repeats the body.
JsonInput parseJson(std::string_view text);

/// Reads the fields of one JSON object. What is wrong (type, missing, unknown) is added to a list of problems under the
/// field's JSON path, and reading goes on, so that a caller hears of all of it at once. `null` counts as absent.
/// The object read must outlive the reader.
class ObjectReader {
 public:
  /// `path`: of the object itself, empty for the whole body. A `value` that is no object is a problem.
  ObjectReader(const JsonInput& value, std::string path, std::vector<ErrorDetail>& problems);

  std::optional<std::string> text(std::string_view name);
  /// As `text`; an absent field is a problem, and reads as empty.
  std::string requiredText(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<double> number(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  std::optional<ObjectReader> object(std::string_view name);
  std::vector<ObjectReader> objects(std::string_view name);
  /// The object of a field as compact JSON text.
  std::optional<std::string> objectText(std::string_view name);

  template <TextEnum Enum>
  std::optional<Enum> choice(std::string_view name) {
    const auto written = text(name);
    if (!written) return std::nullopt;
    const auto value = fromText<Enum>(*written);
    if (!value) problem(name, "must be one of " + choicesOf<Enum>());
    return value;
  }
  /// As `choice`; an absent field is a problem, and reads as the first one.
  template <TextEnum Enum>
  Enum requiredChoice(std::string_view name) {
    if (!has(name)) problem(name, "is required");
    return choice<Enum>(name).value_or(EnumTexts<Enum>::entries.front().first);
  }

  /// Refuses a field that the contract knows and this version can't serve yet.
  void notAvailable(std::string_view name, const std::string& message);
  /// Adds a problem for every field that nobody has asked for. Call it last.
  void finish();

  /// Whether the field is there and not null.
  [[nodiscard]] bool has(std::string_view name) const;
  void problem(std::string_view name, const std::string& message);

 private:
  const JsonInput* find(std::string_view name);
  [[nodiscard]] std::string pathOf(std::string_view name) const;
  template <TextEnum Enum>
  static std::string choicesOf() {
    std::string list;
    for (const auto& entry : EnumTexts<Enum>::entries) {
      if (!list.empty()) list += ", ";
      list += entry.second;
    }
    return list;
  }

  const JsonInput* value_;
  std::string path_;
  std::vector<ErrorDetail>* problems_;
  std::vector<std::string> known_;
};

/// A body under decoding: parsed, with the problems found so far. An empty body counts as an empty object.
class Body {
 public:
  explicit Body(std::string_view text);
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  ~Body();

  [[nodiscard]] const JsonInput& json() const { return *json_; }
  std::vector<ErrorDetail>& problems() { return problems_; }

 private:
  std::unique_ptr<JsonInput> json_;
  std::vector<ErrorDetail> problems_;
};

/// Throws Error (ValidationError) with the problems as details where there are any.
void refuseProblems(std::vector<ErrorDetail> problems);

/// What `decoder(ObjectReader&)` reads from a body; unknown fields and every problem found are refused.
template <class Decoder>
auto decoded(std::string_view text, Decoder decoder) {
  Body body(text);
  ObjectReader reader(body.json(), "", body.problems());
  auto result = decoder(reader);
  reader.finish();
  refuseProblems(std::move(body.problems()));
  return result;
}

}  // namespace hotswap::api
