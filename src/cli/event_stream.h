#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hotswap::cli {

/// One server-sent event.
struct ServerEvent {
  std::string name;  ///< `message` where the stream gave none
  std::string data;  ///< its data lines, joined by line ends
  std::string id;    ///< the last id the stream has given up to here, empty where it gave none
};

/// Takes a text/event-stream apart (WHATWG HTML, section 9.2.6 "Interpreting an event stream"), wherever the network
/// cuts it. One parser serves one connection.
class EventStreamParser {
 public:
  using Receive = std::function<void(const ServerEvent&)>;

  /// An event bigger than this ends the stream with an Error, so that no service can fill our memory.
  static constexpr std::size_t maxEventBytes = std::size_t{32} * 1024 * 1024;

  /// Takes the next bytes and hands over each event they complete.
  void feed(std::string_view bytes, const Receive& receive);

  /// How long the service asks to wait before connecting again, where it has said so.
  [[nodiscard]] std::optional<Milliseconds> retry() const { return retry_; }

 private:
  void takeLine(std::string_view line, const Receive& receive);
  void takeField(std::string_view field, std::string_view value);

  std::string line_;
  std::string name_;
  std::string data_;
  std::string id_;
  std::optional<Milliseconds> retry_;
  bool hasData_ = false;
  bool afterCarriageReturn_ = false;
  bool firstLine_ = true;
};

}  // namespace hotswap::cli
