#pragma once
#include <string>

#include "db/engine.h"

namespace hotswap::db::postgres {

/// A name for an open transaction that still means this transaction, and no other, after a crash or a fail-over.
///
/// The number of a transaction alone is not enough: it is remembered by a crash only once something with that number
/// has reached the disk, and until then a restarted server gives the same number to somebody else, whose commit would
/// be taken for ours. So a record with the number is written to the log (`logPosition`), and the log must be flushed up
/// to there before the name is used. A promoted standby may have missed that record; it has another timeline, which is
/// therefore part of the name.
struct TransactionIdentity {
  std::string name;         ///< `<number>@<timeline>`
  std::string logPosition;  ///< of a record of that transaction, as PostgreSQL writes them (`0/16B3748`)
};

/// Names the transaction open on `session`.
TransactionIdentity identify(Session& session);

/// Makes the server flush its log up to `logPosition`, over a session of its own with no open transaction: committing
/// anything flushes all that came before it. Throws SqlError where it can't.
void flushLog(Session& session, const std::string& logPosition);

/// What became of the transaction of that name; Unknown where the server can't know or `name` is none.
TransactionOutcome outcomeOf(Session& session, const std::string& name);

}  // namespace hotswap::db::postgres
