#pragma once
#include <optional>
#include <string>
#include <vector>

#include "db/catalog.h"

namespace hotswap::db::postgres {

/// What is in a PostgreSQL database (12 and later), from pg_catalog. Works inside an open transaction, whose own
/// changes it then sees, and leaves the session's settings as they were. Stateless, safe from any thread.
class PostgresCatalog final : public Catalog {
 public:
  SchemaListing listing(Session& session) const override;
  [[nodiscard]] std::string dump(Session& session) const override;
  std::vector<Table> tables(Session& session) const override;
  std::vector<Index> indexes(Session& session) const override;
  std::vector<Index> indexesOf(Session& session, const std::vector<std::string>& tables) const override;
  std::vector<Index> hiddenInvalidIndexes(Session& session) const override;
  std::vector<Constraint> constraints(Session& session) const override;
  std::optional<Partition> partition(Session& session, const std::string& schema,
                                     const std::string& name) const override;
  std::string schemaOf(Session& session, const std::string& relation) const override;
  std::optional<bool> exists(Session& session, const ObjectReference& object) const override;
  std::vector<RowChanges> rowChanges(Session& session) const override;
  std::vector<std::string> emptiedBesides(Session& session, const Statement& statement) const override;
  std::string defaultSchema(Session& session) const override;
};

}  // namespace hotswap::db::postgres
