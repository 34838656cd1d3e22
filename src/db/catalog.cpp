#include "db/catalog.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace hotswap::db {

namespace {

void appendEscaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      default: out += c;
    }
  }
}

[[noreturn]] void broken() {
  throw Error(ErrorCode::InternalError, "A stored schema listing can't be read: it is damaged.");
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\t') broken();
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) broken();
    switch (text[i]) {
      case '\\': out += '\\'; break;
      case 't': out += '\t'; break;
      case 'n': out += '\n'; break;
      default: broken();
    }
  }
  return out;
}

}  // namespace

std::string SchemaListing::text() const {
  std::string out;
  for (const auto& [key, value] : definitions) {
    appendEscaped(out, key);
    out += '\t';
    appendEscaped(out, value);
    out += '\n';
  }
  return out;
}

std::string SchemaListing::fingerprint() const {
  const std::string lines = text();
  const XXH128_hash_t hash = XXH3_128bits(lines.data(), lines.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

SchemaListing SchemaListing::fromText(std::string_view text) {
  SchemaListing listing;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) broken();
    const std::string_view line = text.substr(0, end);
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) broken();
    std::string key = unescaped(line.substr(0, tab));
    if (!listing.definitions.empty() && key <= listing.definitions.rbegin()->first) broken();
    listing.definitions.emplace_hint(listing.definitions.end(), std::move(key), unescaped(line.substr(tab + 1)));
    text.remove_prefix(end + 1);
  }
  return listing;
}

std::vector<std::string> differences(const SchemaListing& before, const SchemaListing& after) {
  std::vector<std::string> sentences;
  auto old = before.definitions.begin();
  auto now = after.definitions.begin();
  while (old != before.definitions.end() || now != after.definitions.end()) {
    if (now == after.definitions.end() || (old != before.definitions.end() && old->first < now->first)) {
      sentences.push_back(fmt::format("{} is missing", old->first));
      ++old;
    } else if (old == before.definitions.end() || now->first < old->first) {
      sentences.push_back(fmt::format("{} is new", now->first));
      ++now;
    } else {
      if (old->second != now->second) {
        sentences.push_back(fmt::format("{} has changed: {} instead of {}", now->first, now->second, old->second));
      }
      ++old;
      ++now;
    }
  }
  return sentences;
}

std::vector<Index> Catalog::indexesOf(Session& session, const std::vector<std::string>& tables) const {
  std::vector<Index> all = indexes(session);
  std::erase_if(all, [&](const Index& index) { return std::ranges::find(tables, index.table) == tables.end(); });
  return all;
}

std::string Catalog::dump(Session& /*session*/) const {
  throw Error(ErrorCode::ValidationError, "The schema of this kind of database can't be written as a script.");
}

}  // namespace hotswap::db
