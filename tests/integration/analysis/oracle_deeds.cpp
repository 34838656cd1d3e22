#include "integration/analysis/oracle_deeds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <utility>

#include "db/sql_error.h"
#include "support/eventually.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr const char* userRelations = R"(
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_(toast|catalog)' and n.nspname <> 'information_schema')";

void compareSets(std::string_view what, const std::set<std::string>& predicted, const std::set<std::string>& observed,
                 std::vector<std::string>& lines) {
  for (const std::string& each : observed) {
    if (!predicted.contains(each)) lines.push_back(fmt::format("{}: {} is missing", what, each));
  }
  for (const std::string& each : predicted) {
    if (!observed.contains(each)) lines.push_back(fmt::format("{}: {} is too much", what, each));
  }
}

bool isWeak(LockMode mode) { return mode < LockMode::ShareUpdateExclusive; }

}  // namespace

Deeds deedsOf(const Effects& effects) {
  Deeds deeds;
  for (const RelationLock& lock : effects.locks) {
    if (lock.own) continue;
    deeds.locks[lock.object.text()] = lock.mode;
    if (lock.index) deeds.indexes.insert(lock.object.text());
  }
  for (const RelationName& each : effects.rewrites) deeds.rewrites.insert(each.text());
  for (const RelationName& each : effects.scans) deeds.scans.insert(each.text());
  for (const IndexBuild& each : effects.indexBuilds) deeds.builds.insert(each.index.text());
  for (const RelationName& each : effects.lostIndexes) deeds.lostIndexes.insert(each.text());
  for (const DataLoss& each : effects.dataLoss) {
    const std::string name = each.relation.text();
    switch (each.what) {
      case DataLoss::What::Relation: deeds.losses.insert("relation " + name); break;
      case DataLoss::What::Column: deeds.losses.insert("column " + name + "." + each.column); break;
      case DataLoss::What::AllRows:
      case DataLoss::What::SomeRows: deeds.losses.insert("rows " + name); break;
      case DataLoss::What::Values:
        if (each.column.empty()) deeds.losses.insert("values " + name);
        break;
    }
  }
  deeds.transactional = effects.transactional;
  deeds.fails = !effects.failure.empty();
  deeds.failure = effects.failure;
  return deeds;
}

std::vector<std::string> differences(const Deeds& predicted, const Deeds& observed) {
  std::vector<std::string> lines;
  if (observed.fails || predicted.fails) {
    if (!predicted.fails) lines.push_back("fails: " + observed.failure);
    if (!observed.fails) lines.push_back("does not fail, though: " + predicted.failure);
    return lines;
  }
  if (predicted.transactional != observed.transactional)
    lines.push_back(observed.transactional ? "runs in a transaction" : "runs alone");
  for (const auto& [name, mode] : observed.locks) {
    if (observed.sampled && predicted.indexes.contains(name)) continue;
    const auto found = predicted.locks.find(name);
    if (found == predicted.locks.end()) {
      lines.push_back(fmt::format("locks: {} {} is missing", name, toText(mode)));
    } else if (found->second != mode) {
      lines.push_back(fmt::format("locks: {} has {}, not {}", name, toText(mode), toText(found->second)));
    }
  }
  for (const auto& [name, mode] : predicted.locks) {
    if (observed.sampled && predicted.indexes.contains(name)) continue;
    if (!observed.locks.contains(name)) lines.push_back(fmt::format("locks: {} {} is too much", name, toText(mode)));
  }
  compareSets("rewrites", predicted.rewrites, observed.rewrites, lines);
  if (!observed.sampled) compareSets("scans", predicted.scans, observed.scans, lines);
  compareSets("builds", predicted.builds, observed.builds, lines);
  compareSets("lost indexes", predicted.lostIndexes, observed.lostIndexes, lines);
  compareSets("losses", predicted.losses, observed.losses, lines);
  return lines;
}

