#pragma once
#include <map>
#include <string>
#include <vector>

#include "db/postgres/dump/dump_order.h"

namespace hotswap::db::postgres {

/// The line that stands for what a script can't make or may not show: `-- not included: …`. A name in it may hold a
/// line break, behind which a comment would go on as SQL; it is shown as a space.
std::string notIncluded(std::string what);

/// A statement about the database in which it is run, whatever its name: `order` has %I in the name's place and is
/// otherwise written as format() takes it (`%%` for `%`). A comment stays as it is.
std::string toThisDatabase(const std::string& order);

/// The script: what it sets, the statements in their order with a line between groups, the settings put back, then the
/// materialized views (`fillings`: the statement that fills one, by name) filled in the order in which they were made.
std::string dumpScript(const std::vector<DumpEntry>& entries, std::map<std::string, std::string> fillings);

}  // namespace hotswap::db::postgres
