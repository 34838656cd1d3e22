#include "db/session.h"

#include <fmt/format.h>

#include <charconv>

namespace hotswap::db {

namespace {

template <class Number>
std::optional<Number> parse(const std::string& text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Number>
Number require(const Rows& rows, std::size_t row, std::size_t column) {
  const Value& value = rows.at(row, column);
  const auto number = value ? parse<Number>(*value) : std::nullopt;
  if (!number) {
    throw Error(ErrorCode::InternalError,
                fmt::format("The server's column \"{}\" holds no number.", rows.columns().at(column)));
  }
  return *number;
}

}  // namespace

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
  return require<std::int64_t>(*this, row, column);
}

double Rows::number(std::size_t row, std::size_t column) const { return require<double>(*this, row, column); }

std::optional<double> Rows::maybeNumber(std::size_t row, std::size_t column) const {
  const Value& value = at(row, column);
  return value ? parse<double>(*value) : std::nullopt;
}

bool Rows::boolean(std::size_t row, std::size_t column) const {
  const Value& value = at(row, column);
  return value && (*value == "t" || *value == "true" || *value == "1");
}

std::string quoteIdentifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace hotswap::db
