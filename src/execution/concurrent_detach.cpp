#include "execution/concurrent_detach.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hotswap::execution {

namespace {

constexpr std::string_view evidenceHeader = "partition before:\n";

std::string quoted(const std::string& schema, const std::string& name) {
  return db::quoteIdentifier(schema) + "." + db::quoteIdentifier(name);
}

/// Nothing where there was no partition.
std::optional<db::Partition> fromDetachEvidence(std::string_view evidence) {
  if (!evidence.starts_with(evidenceHeader)) {
    throw Error(ErrorCode::InternalError, "The journal's evidence of a concurrent detach can't be read.");
  }
  auto texts = db::SchemaListing::fromText(evidence.substr(evidenceHeader.size())).definitions;
  if (texts.empty()) return std::nullopt;
  db::Partition partition{.schema = texts["schema"],
                          .name = texts["name"],
                          .parentSchema = texts["parent schema"],
                          .parent = texts["parent"],
                          .bound = texts["bound"],
                          .detaching = texts["detaching"] == "yes",
                          .checks = {}};
  for (const auto& [key, value] : texts) {
    if (key.starts_with("check ")) partition.checks.push_back(value);
  }
  return partition;
}

std::optional<db::Partition> lookUp(const db::Engine& engine, db::Session& session, const db::Partition& was) {
  return engine.catalog().partition(session, was.schema, was.name);
}

std::string alterParent(const db::Partition& partition) {
  return "alter table " + quoted(partition.parentSchema, partition.parent);
}

std::string finalizeStatement(const db::Partition& partition) {
  return fmt::format("{} detach partition {} finalize", alterParent(partition),
                     quoted(partition.schema, partition.name));
}

std::string attachStatement(const db::Partition& partition) {
  return fmt::format("{} attach partition {} {}", alterParent(partition), quoted(partition.schema, partition.name),
                     partition.bound);
}

bool isHalfDetached(const std::optional<db::Partition>& now, const db::Partition& was) {
  return now && now->detaching && now->parentSchema == was.parentSchema && now->parent == was.parent;
}

/// Ends the detach, attaches again, and takes away the constraints that the detach had made in proof of the bound.
void attachInOneTransaction(const db::Engine& engine, db::Session& session, const db::Partition& was) {
  session.begin();
  session.execute(finalizeStatement(was));
  session.execute(attachStatement(was));
  const auto now = lookUp(engine, session, was);
  for (const std::string& check : now ? now->checks : std::vector<std::string>{}) {
    if (std::ranges::find(was.checks, check) != was.checks.end()) continue;
    session.execute(
        fmt::format("alter table {} drop constraint {}", quoted(was.schema, was.name), db::quoteIdentifier(check)));
  }
  if (lookUp(engine, session, was) != was) {
    throw db::SqlError({.kind = db::SqlErrorKind::Other,
                        .message = fmt::format("the partition {} would not be as it was before", was.name)},
                       {});
  }
  session.commit();
}

bool isOfLocks(const db::SqlError& error) {
  return error.kind() == db::SqlErrorKind::LockTimeout || error.kind() == db::SqlErrorKind::Deadlock ||
         error.kind() == db::SqlErrorKind::Serialization;
}

/// Nothing where it is done, otherwise why not.
std::optional<db::SqlError> tryOnce(const db::Engine& engine, db::Session& session, const db::Partition& was) {
  try {
    attachInOneTransaction(engine, session, was);
    return std::nullopt;
  } catch (const db::SqlError& error) {
    if (!session.usable()) throw;
    if (session.inTransaction()) session.rollback();
    return error;
  }
}

std::string remarkOn(const db::Partition& was, const db::SqlError& error) {
  return fmt::format(
      "The detach of {}.{} from {}.{} was broken off half-way and its rows are not seen through {} now; it could not "
      "be "
      "attached again ({}); do it with: {}; {}",
      was.schema, was.name, was.parentSchema, was.parent, was.parent, error.what(), finalizeStatement(was),
      attachStatement(was));
}

}  // namespace

std::string detachEvidence(const db::Engine& engine, db::Session& session, const db::ConcurrentDetach& detach) {
  db::SchemaListing texts;
  if (const auto partition = engine.catalog().partition(session, detach.schema, detach.partition)) {
    texts.definitions = {
        {"schema", partition->schema}, {"name", partition->name},   {"parent schema", partition->parentSchema},
        {"parent", partition->parent}, {"bound", partition->bound}, {"detaching", partition->detaching ? "yes" : "no"}};
    // Numbered, so that they come back in their order.
    for (std::size_t i = 0; i < partition->checks.size(); ++i) {
      texts.definitions.emplace(fmt::format("check {:06}", i), partition->checks[i]);
    }
  }
  return std::string(evidenceHeader) + texts.text();
}

bool isDetached(const db::Engine& engine, db::Session& session, const std::string& evidence) {
  const auto was = fromDetachEvidence(evidence);
  return was && !lookUp(engine, session, *was);
}

AttachedAgain attachAgain(const db::Engine& engine, db::Session& session, Clock& clock, const std::string& evidence,
                          const CleanUpLimits& limits) {
  const auto was = fromDetachEvidence(evidence);
  if (!was || was->detaching) return {};
  const std::stop_token never;
  const auto deadline = clock.steadyNow() + limits.patience;
  engine.setLimits(session, {.lock = limits.lockTimeout});
  while (isHalfDetached(lookUp(engine, session, *was), *was)) {
    const auto error = tryOnce(engine, session, *was);
    if (!error) return {.attached = true, .remark = {}};
    if (!isOfLocks(*error) || clock.steadyNow() >= deadline)
      return {.attached = false, .remark = remarkOn(*was, *error)};
    clock.waitFor(limits.pause, never);
  }
  return {};
}

}  // namespace hotswap::execution
