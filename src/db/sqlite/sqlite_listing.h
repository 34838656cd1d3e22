#pragma once
#include <string_view>

#include "db/catalog.h"
#include "db/sqlite/sqlite_schema.h"

namespace hotswap::db::sqlite {

/// The listing of a schema, with the keys that SqliteCatalog names.
SchemaListing listingOf(const Schema& schema);

/// `primary key`, `unique`, `check`, `foreign key`.
std::string_view kindName(ConstraintText::Kind kind);

}  // namespace hotswap::db::sqlite
