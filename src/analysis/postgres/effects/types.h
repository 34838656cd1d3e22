#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>

#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

/// The type that a script names, as the server stores it; serial types as the integers they stand for.
TypeUse typeOf(const PgQuery__TypeName& name, const KnownSchema& schema);

/// The domain that a type is, or nothing.
const Type* domainOf(const TypeUse& type, const KnownSchema& schema);
/// A value of the type has to be checked: the type is a domain with constraints, itself or by what it is over.
bool hasConstraints(const TypeUse& type, const KnownSchema& schema);
/// A column of this type holds values of that domain, by itself, in arrays, composite types or other domains.
bool contains(const TypeUse& type, const Type& domain, const KnownSchema& schema);

/// Whether values of one type are stored as they are when they become another: the conversion only changes labels, and
/// the table needn't be written anew. `modifier` of `from` is as pg_attribute has it.
/// Source: the server's ATColumnChangeRequiresRewrite with the support functions of the length coercions, measured.
bool keepsStorage(TypeUse from, const TypeUse& to, const KnownSchema& schema);

/// What indexes of a column of this type compare with: equal for types that share the default operator class.
std::string indexFamily(const TypeUse& type, const KnownSchema& schema);

/// What the server calls the multirange type of a range type.
std::string multirangeName(const std::string& range);

/// Whether the session's time zone is UTC, so that timestamps with and without time zone are stored alike.
bool isUtc(const std::string& timeZone);

}  // namespace hotswap::analysis::postgres
