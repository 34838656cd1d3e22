#include "cli/event_stream.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"

namespace hotswap::cli {

void EventStreamParser::feed(std::string_view bytes, const Receive& receive) {
  for (const char byte : bytes) {
    // CR, LF and CR LF each end one line; the LF may come with a later piece than its CR.
    const bool secondHalf = afterCarriageReturn_ && byte == '\n';
    afterCarriageReturn_ = byte == '\r';
    if (secondHalf) continue;
    if (byte != '\n' && byte != '\r') {
      if (line_.size() + data_.size() >= maxEventBytes) {
        throw Error(ErrorCode::InternalError, "the service sent an event that is too big to be one of HotSwap's");
      }
      line_ += byte;
      continue;
    }
    const std::string line = std::exchange(line_, {});
    takeLine(line, receive);
  }
}

void EventStreamParser::takeLine(std::string_view line, const Receive& receive) {
  constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
  if (std::exchange(firstLine_, false) && line.starts_with(byteOrderMark)) line.remove_prefix(byteOrderMark.size());
  if (line.empty()) {
    if (hasData_) receive({.name = name_.empty() ? "message" : name_, .data = data_, .id = id_});
    name_.clear();
    data_.clear();
    hasData_ = false;
    return;
  }
  const auto colon = line.find(':');
  if (colon == 0) return;
  if (colon == std::string_view::npos) {
    takeField(line, {});
    return;
  }
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  takeField(line.substr(0, colon), value);
}

void EventStreamParser::takeField(std::string_view field, std::string_view value) {
  if (field == "event") {
    name_ = value;
  } else if (field == "data") {
    if (hasData_) data_ += '\n';
    data_ += value;
    hasData_ = true;
  } else if (field == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (field == "retry") {
    Milliseconds::rep count = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (failure == std::errc{} && end == value.data() + value.size() && count >= 0) retry_ = Milliseconds(count);
  }
}

}  // namespace hotswap::cli
