#include "versioned/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "base/time_text.h"

namespace hotswap::versioned {

namespace {

constexpr std::string_view optionPrefix = "hotswap:";
constexpr std::string_view markerPrefix = "migrate:";

/// Hands out a text's lines, the line end taken off.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next() {
    if (done_) return false;
    start_ += length_;
    const std::size_t end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    length_ = end == std::string_view::npos ? rest_.size() : end + 1;
    rest_.remove_prefix(length_);
    done_ = rest_.empty();
    ++number_;
    return true;
  }
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] std::size_t start() const { return start_; }
  [[nodiscard]] std::size_t end() const { return start_ + length_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::size_t start_ = 0;
  std::size_t length_ = 0;
  int number_ = 0;
  bool done_ = false;
};

/// What stands behind `--` in a line that is nothing but such a comment.
std::optional<std::string_view> commentOf(std::string_view line) {
  const std::string_view trimmed = trim(line);
  if (!trimmed.starts_with("--")) return std::nullopt;
  return trim(trimmed.substr(2));
}

std::optional<bool> parseBoolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::string setDuration(std::optional<Milliseconds>& place, std::string_view key, std::string_view text) {
  place = parseDuration(text);
  return place ? "" : fmt::format("{} takes a duration such as 500ms, 2s or 10min, not `{}`", key, text);
}

/// Sets one option; says what is wrong with it, if anything.
std::string setOption(PartOptions& options, std::string_view key, std::string_view value) {
  if (key == "transaction" || key == "online") {
    const auto flag = parseBoolean(value);
    if (!flag) return fmt::format("{} takes true or false, not `{}`", key, value);
    (key == "online" ? options.online : options.transaction) = *flag;
    return {};
  }
  if (key == "lock_timeout") return setDuration(options.lockTimeout, key, value);
  if (key == "statement_timeout") return setDuration(options.statementTimeout, key, value);
  return fmt::format("there is no option `{}`; there are transaction, lock_timeout, statement_timeout and online", key);
}

/// Reads the options of a text, separated by white space, each with `separator` between its key and its value.
void readOptions(std::string_view text, char separator, int line, PartOptions& options, std::vector<Fault>& faults) {
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());
    const std::size_t place = word.find(separator);
    const std::string fault = place == std::string_view::npos
                                  ? fmt::format("`{}` is no option; write it as key{}value", word, separator)
                                  : setOption(options, word.substr(0, place), word.substr(place + 1));
    if (!fault.empty()) faults.push_back({.line = line, .message = fault});
  }
}

/// Comments that speak of the statement behind them, anywhere in a script: which findings are allowed, that what stands
/// above is committed first, that rows may be changed in batches.
bool belongsToStatement(std::string_view directive) {
  const std::string_view word = directive.substr(0, directive.find_first_of(" \t"));
  return word == "allow" || word == "commit" || word == "batches";
}

/// Reads the options in the comments at the head of a script. Further down they would be taken for comments by nobody
/// but HotSwap, so that they are a fault there.
void readHead(std::string_view sql, int firstLine, PartOptions& options, std::vector<Fault>& faults) {
  bool inHead = true;
  bool inBlock = false;
  for (Lines lines(sql); lines.next();) {
    const std::string_view line = trim(lines.line());
    const auto comment = commentOf(line);
    const int number = firstLine + lines.number() - 1;
    if (inBlock || (inHead && line.starts_with("/*"))) {
      const std::size_t end = line.find("*/");
      inBlock = end == std::string_view::npos;
      if (!inBlock && !trim(line.substr(end + 2)).empty()) inHead = false;
    } else if (comment && comment->starts_with(optionPrefix)) {
      if (belongsToStatement(trim(comment->substr(optionPrefix.size())))) continue;
      if (inHead) {
        readOptions(comment->substr(optionPrefix.size()), '=', number, options, faults);
      } else {
        faults.push_back(
            {.line = number, .message = "options stand at the head of a script, before its first statement"});
      }
    } else if (!comment && !line.empty()) {
      inHead = false;
    }
  }
}

struct Marker {
  bool isUp = false;
  PartOptions options;
};

std::optional<Marker> markerOf(std::string_view line, int number, std::vector<Fault>& faults) {
  const auto comment = commentOf(line);
  if (!comment || !comment->starts_with(markerPrefix)) return std::nullopt;
  const std::string_view rest = comment->substr(markerPrefix.size());
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  Marker marker;
  marker.isUp = word == "up";
  if (!marker.isUp && word != "down") {
    faults.push_back({.line = number,
                      .message = fmt::format(
                          "`-- migrate:{}` is no marker; there are `-- migrate:up` and `-- migrate:down`", word)});
    return std::nullopt;
  }
  readOptions(rest.substr(word.size()), ':', number, marker.options, faults);
  return marker;
}

}  // namespace

std::optional<Milliseconds> parseDuration(std::string_view text) {
  constexpr Seconds longest = std::chrono::hours(24);
  const auto duration = parseHumanDuration(text, Milliseconds(1));
  if (!duration || *duration > longest) return std::nullopt;
  return std::chrono::round<Milliseconds>(*duration);
}

bool isBlank(std::string_view sql) {
  while (!(sql = trim(sql)).empty()) {
    if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
    } else if (sql.starts_with("/*")) {
      const std::size_t end = sql.find("*/", 2);
      sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 2);
    } else if (sql.front() == ';') {
      sql.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

WholeFile parseWhole(std::string_view text) {
  WholeFile file{.part = {.sql = std::string(text), .line = 1, .options = {}}, .faults = {}};
  readHead(text, 1, file.part.options, file.faults);
  return file;
}

Sections parseSections(std::string_view text) {
  Sections result;
  PartOptions common;
  std::optional<Part>* open = nullptr;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (open == nullptr) return;
    (*open)->sql = text.substr(begin, end - begin);
    readHead((*open)->sql, (*open)->line, (*open)->options, result.faults);
  };
  for (Lines lines(text); lines.next();) {
    const auto marker = markerOf(lines.line(), lines.number(), result.faults);
    if (!marker) {
      if (open != nullptr || trim(lines.line()).empty()) continue;
      const auto comment = commentOf(lines.line());
      if (!comment) {
        result.faults.push_back(
            {.line = lines.number(),
             .message = "this stands before `-- migrate:up`, where only comments and options may stand"});
        return result;
      }
      if (comment->starts_with(optionPrefix)) {
        readOptions(comment->substr(optionPrefix.size()), '=', lines.number(), common, result.faults);
      }
      continue;
    }
    close(lines.start());
    open = marker->isUp ? &result.up : &result.down;
    if (*open) {
      result.faults.push_back({.line = lines.number(),
                               .message = fmt::format("there is a second `-- migrate:{}`; the first is in line {}",
                                                      marker->isUp ? "up" : "down", (*open)->line - 1)});
      return result;
    }
    PartOptions options = common;
    if (!marker->options.transaction) options.transaction = false;
    if (marker->options.online) options.online = true;
    if (marker->options.lockTimeout) options.lockTimeout = marker->options.lockTimeout;
    if (marker->options.statementTimeout) options.statementTimeout = marker->options.statementTimeout;
    *open = Part{.sql = {}, .line = lines.number() + 1, .options = options};
    begin = lines.end();
  }
  close(text.size());
  if (!result.up && result.faults.empty()) {
    result.faults.push_back({.line = 0, .message = "it has no line `-- migrate:up`"});
  }
  return result;
}

}  // namespace hotswap::versioned