std::string textOf(const Deeds& deeds) {
  if (deeds.fails) return "fails: " + deeds.failure;
  std::string text;
  for (const auto& [name, mode] : deeds.locks) {
    std::string_view word = toText(mode);
    word.remove_suffix(std::string_view("Lock").size());
    text += fmt::format(" {}={}", name, word);
  }
  const auto add = [&](std::string_view what, const std::set<std::string>& items) {
    if (!items.empty()) text += fmt::format(" | {} {}", what, fmt::join(items, ", "));
  };
  add("rewrites", deeds.rewrites);
  add("scans", deeds.scans);
  add("builds", deeds.builds);
  add("loses", deeds.lostIndexes);
  add("destroys", deeds.losses);
  return text;
}

DeedsObserver::DeedsObserver(db::Session& session) : session_(session), before_(relations()) {}

DeedsObserver::Relations DeedsObserver::relations() {
  Relations found;
  const db::Rows rows = session_.query(
      std::string("select c.oid, n.nspname || '.' || c.relname, c.relkind, coalesce(pg_relation_filenode(c.oid), 0),"
                  " coalesce((select indrelid from pg_index where indexrelid = c.oid), 0),"
                  " case when c.relkind in ('r', 'm', 'i') then pg_relation_size(c.oid) else 0 end, "
                  "greatest(c.reltuples, 0)::bigint") +
      userRelations);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found[rows.integer(row, 0)] = {.name = rows.text(row, 1),
                                   .kind = rows.text(row, 2).front(),
                                   .file = rows.integer(row, 3),
                                   .table = rows.integer(row, 4),
                                   .bytes = rows.integer(row, 5),
                                   .rows = rows.integer(row, 6),
                                   .columns = {}};
  }
  const db::Rows columns = session_.query(
      std::string("select c.oid, a.attnum, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
                  " join pg_namespace n on n.oid = c.relnamespace where a.attnum > 0 and not a.attisdropped"
                  " and c.relkind in ('r', 'p') and n.nspname !~ '^pg_(toast|catalog)' and n.nspname <> "
                  "'information_schema'"));
  for (std::size_t row = 0; row < columns.size(); ++row)
    found[columns.integer(row, 0)].columns[columns.integer(row, 1)] = columns.text(row, 2);
  return found;
}

DeedsObserver::Statistics DeedsObserver::statistics() {
  Statistics found;
  const db::Rows rows = session_.query(
      "select relid, seq_scan, n_tup_upd, n_tup_del, coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables");
  for (std::size_t row = 0; row < rows.size(); ++row)
    found[rows.integer(row, 0)] = {rows.integer(row, 1), rows.integer(row, 2), rows.integer(row, 3),
                                   rows.integer(row, 4)};
  return found;
}

void DeedsObserver::readLocks(db::Session& session, const std::string& pid, Deeds& deeds) {
  const std::array<db::Value, 1> parameters{pid};
  const db::Rows rows = session.query(
      "select relation, mode from pg_locks where locktype = 'relation' and pid = $1 and database = (select oid from "
      "pg_database where datname = current_database())",
      parameters);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto known = before_.find(rows.integer(row, 0));
    const auto mode = fromText<LockMode>(rows.text(row, 1));
    if (known == before_.end() || !mode || known->second.kind == 'c') continue;
    const bool isPart = known->second.kind == 'i' || known->second.kind == 'I' || known->second.kind == 'S';
    if (isPart && isWeak(*mode)) continue;
    const auto [place, isNew] = deeds.locks.emplace(known->second.name, *mode);
    if (!isNew) place->second = std::max(place->second, *mode);
  }
}

