#include "cli/argument_text.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <istream>
#include <system_error>

#include "base/error.h"
#include "base/text.h"
#include "base/time_text.h"
#include "cli/service_error.h"

namespace hotswap::cli {

namespace {

std::string readAll(std::istream& in, std::size_t mostBytes, const std::string& name) {
  constexpr std::size_t pieceBytes = std::size_t{64} * 1024;
  std::string text;
  std::string piece(pieceBytes, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > mostBytes) {
      throw Error(ErrorCode::PayloadTooLarge,
                  fmt::format("{} is bigger than the {} MiB allowed", name, mostBytes / (1024 * 1024)));
    }
  }
  if (in.bad()) throw Error(ErrorCode::InternalError, fmt::format("{} can't be read to its end", name));
  return text;
}

}  // namespace

Seconds parseDuration(std::string_view text, std::string_view option) {
  if (const auto iso = parseIsoDuration(text)) return Seconds(*iso);
  const auto seconds = parseHumanDuration(toLower(trim(text)), Seconds(1));
  if (!seconds) {
    throw WrongUse(fmt::format("{} takes a duration like 90 (seconds), 30m, 1h30m or PT30M, not `{}`", option, text));
  }
  return *seconds;
}

double parseNumber(std::string_view text, std::string_view option) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    throw WrongUse(fmt::format("{} takes a number like 1.5, not `{}`", option, text));
  }
  return value;
}

std::string readText(const Shell& shell, const std::string& file, std::size_t mostBytes) {
  std::string text;
  const std::string name = file == "-" ? "standard input" : file;
  if (file == "-") {
    text = readAll(shell.in, mostBytes, name);
  } else {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      throw Error(ErrorCode::ValidationError,
                  fmt::format("{} can't be read: {}", name, std::system_category().message(errno)));
    }
    // A folder can be opened and fails only when it is read.
    if (in.peek() == std::ifstream::traits_type::eof() && !in.eof()) {
      throw Error(ErrorCode::ValidationError, fmt::format("{} can't be read; is it a folder?", name));
    }
    in.clear();
    text = readAll(in, mostBytes, name);
  }
  if (!isUtf8(text)) throw Error(ErrorCode::ValidationError, fmt::format("{} is no UTF-8 text", name));
  return text;
}

}  // namespace hotswap::cli
