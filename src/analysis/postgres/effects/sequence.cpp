#include "analysis/postgres/effects/families.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// OWNED BY t.c or OWNED BY NONE.
void own(ObjectId sequence, tree::Nodes options, Simulation& simulation) {
  const auto* owner = tree::option(options, "owned_by");
  if (owner == nullptr) return;
  std::vector<std::string> parts = tree::stringsOf(owner->arg);
  if (parts.size() < 2) {
    simulation.edit(sequence, [](Relation& relation) {
      relation.ownerTable = 0;
      relation.ownerColumn.clear();
    });
    return;
  }
  const std::string column = parts.back();
  parts.pop_back();
  const auto name = tree::qualified(parts);
  const Relation* table = simulation.find(name.schema, name.name);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  simulation.lock(id, LockMode::AccessShare);
  simulation.edit(sequence, [&](Relation& relation) {
    relation.ownerTable = id;
    relation.ownerColumn = column;
  });
}

void createSequence(const PgQuery__CreateSeqStmt& statement, Simulation& simulation) {
  Relation sequence;
  sequence.schema = simulation.schemaFor(*statement.sequence);
  sequence.name = statement.sequence->relname;
  if (simulation.schema.find(sequence.schema, sequence.name) != nullptr) {
    if (statement.if_not_exists == 0) simulation.fail("relation \"" + sequence.name + "\" already exists");
    return;
  }
  sequence.kind = RelationKind::Sequence;
  sequence.persistence = *statement.sequence->relpersistence == '\0' ? 'p' : *statement.sequence->relpersistence;
  sequence.replicaIdentity = 'n';
  const ObjectId id = simulation.make(std::move(sequence));
  own(id, tree::nodes(statement.n_options, statement.options), simulation);
}

void alterSequence(const PgQuery__AlterSeqStmt& statement, Simulation& simulation) {
  const Relation* sequence = simulation.find(*statement.sequence, statement.missing_ok != 0, RelationKind::Sequence);
  if (sequence == nullptr) return;
  const ObjectId id = sequence->id;
  simulation.lock(id, LockMode::ShareRowExclusive);
  own(id, tree::nodes(statement.n_options, statement.options), simulation);
}

}  // namespace

bool playSequence(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT: createSequence(*node.create_seq_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT: alterSequence(*node.alter_seq_stmt, simulation); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
