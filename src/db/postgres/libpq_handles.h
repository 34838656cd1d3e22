#pragma once
#include <libpq-fe.h>

#include <memory>

namespace hotswap::db::postgres {

/// Ends what libpq hands out, so that each handle has one owner.
struct LibpqRelease {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};

using ConnectionHandle = std::unique_ptr<PGconn, LibpqRelease>;
using ResultHandle = std::unique_ptr<PGresult, LibpqRelease>;

}  // namespace hotswap::db::postgres
