#include "db/postgres/dump/schema_dump.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "db/postgres/dump/dump_grants.h"
#include "db/postgres/dump/dump_order.h"
#include "db/postgres/dump/dump_queries.h"
#include "db/postgres/dump/dump_script.h"
#include "db/postgres/dump/dump_tables.h"
#include "db/postgres/pinned_settings.h"

namespace hotswap::db::postgres {

namespace {

/// The stand-in of an object; no catalog has a negative number.
ObjectId outlineOf(const ObjectId& id) { return {-id.first, id.second}; }

struct Dependency {
  ObjectId from;
  ObjectId to;
};

class SchemaDump {
 public:
  SchemaDump(PinnedSettings& pinned, int serverVersion)
      : pinned_(pinned), version_(serverVersion), tables_(pinned), parts_(tables_.parts()) {}

  std::string text() {
    readEntries();
    readDomains();
    readDependencies();
    takePartsApart();
    makeDomains();
    for (DumpEntry& entry : tables_.entries(apart_)) entries_.push_back(std::move(entry));
    for (DumpEntry& entry : entries_) places_.emplace(entry.id, entry.place);
    breakCircles();
    addAttachments();
    addGrants();
    return dumpScript(ordered(std::move(entries_)), std::move(fillings_));
  }

 private:
  struct DomainConstraint {
    std::int64_t domain = 0;
    ObjectId id;
    std::string name;
    std::string definition;
    bool validated = true;
    std::string domainName;
  };

  Rows read(const std::string& query) { return pinned_.read(dumpPrelude + query); }

  /// An id that no object has.
  ObjectId fresh() { return {0, ++fresh_}; }

  void readEntries() {
    const int filling = stageOf("filling");
    for (const auto& queries :
         {dumpFoundationQueries(version_), dumpTypeQueries(version_), dumpRoutineQueries(), dumpOperatorQueries(),
          dumpTextSearchQueries(), dumpRelationQueries(), dumpDatabaseQueries(version_)}) {
      for (const std::string& query : queries) {
        const Rows rows = read(query);
        for (std::size_t row = 0; row < rows.size(); ++row) {
          if (!rows.at(row, 3) || !rows.at(row, 5)) continue;  // dropped in this very moment
          const std::int64_t number = rows.integer(row, 0);
          DumpEntry entry{
              .id = number == 0 ? fresh() : ObjectId{number, rows.integer(row, 1)},
              .place = {.stage = stageOf(rows.text(row, 2)), .group = rows.text(row, 3), .inGroup = rows.text(row, 4)},
              .sql = rows.text(row, 5),
              .needs = {}};
          if (entry.place.stage == filling) {
            fillings_[entry.place.group] = entry.sql;
          } else {
            if (entry.place.stage == stageOf("database")) entry.sql = toThisDatabase(entry.sql);
            nodes_.insert(entry.id);
            if (number == catalog::relations && entry.place.inGroup.starts_with("3 index")) indexes_.insert(entry.id);
            entries_.push_back(std::move(entry));
          }
        }
      }
    }
  }

  void readDomains() {
    const Rows rows = read(dumpDomainConstraints);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      domainConstraints_.push_back({.domain = rows.integer(row, 0),
                                    .id = {rows.integer(row, 1), rows.integer(row, 2)},
                                    .name = rows.text(row, 3),
                                    .definition = rows.text(row, 4),
                                    .validated = rows.boolean(row, 5),
                                    .domainName = rows.text(row, 6)});
      const DomainConstraint& constraint = domainConstraints_.back();
      if (constraint.validated) {
        parts_.emplace(constraint.id, ObjectId{catalog::types, constraint.domain});
      } else {
        apart_.insert(constraint.id);
      }
    }
  }

