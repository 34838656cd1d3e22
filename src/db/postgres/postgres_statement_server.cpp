#include <string>

#include "db/postgres/postgres_statement.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

/// The numbers of lock modes, the server's own (storage/lockdefs.h).
constexpr int accessShare = 1;
constexpr int rowExclusive = 3;
constexpr int shareUpdateExclusive = 4;

void describeLock(const PgQuery__LockStmt& lock, Statement& statement) {
  statement.kind = "LOCK TABLE";
  if (lock.mode == accessShare) {
    statement.lockClass = LockClass::None;
  } else if (lock.mode <= rowExclusive) {
    statement.lockClass = LockClass::Data;
  } else if (lock.mode == shareUpdateExclusive) {
    statement.lockClass = LockClass::Weak;
  }
  for (const auto* table : nodes(lock.n_relations, lock.relations))
    statement.needs.push_back(relation(*table->range_var));
}

void describeSetting(const PgQuery__VariableSetStmt& setting, Statement& statement) {
  const bool resets = setting.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET ||
                      setting.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL;
  statement.kind = resets ? "RESET" : "SET";
  statement.lockClass = LockClass::None;
  const std::string name = toLower(setting.name);
  // The search path may hold "$user", which a change of role changes.
  statement.setsSearchPath = name == "search_path" || name == "role" || name == "session_authorization" ||
                             setting.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL;
}

bool describeSession(const PgQuery__Node& node, Statement& statement) {
  const auto harmless = [&](const char* kind) {
    statement.kind = kind;
    statement.lockClass = LockClass::None;
    return true;
  };
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT: describeSetting(*node.variable_set_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT: return harmless("SHOW");
    case PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT: return harmless("SET CONSTRAINTS");
    case PG_QUERY__NODE__NODE_LISTEN_STMT: return harmless("LISTEN");
    case PG_QUERY__NODE__NODE_UNLISTEN_STMT: return harmless("UNLISTEN");
    case PG_QUERY__NODE__NODE_NOTIFY_STMT: return harmless("NOTIFY");
    case PG_QUERY__NODE__NODE_DEALLOCATE_STMT: return harmless("DEALLOCATE");
    case PG_QUERY__NODE__NODE_CLOSE_PORTAL_STMT: return harmless("CLOSE CURSOR");
    case PG_QUERY__NODE__NODE_FETCH_STMT: return harmless(node.fetch_stmt->ismove != 0 ? "MOVE" : "FETCH");
    case PG_QUERY__NODE__NODE_DISCARD_STMT:
      statement.transactional = node.discard_stmt->target != PG_QUERY__DISCARD_MODE__DISCARD_ALL;
      statement.setsSearchPath = !statement.transactional;
      return harmless("DISCARD");
    case PG_QUERY__NODE__NODE_LOAD_STMT: statement.opaque = true; return harmless("LOAD");
    default: return false;
  }
}

const char* transactionKind(PgQuery__TransactionStmtKind kind) {
  switch (kind) {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN: return "BEGIN";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START: return "START TRANSACTION";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT: return "COMMIT";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_TO: return "ROLLBACK";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_SAVEPOINT: return "SAVEPOINT";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_RELEASE: return "RELEASE";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE: return "PREPARE TRANSACTION";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT_PREPARED: return "COMMIT PREPARED";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_PREPARED: return "ROLLBACK PREPARED";
    default: return "TRANSACTION";
  }
}

/// Databases and tablespaces, which belong to no transaction.
bool describeStorage(const PgQuery__Node& node, Statement& statement) {
  const auto is = [&](const char* kind, bool transactional, bool destructive) {
    statement.kind = kind;
    statement.transactional = transactional;
    statement.destructive = destructive;
    return true;
  };
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATEDB_STMT: return is("CREATE DATABASE", false, false);
    case PG_QUERY__NODE__NODE_DROPDB_STMT: return is("DROP DATABASE", false, true);
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT: {
      const auto& alter = *node.alter_database_stmt;
      const bool moves = option(nodes(alter.n_options, alter.options), "tablespace") != nullptr;
      statement.rewrites = moves;
      return is("ALTER DATABASE", !moves, false);
    }
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_SET_STMT:
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_REFRESH_COLL_STMT: return is("ALTER DATABASE", true, false);
    case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT: return is("CREATE TABLESPACE", false, false);
    case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT: return is("DROP TABLESPACE", false, true);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_SPACE_OPTIONS_STMT: return is("ALTER TABLESPACE", true, false);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_MOVE_ALL_STMT:
      statement.rewrites = true;
      statement.opaque = true;
      return is("ALTER TABLE", true, false);
    case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT: return is("ALTER SYSTEM", false, false);
    default: return false;
  }
}