void DeedsObserver::compareRelations(const Relations& after, Deeds& deeds) const {
  std::set<std::int64_t> filesBefore;
  std::set<std::int64_t> emptied;
  std::set<std::string> namesAfter;
  for (const auto& [oid, relation] : before_) filesBefore.insert(relation.file);
  for (const auto& [oid, relation] : after) namesAfter.insert(relation.name);
  for (const auto& [oid, relation] : before_) {
    const bool isIndex = relation.kind == 'i' || relation.kind == 'I';
    const auto now = after.find(oid);
    if (now == after.end()) {
      if (relation.kind == 'r' || relation.kind == 'm') deeds.losses.insert("relation " + relation.name);
      if (isIndex && after.contains(relation.table) && !namesAfter.contains(relation.name))
        deeds.lostIndexes.insert(relation.name);
      continue;
    }
    for (const auto& [number, name] : relation.columns) {
      if (!now->second.columns.contains(number)) deeds.losses.insert("column " + relation.name + "." + name);
    }
    if ((relation.kind != 'r' && relation.kind != 'm') || now->second.file == relation.file) continue;
    if (now->second.bytes == 0 && relation.bytes > 0) {
      emptied.insert(oid);
      deeds.emptied.insert(relation.name);
      deeds.losses.insert("rows " + relation.name);
    } else {
      deeds.rewrites.insert(relation.name);
    }
  }
  for (const auto& [oid, relation] : after) {
    if (relation.kind != 'i' || filesBefore.contains(relation.file)) continue;
    if (before_.contains(relation.table) && !emptied.contains(relation.table)) deeds.builds.insert(relation.name);
  }
}

void DeedsObserver::compareStatistics(const Statistics& before, const Statistics& after, Deeds& deeds) const {
  for (const auto& [oid, now] : after) {
    const auto known = before_.find(oid);
    if (known == before_.end()) continue;
    const auto earlier = before.find(oid);
    const Counters then = earlier == before.end() ? Counters{} : earlier->second;
    const std::string& name = known->second.name;
    // Read in full by way of an index is read in full, too.
    const bool full =
        now.scans > then.scans || (known->second.rows > 1 && now.fetched - then.fetched >= known->second.rows);
    const bool emptied = deeds.emptied.contains(name);
    if (full && !emptied && !deeds.rewrites.contains(name)) deeds.scans.insert(name);
    if (now.updated > then.updated) deeds.losses.insert("values " + name);
    if (now.deleted > then.deleted) deeds.losses.insert("rows " + name);
  }
}

Deeds DeedsObserver::runInTransaction(const std::vector<std::string>& settings,
                                      const std::vector<std::string>& statements, const std::function<void()>& look) {
  Deeds deeds;
  session_.begin();
  const Statistics before = statistics();
  for (const std::string& setting : settings) session_.execute("set local " + setting + " = off");
  try {
    for (const std::string& sql : statements) session_.execute(sql);
    for (const std::string& setting : settings) session_.execute("set local " + setting + " = on");
    readLocks(session_, std::to_string(session_.backendId()), deeds);
    compareRelations(relations(), deeds);
    compareStatistics(before, statistics(), deeds);
    look();
  } catch (const db::SqlError& error) {
    deeds.fails = true;
    deeds.failure = error.what();
  }
  session_.rollback();
  return deeds;
}

Deeds DeedsObserver::runAlone(const std::string& sql, const std::string& hold, db::Session& holder,
                              db::Session& watcher, const std::function<void()>& look) {
  Deeds deeds;
  const std::string pid = std::to_string(session_.backendId());
  const std::array<db::Value, 1> parameters{pid};
  holder.begin();
  holder.execute(hold);
  std::atomic<bool> done{false};
  std::jthread runner([&] {
    try {
      session_.execute(sql);
    } catch (const db::SqlError& error) {
      deeds.fails = true;
      deeds.failure = error.what();
    }
    done = true;
  });
  support::eventually([&] {
    return done || watcher.query("select wait_event_type = 'Lock' from pg_stat_activity where pid = $1", parameters)
                       .boolean(0, 0);
  });
  Deeds locks;
  readLocks(watcher, pid, locks);
  holder.rollback();
  while (!done) readLocks(watcher, pid, locks);
  runner.join();
  deeds.locks = locks.locks;
  deeds.sampled = true;
  deeds.transactional = false;
  if (deeds.fails) return deeds;
  compareRelations(relations(), deeds);
  look();
  return deeds;
}

}  // namespace hotswap::analysis::postgres