  /// What is inside of something else (rows of tables, arrays, rules of views, members of extensions) is it.
  void readDependencies() {
    for (const DumpEntry& entry : tables_.entries({})) nodes_.insert(entry.id);
    nodes_.insert(apart_.begin(), apart_.end());
    const Rows rows = read(dumpDependencies);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const ObjectId from{rows.integer(row, 0), rows.integer(row, 1)};
      const ObjectId to{rows.integer(row, 2), rows.integer(row, 3)};
      const std::string kind = rows.text(row, 4);
      // A part for a partition is made before the whole and then attached, but for triggers, which come down from it.
      if ((kind == "P" || kind == "S") && (from.first != catalog::triggers || !nodes_.contains(from))) continue;
      if ((kind == "i" || kind == "e") && !nodes_.contains(from) && !parts_.contains(from)) inside_.emplace(from, to);
      dependencies_.push_back({.from = from, .to = to});
    }
  }

  /// The entry that an object is told by; itself where there is none.
  [[nodiscard]] ObjectId entryOf(ObjectId id) const {
    constexpr int deepest = 8;
    for (int depth = 0; depth < deepest && !nodes_.contains(id); ++depth) {
      const auto part = parts_.find(id);
      const auto inside = inside_.find(id);
      if (part != parts_.end()) {
        id = part->second;
      } else if (inside != inside_.end()) {
        id = inside->second;
      } else {
        break;
      }
    }
    return id;
  }

  [[nodiscard]] Needs needs() const {
    Needs needs;
    for (const Dependency& dependency : dependencies_) {
      const ObjectId from = entryOf(dependency.from);
      const ObjectId to = entryOf(dependency.to);
      if (from == to || !nodes_.contains(from) || !nodes_.contains(to)) continue;
      needs[from].insert(to);
      // What is made for a whole table comes when its partitions are there, or they would get theirs by themselves.
      if (from.first == catalog::triggers || from.first == catalog::constraints || indexes_.contains(from)) {
        const std::set<ObjectId>& below = tables_.descendants(to);
        needs[from].insert(below.begin(), below.end());
      }
    }
    return needs;
  }

  void takePartsApart() {
    const Needs all = needs();
    const auto groups = circles(all);
    std::set<ObjectId> found;
    for (const Dependency& dependency : dependencies_) {
      const auto part = parts_.find(dependency.from);
      if (part == parts_.end()) continue;
      const ObjectId to = entryOf(dependency.to);
      const auto own = groups.find(part->second);
      const auto other = groups.find(to);
      if (to == part->second || own == groups.end() || other == groups.end() || own->second != other->second) continue;
      found.insert(dependency.from);
    }
    for (const ObjectId& id : found) {
      parts_.erase(id);
      nodes_.insert(id);
      apart_.insert(id);
    }
  }

  void makeDomains() {
    std::map<ObjectId, std::string> inside;
    for (const DomainConstraint& constraint : domainConstraints_) {
      const ObjectId domain{catalog::types, constraint.domain};
      if (!apart_.contains(constraint.id)) {
        inside[domain] += fmt::format("\n    CONSTRAINT {} {}", constraint.name, constraint.definition);
        continue;
      }
      entries_.push_back({.id = constraint.id,
                          .place = {.stage = stageOf("type"),
                                    .group = constraint.domainName,
                                    .inGroup = "2 constraint " + constraint.name},
                          .sql = fmt::format("ALTER DOMAIN {}\n    ADD CONSTRAINT {} {};", constraint.domainName,
                                             constraint.name, constraint.definition),
                          .needs = {domain}});
    }
    for (DumpEntry& entry : entries_) {
      if (entry.id.first == catalog::types && !entry.sql.ends_with(';')) entry.sql += inside[entry.id] + ";";
    }
  }

