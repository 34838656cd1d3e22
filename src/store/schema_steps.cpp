#include "store/schema.h"

// Types: times are BIGINT milliseconds since the epoch, yes and no are INTEGER 1 and 0, JSON is TEXT. Sequence numbers
// are given inside of the writing transaction, because the two databases have no common way to generate them. Scripts
// and other texts of megabytes stand in tables of their own, so that lists and frequent updates don't touch them.
namespace hotswap::store {

namespace {

std::vector<std::string> firstVersion() {
  return {
      R"(CREATE TABLE databases (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        description TEXT NOT NULL,
        type TEXT NOT NULL,
        environment TEXT NOT NULL,
        sealed_connection TEXT NOT NULL,
        health TEXT NOT NULL,
        config TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        version BIGINT NOT NULL))",
      R"(CREATE TABLE replicas (
        database_id TEXT NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        id TEXT NOT NULL,
        sealed_connection TEXT NOT NULL,
        role TEXT NOT NULL,
        traffic_weight DOUBLE PRECISION NOT NULL,
        PRIMARY KEY (database_id, ordinal),
        UNIQUE (database_id, id)))",

      R"(CREATE TABLE migrations (
        id TEXT NOT NULL PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        strategy TEXT,
        status TEXT NOT NULL,
        risk_level TEXT NOT NULL,
        estimated_seconds DOUBLE PRECISION,
        checksum TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        version BIGINT NOT NULL,
        UNIQUE (database_id, name)))",
      "CREATE INDEX migrations_by_time ON migrations (created_at, id)",
      "CREATE INDEX migrations_by_status ON migrations (status, created_at, id)",
      "CREATE INDEX migrations_by_database ON migrations (database_id, created_at, id)",
      "CREATE INDEX migrations_by_name ON migrations (name)",
      R"(CREATE TABLE migration_scripts (
        migration_id TEXT NOT NULL PRIMARY KEY REFERENCES migrations (id) ON DELETE CASCADE,
        migration_script TEXT NOT NULL,
        rollback_script TEXT))",
      R"(CREATE TABLE migration_tags (
        migration_id TEXT NOT NULL REFERENCES migrations (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (migration_id, ordinal)))",
      "CREATE INDEX migration_tags_by_tag ON migration_tags (tag, migration_id)",
      R"(CREATE TABLE migration_dependencies (
        migration_id TEXT NOT NULL REFERENCES migrations (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        depends_on TEXT NOT NULL REFERENCES migrations (id),
        PRIMARY KEY (migration_id, ordinal)))",
      "CREATE INDEX migration_dependencies_back ON migration_dependencies (depends_on)",

      R"(CREATE TABLE executions (
        id TEXT NOT NULL PRIMARY KEY,
        migration_id TEXT NOT NULL REFERENCES migrations (id) ON DELETE CASCADE,
        database_id TEXT NOT NULL,
        options TEXT NOT NULL,
        status TEXT NOT NULL,
        phases TEXT NOT NULL,
        current_phase TEXT NOT NULL,
        progress DOUBLE PRECISION NOT NULL,
        target_instance TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        started_at BIGINT,
        completed_at BIGINT,
        rows_affected BIGINT NOT NULL,
        baseline TEXT,
        performance TEXT,
        error_message TEXT NOT NULL,
        rollback_record TEXT,
        initiated_by TEXT NOT NULL,
        owner TEXT NOT NULL,
        cancel_reason TEXT))",
      "CREATE INDEX executions_by_time ON executions (created_at, id)",
      "CREATE INDEX executions_by_status ON executions (status, created_at, id)",
      "CREATE INDEX executions_by_migration ON executions (migration_id, created_at, id)",
      "CREATE INDEX executions_by_database ON executions (database_id, created_at, id)",
      R"(CREATE TABLE execution_scripts (
        execution_id TEXT NOT NULL PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
        migration_script TEXT NOT NULL,
        rollback_script TEXT))",
      R"(CREATE TABLE execution_captures (
        execution_id TEXT NOT NULL PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
        schema_before TEXT NOT NULL,
        baseline_queries TEXT NOT NULL))",
      R"(CREATE TABLE steps (
        execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
        sequence INTEGER NOT NULL,
        kind TEXT NOT NULL,
        instance TEXT NOT NULL,
        unit INTEGER NOT NULL,
        state TEXT NOT NULL,
        evidence TEXT NOT NULL,
        outcome TEXT NOT NULL,
        started_at BIGINT NOT NULL,
        finished_at BIGINT,
        PRIMARY KEY (execution_id, sequence)))",
      R"(CREATE TABLE execution_log (
        execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
        sequence BIGINT NOT NULL,
        logged_at BIGINT NOT NULL,
        level TEXT NOT NULL,
        message TEXT NOT NULL,
        sql_statement TEXT NOT NULL,
        instance TEXT NOT NULL,
        duration_ms BIGINT,
        rows_affected BIGINT,
        PRIMARY KEY (execution_id, sequence)))",
      R"(CREATE TABLE snapshots (
        execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
        sequence BIGINT NOT NULL,
        instance TEXT NOT NULL,
        taken_at BIGINT NOT NULL,
        metrics TEXT NOT NULL,
        PRIMARY KEY (execution_id, sequence)))",
      "CREATE INDEX snapshots_of_execution ON snapshots (execution_id, taken_at)",
      "CREATE INDEX snapshots_by_time ON snapshots (taken_at)",

      R"(CREATE TABLE users (
        id TEXT NOT NULL PRIMARY KEY,
        username TEXT NOT NULL,
        username_lower TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        disabled INTEGER NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL))",

      R"(CREATE TABLE audit (
        sequence BIGINT NOT NULL PRIMARY KEY,
        occurred_at BIGINT NOT NULL,
        user_name TEXT NOT NULL,
        address TEXT NOT NULL,
        event TEXT NOT NULL,
        object_id TEXT NOT NULL,
        details TEXT NOT NULL,
        trace_id TEXT NOT NULL))",
      "CREATE INDEX audit_by_time ON audit (occurred_at)",
      "CREATE INDEX audit_by_user ON audit (user_name, sequence)",
      "CREATE INDEX audit_by_event ON audit (event, sequence)",
      "CREATE INDEX audit_by_object ON audit (object_id, sequence)",

      "CREATE TABLE store_probe (id INTEGER NOT NULL PRIMARY KEY, touched BIGINT NOT NULL)",
      "INSERT INTO store_probe (id, touched) VALUES (1, 0)",
  };
}

}  // namespace

const std::vector<SchemaStep>& schemaSteps() {
  static const std::vector<SchemaStep> steps{
      {.version = 1, .statements = firstVersion()},
      {.version = 2, .statements = {"ALTER TABLE execution_captures ADD COLUMN schema_after TEXT NOT NULL DEFAULT ''"}},
  };
  return steps;
}

}  // namespace hotswap::store
