#include "execution/unit_evidence.h"

#include <algorithm>

#include "execution/concurrent_build.h"
#include "execution/concurrent_detach.h"

namespace hotswap::execution {

namespace {

constexpr std::string_view objectsHeader = "objects before:";

/// For each object that the statement makes, then each that it drops: `1` where it is there, `0` where not, `?` where
/// that can't be told.
std::string presence(const db::Engine& engine, db::Session& session, const db::Statement& statement) {
  std::string marks;
  const auto look = [&](const db::ObjectReference& object) {
    const std::optional<bool> there = engine.catalog().exists(session, object);
    marks += !there ? '?' : *there ? '1' : '0';
  };
  std::ranges::for_each(statement.makes, look);
  std::ranges::for_each(statement.drops, look);
  return marks;
}

UnitOutcome compareObjects(const db::Statement& statement, std::string_view before, std::string_view now) {
  if (before.size() != now.size()) return UnitOutcome::Unknown;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const char without = i < statement.makes.size() ? '0' : '1';
    const char with = without == '0' ? '1' : '0';
    if (before[i] != without) continue;  // it was so already, or can't be told: says nothing of the statement
    if (now[i] == with) return UnitOutcome::Done;
    if (now[i] == without) return UnitOutcome::NotDone;
  }
  return UnitOutcome::Unknown;
}

}  // namespace

std::string evidenceBefore(const db::Engine& engine, db::Session& session, const db::Statement& statement) {
  if (statement.concurrentBuild) {
    const auto build = placed(engine, session, *statement.concurrentBuild);
    if (!build) return toEvidence({});
    return toEvidence(indexesOfInterest(*build, allIndexes(engine, session)), build->schema);
  }
  if (statement.concurrentDetach) return detachEvidence(engine, session, *statement.concurrentDetach);
  return std::string(objectsHeader) + presence(engine, session, statement);
}

UnitOutcome compareWithEvidence(const db::Engine& engine, db::Session& session, const db::Statement& statement,
                                const std::string& evidence) {
  if (evidence.empty()) return UnitOutcome::NotDone;
  if (statement.concurrentBuild) {
    const auto& objects =
        statement.concurrentBuild->kind == db::ConcurrentBuild::Kind::Drop ? statement.drops : statement.makes;
    const bool forgiving = !objects.empty() && objects.front().ifExists;
    const auto build = placed(*statement.concurrentBuild, evidence);
    if (!build) {
      // What it works on was not there when it was begun.
      if (statement.concurrentBuild->kind != db::ConcurrentBuild::Kind::Drop) return UnitOutcome::Unknown;
      return forgiving ? UnitOutcome::Done : UnitOutcome::NotDone;
    }
    const bool done = isDone(*build, forgiving, fromEvidence(evidence), allIndexes(engine, session));
    return done ? UnitOutcome::Done : UnitOutcome::NotDone;
  }
  if (statement.concurrentDetach) {
    return isDetached(engine, session, evidence) ? UnitOutcome::Done : UnitOutcome::NotDone;
  }
  if (!evidence.starts_with(objectsHeader)) return UnitOutcome::Unknown;
  const std::string_view before = std::string_view(evidence).substr(objectsHeader.size());
  return compareObjects(statement, before, presence(engine, session, statement));
}

}  // namespace hotswap::execution
