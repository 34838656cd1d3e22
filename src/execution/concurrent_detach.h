#pragma once
#include <string>

#include "db/engine.h"
#include "execution/concurrent_build.h"

/// ALTER TABLE … DETACH PARTITION … CONCURRENTLY works in two transactions. Broken off between them, it leaves a
/// partition that still is one, but whose rows are not seen through its parent any more
/// (https://www.postgresql.org/docs/current/sql-altertable.html, DETACH PARTITION).
namespace hotswap::execution {

/// The partition as it is before the detach, as a text for the journal: names with their schemas, bound, constraints.
std::string detachEvidence(const db::Engine& engine, db::Session& session, const db::ConcurrentDetach& detach);

/// Whether what was a partition then is none any more.
bool isDetached(const db::Engine& engine, db::Session& session, const std::string& evidence);

/// What became of a detach that was broken off.
struct AttachedAgain {
  bool attached = false;  ///< it was half done, and the partition is again what it was
  std::string remark;     ///< what is left to do by hand, empty where nothing is
};

/// Where the detach has begun and not ended, ends it and attaches the partition again with its old bound, all in one
/// transaction, so that nobody ever sees it apart: the constraint that the detach has left proves the bound, and no row
/// is read. (There is no other way back from that state.) Ending it has to wait for the transactions that still see the
/// partition: tried within the limits, with pauses in which readers of the partition come through. Leaves alone what
/// had been begun before the evidence was taken. Throws SqlError where the connection is lost, or the server refuses
/// for another reason than a lock.
AttachedAgain attachAgain(const db::Engine& engine, db::Session& session, Clock& clock, const std::string& evidence,
                          const CleanUpLimits& limits);

}  // namespace hotswap::execution
