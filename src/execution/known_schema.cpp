#include "execution/known_schema.h"

#include <string>

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

}  // namespace

db::SchemaListing schemaToReach(const KnownSchema& known, const db::SchemaListing& present) {
  db::SchemaListing reach = known.before;
  if (!known.after) return reach;
  const auto heed = [&](const std::string& key) {
    const Definition after = definitionOf(*known.after, key);
    const Definition now = definitionOf(present, key);
    if (definitionOf(known.before, key) == after && after != now) define(reach, key, now);
  };
  for (const auto& definition : known.before.definitions) heed(definition.first);
  for (const auto& definition : present.definitions) heed(definition.first);
  return reach;
}

db::SchemaListing nearestOf(const db::SchemaListing& before, const db::SchemaListing& toReach,
                            const db::SchemaListing& now) {
  db::SchemaListing nearest = before;
  const auto heed = [&](const std::string& key) {
    const Definition is = definitionOf(now, key);
    if (is == definitionOf(toReach, key)) define(nearest, key, is);
  };
  for (const auto& definition : before.definitions) heed(definition.first);
  for (const auto& definition : toReach.definitions) heed(definition.first);
  return nearest;
}

}  // namespace hotswap::execution
