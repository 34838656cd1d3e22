#include "execution/known_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace hotswap::execution {

namespace {

using Definition = std::optional<std::string>;

Definition definitionOf(const db::SchemaListing& listing, const std::string& key) {
  const auto found = listing.definitions.find(key);
  return found == listing.definitions.end() ? std::nullopt : Definition(found->second);
}

void define(db::SchemaListing& listing, const std::string& key, const Definition& definition) {
  if (definition) {
    listing.definitions[key] = *definition;
  } else {
    listing.definitions.erase(key);
  }
}

std::set<std::string> keysOf(const db::SchemaListing& one, const db::SchemaListing& other) {
  std::set<std::string> keys;
  for (const auto& definition : one.definitions) keys.insert(definition.first);
  for (const auto& definition : other.definitions) keys.insert(definition.first);
  return keys;
}

bool isPartOfName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '"' || c == '$';
}

/// Whether `text` names the relation, or a part of it: `public.t` in `… ON public.t USING …` and in `public.t.a`.
bool mentions(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || (!isPartOfName(text[at - 1]) && text[at - 1] != '.');
    if (begins && (end == text.size() || !isPartOfName(text[end]))) return true;
  }
  return false;
}

/// The names of the relations in a listing.
std::vector<std::string> relationsIn(const db::SchemaListing& listing) {
  std::vector<std::string> names;
  for (const auto& definition : listing.definitions) {
    for (const std::string_view kind : {"table ", "view ", "materialized view "}) {
      if (definition.first.starts_with(kind)) names.push_back(definition.first.substr(kind.size()));
    }
  }
  return names;
}

/// A column without its place, which moves up when a column before it goes.
std::string withoutPlace(const std::string& key, const std::string& definition) {
  if (!key.starts_with("column ")) return definition;
  return definition.substr(std::min(definition.size(), definition.find_first_not_of("0123456789")));
}

}  // namespace

bool isSame(const std::string& key, const std::optional<std::string>& one, const std::optional<std::string>& other) {
  return one && other ? withoutPlace(key, *one) == withoutPlace(key, *other) : one == other;
}

SchemaShares sharesOf(const KnownSchema& known, const db::SchemaListing& present) {
  SchemaShares shares;
  const db::SchemaListing& reference = known.after ? *known.after : present;
  db::SchemaListing added;
  for (const auto& definition : present.definitions) {
    const Definition before = definitionOf(known.before, definition.first);
    const Definition after = definitionOf(reference, definition.first);
    if (before != after) {
      shares.made.definitions.insert(definition);
    } else {
      (before ? shares.untouched : added).definitions.insert(definition);
    }
  }
  for (const auto& definition : reference.definitions) {
    const bool made = !known.before.definitions.contains(definition.first);
    if (made && !present.definitions.contains(definition.first)) shares.traceable = false;
  }
  const std::vector<std::string> made = relationsIn(shares.made);
  for (const auto& definition : added.definitions) {
    const bool hangs = std::ranges::any_of(made, [&](const std::string& relation) {
      return mentions(definition.first, relation) || mentions(definition.second, relation);
    });
    (hangs ? shares.hanging : shares.untouched).definitions.insert(definition);
  }
  return shares;
}

SchemaVerdict judgeSchema(const KnownSchema& known, const db::SchemaListing& present, const db::SchemaListing& now) {
  const SchemaShares shares = sharesOf(known, present);
  db::SchemaListing expected = known.before;
  SchemaVerdict verdict;
  if (known.after) {
    for (const std::string& key : keysOf(known.before, present)) {
      const Definition before = definitionOf(known.before, key);
      const Definition was = definitionOf(present, key);
      const Definition is = definitionOf(now, key);
      if (shares.hanging.definitions.contains(key)) {
        if (is && !isSame(key, was, is)) continue;
        define(expected, key, is);
        verdict.byOthers.push_back(fmt::format("{} was made by somebody else and {}", key,
                                               is ? "is left alone" : "went with what the migration had made"));
      } else if (before == definitionOf(*known.after, key) && before != was && (before || shares.traceable)) {
        define(expected, key, isSame(key, was, is) ? is : was);
        if (!isSame(key, was, is)) continue;
        verdict.byOthers.push_back(fmt::format("{} was {} by somebody else, which is left alone", key,
                                               !before ? "made"
                                               : !was  ? "dropped"
                                                       : "changed"));
      }
    }
  }
  verdict.remaining = db::differences(expected, now);
  return verdict;
}

}  // namespace hotswap::execution
