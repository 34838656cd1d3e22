#pragma once
#include <functional>
#include <string>
#include <vector>

#include "project.h"
#include "versioned/adopt/adopt.h"

namespace hotswap::versioned {

/// A database in which another tool has been at work, on each engine. The tables are those that the tools make, with
/// the types that both engines take.
class Adoption : public testing::TestWithParam<DatabaseType>, public Project {
 protected:
  Adoption() : Project(GetParam()) {}

  void runAll(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) run(statement);
  }
  /// `0001 applied, 0002 baseline`: what was taken over.
  std::string take(ForeignTool tool, const AdoptOptions& options = {}) {
    std::string text;
    for (const Adopted& one : adopt(place(), folder(), tool, options)) {
      text += (text.empty() ? "" : ", ") + one.entry.version + " " + std::string(toText(one.entry.state));
    }
    return text;
  }
  /// The words of the refusal, its details in lines of their own; that there was none, where there was none.
  std::string refusal(ForeignTool tool, const AdoptOptions& options = {}) {
    try {
      take(tool, options);
    } catch (const Error& error) {
      std::string text = error.what();
      for (const ErrorDetail& detail : error.details()) text += "\n" + detail.field + ": " + detail.message;
      return text;
    }
    return "nothing was refused";
  }
  void writeVersions(const std::vector<std::string>& names) const {
    for (const std::string& name : names) write(name + ".up.sql", "create table t" + name + " (id int);");
  }

  void makeFlyway(const std::string& table = "flyway_schema_history") {
    run("create table " + table +
        " (installed_rank int not null primary key, version varchar(50), description varchar(200) not null, type "
        "varchar(20) not null, script varchar(1000) not null, checksum int, installed_by varchar(100) not null, "
        "installed_on timestamp not null default current_timestamp, execution_time int not null, success boolean not "
        "null)");
  }
  /// `version`: as SQL, with its quotes or null.
  void addToFlyway(const std::string& version, const std::string& description, const std::string& type = "SQL",
                   bool success = true, const std::string& table = "flyway_schema_history") {
    const std::string rank = std::to_string(++rank_);
    run("insert into " + table + " values (" + rank + ", " + version + ", '" + description + "', '" + type +
        "', 'script " + rank + "', 7, 'axel', '2024-02-03 04:05:06.789', 42, " + (success ? "true" : "false") + ")");
  }
  void makeDbmate(const std::vector<std::string>& versions) {
    run("create table schema_migrations (version varchar(128) primary key)");
    for (const std::string& version : versions) run("insert into schema_migrations values ('" + version + "')");
  }
  void makeGolangMigrate() {
    run("create table schema_migrations (version bigint not null primary key, dirty boolean not null)");
  }
  /// As Liquibase 4.28 makes it.
  void makeLiquibase() {
    run("create table databasechangelog (id varchar(255) not null, author varchar(255) not null, filename "
        "varchar(255) not null, dateexecuted timestamp not null, orderexecuted int not null, exectype varchar(10) not "
        "null, md5sum varchar(35), description varchar(255), comments varchar(255), tag varchar(255), liquibase "
        "varchar(20), contexts varchar(255), labels varchar(255), deployment_id varchar(10))");
  }
  void addToLiquibase(const std::string& id, const std::string& file, const std::string& outcome = "EXECUTED",
                      const std::string& description = "sql") {
    const std::string rank = std::to_string(++rank_);
    run("insert into databasechangelog values ('" + id + "', 'ada', '" + file + "', '2026-11-21 19:56:5" + rank +
        ".659661', " + rank + ", '" + outcome + "', '9:f89c7e369209a18070cbf8aed548ef90', '" + description +
        "', '', null, '4.28.0', null, null, '5291012587')");
  }
  void makeGoose() {
    const bool isPostgres = GetParam() == DatabaseType::PostgreSQL;
    run(std::string("create table goose_db_version (id ") +
        (isPostgres ? "serial primary key" : "integer primary key autoincrement") +
        ", version_id bigint not null, is_applied boolean not null, tstamp timestamp default current_timestamp)");
    addToGoose(0, true);
  }
  void addToGoose(int version, bool isApplied) {
    run("insert into goose_db_version (version_id, is_applied, tstamp) values (" + std::to_string(version) + ", " +
        (isApplied ? "true" : "false") + ", '2025-06-07 08:09:10')");
  }
  /// The columns that Sqitch 1.3 makes; on an engine without schemas the table stands by itself.
  void makeSqitch() {
    const bool isPostgres = GetParam() == DatabaseType::PostgreSQL;
    if (isPostgres) run("create schema sqitch");
    changes_ = isPostgres ? "sqitch.changes" : "changes";
    run("create table " + changes_ +
        " (change_id text primary key, script_hash text, \"change\" text not null, project text not null, note text "
        "not null default '', committed_at timestamp with time zone not null, committer_name text not null, "
        "committer_email text not null, planned_at timestamp with time zone not null, planner_name text not null, "
        "planner_email text not null, unique (project, script_hash))");
  }
  void addToSqitch(const std::string& change, const std::string& project = "shop") {
    const std::string rank = std::to_string(++rank_);
    run("insert into " + changes_ + " values ('id" + rank + "', 'hash" + rank + "', '" + change + "', '" + project +
        "', 'A note', '2026-11-21 19:56:3" + rank +
        ".332723+00', 'Ada', 'ada@example.com', '2026-11-21 19:56:29+00', "
        "'Ada', 'ada@example.com')");
  }

 private:
  int rank_ = 0;
  std::string changes_;
};

}  // namespace hotswap::versioned
