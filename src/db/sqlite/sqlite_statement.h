#pragma once
#include <string>
#include <string_view>

#include "db/script.h"

namespace hotswap::db::sqlite {

/// What a person would call a statement: `CREATE INDEX`, `INSERT` (also behind WITH), `ROLLBACK TO`, …; its first word
/// where SQLite knows none like it, empty for no statement. Reads only as far as it must.
std::string statementKind(std::string_view sql);

/// Fills everything of `statement` that its text tells; `sql`, offset and position are the caller's. Names that may be
/// missing without harm (the parent of a foreign key, what a view reads) are not among `needs`. A statement of an
/// unknown kind keeps the strictest answers: strong lock, opaque.
void describe(Statement& statement);

// One family of statements each; false where the statement is none of the family.
bool describeCreate(Statement& statement);  ///< CREATE …
bool describeChange(Statement& statement);  ///< ALTER TABLE, DROP …
bool describeOther(Statement& statement);   ///< rows, queries, transactions, settings, maintenance

}  // namespace hotswap::db::sqlite
