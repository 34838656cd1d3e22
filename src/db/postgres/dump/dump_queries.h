#pragma once
#include <string>
#include <vector>

/// The queries that a schema dump is made of, written for sessions pinned by PinnedSettings: with a search path of
/// pg_catalog alone every name of the user's prints with its schema. Fixed in number, whatever the size of the schema.
///
/// Where nothing else is said, their rows are
///   catalog and number of the object · stage (a name of `stages`) · group · place in the group · statements
/// and statements that are NULL (dropped by somebody else in this very moment) are passed over.
namespace hotswap::db::postgres {

/// Schemas, extensions, access methods, languages, foreign servers.
std::vector<std::string> dumpFoundationQueries(int serverVersion);
/// Types without their domain constraints, casts, collations, conversions.
std::vector<std::string> dumpTypeQueries(int serverVersion);
/// Functions, procedures, aggregates.
std::vector<std::string> dumpRoutineQueries();
std::vector<std::string> dumpOperatorQueries();
std::vector<std::string> dumpTextSearchQueries();
/// Sequences, views, indexes, triggers, rules, policies, statistics: what hangs on tables and is a statement of its
/// own.
std::vector<std::string> dumpRelationQueries();
/// Publications, settings of the database, event triggers; what is left out.
std::vector<std::string> dumpDatabaseQueries(int serverVersion);

/// Rows that are told about an object: catalog, number, place in its group, statements.
std::vector<std::string> dumpAttachmentQueries();
/// Rights: catalog, number, object as GRANT names it, owner, list of columns or NULL, what to do (`grant`, `revoke`,
/// `default`: of ALTER DEFAULT PRIVILEGES, whose object is the beginning of that statement), grantor, grantee, with
/// grant option, privileges.
std::vector<std::string> dumpGrantQueries(int serverVersion);

/// Parts of tables, read as data because a table's statement depends on all of them; columns as read in
/// dump_tables.cpp.
extern const char* const dumpTables;
std::string dumpColumns();
extern const char* const dumpConstraints;
extern const char* const dumpDomainConstraints;
/// The options in which `q`, a row of pg_sequence, differs from what CREATE SEQUENCE makes by itself: a list of
/// expressions for concat_ws.
extern const char* const dumpSequenceOptions;
/// What stands for a view or a type until it can be made, where it takes part in a circle: catalog, number, statement.
extern const char* const dumpOutlines;
/// catalog, number, catalog and number of what it depends on, kind of dependency.
extern const char* const dumpDependencies;

/// The beginning of every query: `member` (belongs to an extension), `schema_` (the user's schemas), `own` (the tables
/// in which HotSwap keeps the history of the schema's versions, which are in no dump), `relation` (the user's, with the
/// quoted name), `keeper` (the owner of the database, whose objects are made without an owner being named).
inline constexpr const char* dumpPrelude = R"(
with member as materialized (
  select classid, objid from pg_depend where deptype = 'e' and refclassid = 'pg_extension'::regclass),
schema_ as materialized (
  select oid, quote_ident(nspname) as name, nspowner, nspacl
  from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
own as materialized (
  select c.oid from pg_class c join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
  where c.relname in ('schema_version', 'schema_version_log') and c.relkind in ('r', 'p') and d.description like 'HotSwap%'),
relation as materialized (
  select c.*, s.name || '.' || quote_ident(c.relname) as name
  from pg_class c join schema_ s on s.oid = c.relnamespace
  where not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
    and not exists (select from own where own.oid = c.oid)
    and not exists (select from pg_depend d join own on own.oid = d.refobjid where c.relkind = 'S' and d.classid = 'pg_class'::regclass
                    and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))),
keeper as materialized (select datdba as oid from pg_database where datname = current_database())
)";

}  // namespace hotswap::db::postgres
