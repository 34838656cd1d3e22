#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/catalog.h"
#include "db/engine.h"

namespace hotswap::execution {

/// An index as far as its life around a concurrent build goes.
struct IndexState {
  std::string schema;
  std::string name;
  bool valid = true;
  friend bool operator==(const IndexState&, const IndexState&) = default;
};

/// The indexes that a build could be taken for having made or dropped: those of its name; for an unnamed CREATE those
/// of its table; for REINDEX all that are invalid. A build without a schema has those of every schema: see `placed`.
/// Pure.
std::vector<IndexState> indexesOfInterest(const db::ConcurrentBuild& build, const std::vector<db::Index>& indexes);

/// What a build that did not end well has left, given the indexes of interest from before it and all of now: invalid
/// indexes that were not there before; for DROP the index that was valid and is not any more. Pure.
std::vector<IndexState> leftovers(const db::ConcurrentBuild& build, const std::vector<IndexState>& before,
                                  const std::vector<db::Index>& now);

/// Whether the build has been done, by the same comparison. `forgiving`: the statement says IF NOT EXISTS or IF EXISTS,
/// so that it is also done where there was nothing to do. Pure.
bool isDone(const db::ConcurrentBuild& build, bool forgiving, const std::vector<IndexState>& before,
            const std::vector<db::Index>& now);

/// The build with the schema that the session's search path gives it, so that nobody else's index of the same name is
/// taken for its own; nothing where what it names is not there. The second reads it from evidence, for sessions with
/// another search path. A build of a whole database has none and needs none.
std::optional<db::ConcurrentBuild> placed(const db::Engine& engine, db::Session& session,
                                          const db::ConcurrentBuild& build);
std::optional<db::ConcurrentBuild> placed(const db::ConcurrentBuild& build, std::string_view evidence);

/// The indexes of interest as a text for the journal, with the schema that `placed` found, and back. `fromEvidence`
/// throws Error (InternalError) for anything else.
std::string toEvidence(const std::vector<IndexState>& indexes, std::string_view schema = {});
std::vector<IndexState> fromEvidence(std::string_view text);

/// All indexes that `leftovers` and `isDone` are asked about, those that the engine keeps by itself included. Throws
/// SqlError.
std::vector<db::Index> allIndexes(const db::Engine& engine, db::Session& session);

/// `drop index concurrently if exists "s"."i"`
std::string dropStatement(const IndexState& index);

/// How the clean-up is bounded: each try waits for a lock up to `lockTimeout`, all together last up to `patience`.
struct CleanUpLimits {
  Milliseconds lockTimeout{1000};
  Milliseconds pause{200};
  Milliseconds patience{20'000};
};

/// Drops the leftovers of a build without ever standing in the way of reads or writes, and returns those that could not
/// be dropped for now. Looks again before each try that what it drops is still invalid, and calls `dropped` for each
/// that it has dropped. Throws SqlError where the connection is lost, or the server refuses for another reason than a
/// lock.
std::vector<IndexState> removeLeftovers(const db::Engine& engine, db::Session& session, Clock& clock,
                                        const db::ConcurrentBuild& build, const std::vector<IndexState>& before,
                                        const CleanUpLimits& limits,
                                        const std::function<void(const IndexState&)>& dropped = {});

}  // namespace hotswap::execution