  void breakCircles() {
    const Needs all = needs();
    const auto groups = circles(all);
    std::map<ObjectId, std::string> outlines;
    if (!groups.empty()) {
      const Rows rows = read(dumpOutlines);
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const ObjectId id{rows.integer(row, 0), rows.integer(row, 1)};
        if (rows.at(row, 2) && groups.contains(id)) outlines.emplace(id, rows.text(row, 2));
      }
    }
    std::vector<DumpEntry> standIns;
    for (DumpEntry& entry : entries_) {
      const auto own = groups.find(entry.id);
      const auto wanted = all.find(entry.id);
      if (wanted != all.end()) {
        for (const ObjectId& need : wanted->second) {
          const auto other = groups.find(need);
          const bool circle = own != groups.end() && other != groups.end() && own->second == other->second;
          entry.needs.insert(circle && outlines.contains(need) ? outlineOf(need) : need);
        }
      }
      const auto outline = outlines.find(entry.id);
      if (outline == outlines.end()) continue;
      constexpr std::string_view makeView = "CREATE VIEW ";
      if (entry.sql.starts_with(makeView)) entry.sql.replace(0, makeView.size(), "CREATE OR REPLACE VIEW ");
      DumpEntry standIn{.id = outlineOf(entry.id), .place = entry.place, .sql = outline->second, .needs = {}};
      // It needs the types of its columns; that much is true of the whole too, apart from the circle.
      for (const ObjectId& need : entry.needs) {
        const auto other = groups.find(need);
        if (need.first > 0 && (other == groups.end() || other->second != own->second)) standIn.needs.insert(need);
      }
      standIn.place.inGroup = "";
      entry.needs.insert(standIn.id);
      standIns.push_back(std::move(standIn));
    }
    for (DumpEntry& standIn : standIns) entries_.push_back(std::move(standIn));
  }

  /// Puts orders about an object with it; what is about no entry (made in this very moment, left out) is dropped.
  void attach(const ObjectId& about, const std::string& inGroup, std::string sql) {
    const ObjectId target = entryOf(about);
    const auto place = places_.find(target);
    if (place == places_.end()) return;
    entries_.push_back({.id = fresh(),
                        .place = {.stage = place->second.stage, .group = place->second.group, .inGroup = inGroup},
                        .sql = std::move(sql),
                        .needs = {target}});
  }

  void addAttachments() {
    for (const std::string& query : dumpAttachmentQueries()) {
      const Rows rows = read(query);
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (!rows.at(row, 2) || rows.text(row, 3).empty()) continue;
        attach({rows.integer(row, 0), rows.integer(row, 1)}, rows.text(row, 2), rows.text(row, 3));
      }
    }
  }

  void addGrants() {
    for (const DumpGrants& grants : readGrants(pinned_, version_)) {
      if (places_.contains(entryOf(grants.id))) {
        attach(grants.id, "9 grants " + grants.object, fmt::format("{}", fmt::join(grants.orders, "\n")));
        continue;
      }
      std::vector<std::string> orders = grants.orders;
      const bool database = grants.object.find("%I") != std::string::npos;
      if (database) std::ranges::transform(orders, orders.begin(), toThisDatabase);
      entries_.push_back({.id = fresh(),
                          .place = {.stage = stageOf(grants.defaults ? "default privileges"
                                                     : database      ? "database"
                                                                     : "access"),
                                    .group = grants.object,
                                    .inGroup = "9"},
                          .sql = fmt::format("{}", fmt::join(orders, "\n")),
                          .needs = {}});
    }
  }

  PinnedSettings& pinned_;
  int version_;
  DumpTables tables_;
  std::map<ObjectId, ObjectId> parts_;   ///< what stands in the statement of something else
  std::map<ObjectId, ObjectId> inside_;  ///< what comes with something else
  std::set<ObjectId> apart_;             ///< parts that have got statements of their own
  std::set<ObjectId> nodes_;             ///< what has statements of its own
  std::set<ObjectId> indexes_;
  std::vector<Dependency> dependencies_;
  std::vector<DomainConstraint> domainConstraints_;
  std::vector<DumpEntry> entries_;
  std::map<ObjectId, Place> places_;
  std::map<std::string, std::string> fillings_;
  std::int64_t fresh_ = 0;
};

}  // namespace

std::string dumpSchema(Session& session) {
  PinnedSettings pinned(session);
  std::string text = SchemaDump(pinned, session.serverVersion()).text();
  pinned.release();
  return text;
}

}  // namespace hotswap::db::postgres
