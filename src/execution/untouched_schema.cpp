#include "execution/untouched_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace hotswap::execution {

namespace {

using Kind = db::ObjectReference::Kind;

/// The first words of the keys under which the listing has objects of that kind; empty where that can't be told.
std::vector<std::string_view> words(Kind kind) {
  switch (kind) {
    case Kind::Table: return {"table "};
    case Kind::Column: return {"column "};
    case Kind::Index: return {"index "};
    case Kind::View: return {"view ", "materialized view "};
    case Kind::Sequence: return {"sequence "};
    case Kind::Function: return {"function ", "procedure ", "aggregate "};
    case Kind::Type: return {"type "};
    case Kind::Schema: return {"schema "};
    case Kind::Constraint: return {"constraint "};
    case Kind::Trigger: return {"trigger "};
    case Kind::Other: break;
  }
  return {};
}

/// The parts of a name as the listing writes it (`public."Odd.name".note`), without quotes, up to an argument list.
std::vector<std::string> partsOf(std::string_view written) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (c == '"') {
      const bool doubled = quoted && i + 1 < written.size() && written[i + 1] == '"';
      if (doubled) parts.back() += written[++i];
      if (!doubled) quoted = !quoted;
    } else if (!quoted && c == '(') {
      break;
    } else if (!quoted && c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Whether `key` may be the object's: a name without schema is that of an object in any schema.
bool mayBe(const std::string& key, const db::ObjectReference& object) {
  const bool isPart = object.kind == Kind::Column || object.kind == Kind::Constraint || object.kind == Kind::Trigger;
  std::vector<std::string> name{object.name};
  if (isPart) name.insert(name.begin(), object.table);
  if (!object.schema.empty() && object.kind != Kind::Schema) name.insert(name.begin(), object.schema);
  for (const std::string_view word : words(object.kind)) {
    if (!key.starts_with(word)) continue;
    const std::vector<std::string> is = partsOf(std::string_view(key).substr(word.size()));
    if (is.size() >= name.size() && std::equal(name.rbegin(), name.rend(), is.rbegin())) return true;
  }
  return false;
}

bool holdsAny(const db::SchemaListing& listing, const db::ObjectReference& object) {
  return std::ranges::any_of(listing.definitions,
                             [&](const auto& definition) { return mayBe(definition.first, object); });
}

}  // namespace

bool threatens(const db::Statement& statement, const db::SchemaListing& before) {
  if (statement.opaque) return true;
  if (statement.drops.empty()) return statement.destructive && !statement.changesData;
  return std::ranges::any_of(statement.drops, [&](const db::ObjectReference& object) {
    return object.kind == Kind::Other || holdsAny(before, object);
  });
}

bool UntouchedSchema::isAllThatIsDroppedBy(const db::Statement& statement) const {
  return statement.kind.starts_with("DROP ") && !statement.drops.empty() &&
         std::ranges::all_of(statement.drops, [&](const db::ObjectReference& object) {
           return holdsAny(shares_.untouched, object) && !holdsAny(shares_.made, object);
         });
}

std::vector<std::string> UntouchedSchema::damageIn(const db::SchemaListing& now) const {
  std::vector<std::string> damage;
  for (const auto& definition : shares_.untouched.definitions) {
    const auto is = now.definitions.find(definition.first);
    if (is == now.definitions.end()) {
      damage.push_back(fmt::format("{} would be missing", definition.first));
    } else if (!isSame(definition.first, is->second, definition.second)) {
      damage.push_back(
          fmt::format("{} would be changed: {} instead of {}", definition.first, is->second, definition.second));
    }
  }
  return damage;
}

}  // namespace hotswap::execution
