#pragma once
#include <string>

#include "db/session.h"

namespace hotswap::db::postgres {

/// The schema of a PostgreSQL database (12 and later) as a script; see Catalog::dump for what that promises. A fixed
/// number of statements, whatever the size of the schema; time and memory grow with it.
///
/// Objects are told in the order of a page (schemas, types, functions, tables …), each with what belongs to it, but
/// none before what it needs: a topological sort whose ties are broken by name. Where objects need each other in a
/// circle, defaults and checks get statements of their own, types a shell, views a stand-in of the same columns.
///
/// An owner is only named where it is another than the database's, so that who runs the script in a database of their
/// own owns what it makes. Members of extensions are left out, and so are the tables in which HotSwap keeps the history
/// of the schema's versions. What a script can't make or may not show (invalid indexes, subscriptions, user mappings,
/// secrets) is named in lines `-- not included: …`.
/// Throws SqlError.
std::string dumpSchema(Session& session);

}  // namespace hotswap::db::postgres
