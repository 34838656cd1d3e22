// Rows that were written are not taken back.
#include "analysis/postgres/inverse/families.h"

namespace hotswap::analysis::postgres {

bool invertData(const PgQuery__Node& statement, WayBack& way) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      way.lose("Rows that it writes, changes or deletes are not known afterwards.");
      return true;
    case PG_QUERY__NODE__NODE_COPY_STMT:
      if (statement.copy_stmt->is_from != 0) way.lose("Rows that it writes are not known afterwards.");
      return true;
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
      // A function that changes something is among the unknown; queries that write are among the losses.
      if (!way.effects.unknown.empty()) way.lose("What the functions change that it calls is not known.");
      return true;
    case PG_QUERY__NODE__NODE_DO_STMT:
    case PG_QUERY__NODE__NODE_CALL_STMT: way.lose("What its code changes is not known."); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
