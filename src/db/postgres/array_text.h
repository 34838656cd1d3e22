#pragma once
#include <ranges>
#include <string>

namespace hotswap::db::postgres {

/// An array of texts as the server reads it, `{"a","b"}`, for a parameter.
template <std::ranges::input_range Texts>
std::string arrayText(const Texts& texts) {
  std::string array = "{";
  for (const std::string& text : texts) {
    array += array.size() > 1 ? ",\"" : "\"";
    for (const char character : text) {
      if (character == '"' || character == '\\') array += '\\';
      array += character;
    }
    array += '"';
  }
  return array + "}";
}

}  // namespace hotswap::db::postgres
