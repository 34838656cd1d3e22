// Files of migrations: whatever they hold, what is taken apart stands in them, in order, and lines are where they are
// said to be.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "versioned/checksum.h"
#include "versioned/file_name.h"
#include "versioned/sections.h"

namespace {

using namespace hotswap::versioned;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view fromLine(std::string_view text, int line) {
  for (int number = 1; number < line; ++number) {
    const std::size_t end = text.find('\n');
    require(end != std::string_view::npos || number + 1 == line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text;
}

void checkParts(const std::string& text) {
  const Sections sections = parseSections(text);
  require(sections.up || !sections.faults.empty());
  for (const auto& part : {sections.up, sections.down}) {
    if (part && sections.faults.empty()) require(fromLine(text, part->line).starts_with(part->sql));
  }
  for (const Fault& fault : sections.faults) {
    require(fault.line >= 0 && !fault.message.empty());
    static_cast<void>(fromLine(text, fault.line));
  }
  require(parseWhole(text).part.sql == text);
  static_cast<void>(isBlank(text));
}

void checkName(const std::string& text) {
  const auto name = parseFileName(text);
  if (!name) return;
  require(name->version.has_value() == (name->part != FileName::Part::Repeatable));
  if (!name->version) return;
  const auto again = Version::parse(name->version->key());
  require(again && *again == *name->version && !(*again < *name->version));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = withPlainLineEnds(bytes);
  require(text.find('\r') == std::string::npos && text.size() <= bytes.size());
  require(checksumOf(bytes) == checksumOf(text) || text.starts_with("\xEF\xBB\xBF"));
  checkParts(text);
  checkName(bytes);
  checkName(bytes + ".sql");
  if (const auto duration = parseDuration(bytes)) require(duration->count() >= 0 && duration->count() <= 86'400'000);
  return 0;
}