bool describeRole(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_ROLE_STMT: statement.kind = "CREATE ROLE"; return true;
    case PG_QUERY__NODE__NODE_ALTER_ROLE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_ROLE_SET_STMT: statement.kind = "ALTER ROLE"; return true;
    case PG_QUERY__NODE__NODE_DROP_ROLE_STMT:
      statement.kind = "DROP ROLE";
      statement.destructive = true;
      return true;
    case PG_QUERY__NODE__NODE_GRANT_ROLE_STMT:
      statement.kind = node.grant_role_stmt->is_grant != 0 ? "GRANT ROLE" : "REVOKE ROLE";
      return true;
    default: return false;
  }
}

void describeSubscriptionChange(const PgQuery__AlterSubscriptionStmt& alter, Statement& statement) {
  statement.kind = "ALTER SUBSCRIPTION";
  switch (alter.kind) {
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_REFRESH: statement.transactional = false; break;
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_SET_PUBLICATION:
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_ADD_PUBLICATION:
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_DROP_PUBLICATION:
      // These refresh unless they are told not to.
      statement.transactional = !optionOn(nodes(alter.n_options, alter.options), "refresh", true);
      break;
    default: break;
  }
}

bool describeReplication(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
    case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
      statement.kind =
          node.node_case == PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT ? "CREATE PUBLICATION" : "ALTER PUBLICATION";
      statement.needs =
          tablesIn(node.node_case == PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT ? node.create_publication_stmt->base
                                                                                  : node.alter_publication_stmt->base);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT: {
      const auto options = nodes(node.create_subscription_stmt->n_options, node.create_subscription_stmt->options);
      statement.kind = "CREATE SUBSCRIPTION";
      const bool connects = optionOn(options, "connect", true);
      statement.transactional = !optionOn(options, "create_slot", connects);
      return true;
    }
    case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
      describeSubscriptionChange(*node.alter_subscription_stmt, statement);
      return true;
    case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
      statement.kind = "DROP SUBSCRIPTION";
      statement.transactional = false;
      statement.destructive = true;
      return true;
    default: return false;
  }
}

bool describeForeign(const PgQuery__Node& node, Statement& statement) {
  const auto is = [&](const char* kind) {
    statement.kind = kind;
    return true;
  };
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_FDW_STMT: return is("CREATE FOREIGN DATA WRAPPER");
    case PG_QUERY__NODE__NODE_ALTER_FDW_STMT: return is("ALTER FOREIGN DATA WRAPPER");
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT: return is("CREATE SERVER");
    case PG_QUERY__NODE__NODE_ALTER_FOREIGN_SERVER_STMT: return is("ALTER SERVER");
    case PG_QUERY__NODE__NODE_CREATE_USER_MAPPING_STMT: return is("CREATE USER MAPPING");
    case PG_QUERY__NODE__NODE_ALTER_USER_MAPPING_STMT: return is("ALTER USER MAPPING");
    case PG_QUERY__NODE__NODE_DROP_USER_MAPPING_STMT: statement.destructive = true; return is("DROP USER MAPPING");
    case PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT:
      statement.opaque = true;
      statement.needs.push_back(reference(Kind::Schema, {"", node.import_foreign_schema_stmt->local_schema}));
      return is("IMPORT FOREIGN SCHEMA");
    default: return false;
  }
}

}  // namespace

bool describeServer(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
      statement.kind = transactionKind(node.transaction_stmt->kind);
      statement.transactionControl = true;
      statement.lockClass = LockClass::None;
      return true;
    case PG_QUERY__NODE__NODE_LOCK_STMT: describeLock(*node.lock_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_CHECK_POINT_STMT:
      statement.kind = "CHECKPOINT";
      statement.lockClass = LockClass::Weak;
      return true;
    default: break;
  }
  return describeSession(node, statement) || describeStorage(node, statement) || describeRole(node, statement) ||
         describeReplication(node, statement) || describeForeign(node, statement);
}

}  // namespace hotswap::db::postgres
