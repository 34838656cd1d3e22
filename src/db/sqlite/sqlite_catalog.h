#pragma once
#include <optional>
#include <string>
#include <vector>

#include "db/catalog.h"

namespace hotswap::db::sqlite {

/// What is in an SQLite database: its own file (schema `main`), without temporary objects and attached files.
///
/// Keys of the listing: `table orders`, `column orders.note`, `primary key orders`, `unique orders (a, b)`,
/// `check orders (a > 0)`, `foreign key orders (a) to customers`, `index by_note`, `view v`, `trigger t`. SQLite keeps
/// a schema as text: definitions are that text in normal form, with constraints taken from where they were written to
/// where they belong, so that a column added later equals one that was there from the start.
///
/// Sizes are unknown (0); rows are what ANALYZE has last counted, 0 where it never has.
class SqliteCatalog final : public Catalog {
 public:
  SchemaListing listing(Session& session) const override;
  [[nodiscard]] std::string dump(Session& session) const override;
  std::vector<Table> tables(Session& session) const override;
  std::vector<Index> indexes(Session& session) const override;
  std::vector<Constraint> constraints(Session& session) const override;
  std::string schemaOf(Session& session, const std::string& relation) const override;
  std::optional<bool> exists(Session& session, const ObjectReference& object) const override;
  std::string defaultSchema(Session& session) const override;
};

}  // namespace hotswap::db::sqlite
