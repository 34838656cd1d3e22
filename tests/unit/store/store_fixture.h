#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"
#include "support/manual_clock.h"
#include "support/mirror_sealer.h"
#include "support/temporary_folder.h"

namespace hotswap::store {

/// The code of the error that `work` throws, nothing where it throws none.
template <class Work>
std::optional<ErrorCode> codeOf(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

/// The error that `work` throws.
template <class Work>
Error errorOf(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::InternalError, "");
}

/// Things to store, each valid and with an id of its own.
class Samples {
 public:
  DatabaseTarget database(const std::string& name) {
    DatabaseTarget target;
    target.id = DatabaseId::make(clock, random);
    target.name = name;
    target.masterConnectionString = "host=db password=Gehe1m";
    target.createdAt = clock.now();
    target.updatedAt = clock.now();
    return target;
  }
  Migration migration(const DatabaseId& database, const std::string& name) {
    Migration made;
    made.id = MigrationId::make(clock, random);
    made.name = name;
    made.targetDatabaseId = database;
    made.migrationScript = "SELECT 1";
    made.checksum = checksumOf(made.migrationScript, made.rollbackScript);
    made.createdBy = "ada";
    made.createdAt = clock.now();
    made.updatedAt = clock.now();
    clock.advance(Milliseconds(1));
    return made;
  }
  Execution execution(const Migration& migration) {
    Execution made;
    made.id = ExecutionId::make(clock, random);
    made.migrationId = migration.id;
    made.databaseId = migration.targetDatabaseId;
    made.migrationScript = migration.migrationScript;
    made.rollbackScript = migration.rollbackScript;
    made.createdAt = clock.now();
    made.initiatedBy = "ada";
    clock.advance(Milliseconds(1));
    return made;
  }
  User user(const std::string& name, Role role) {
    User made;
    made.id = UserId::make(clock, random);
    made.username = name;
    made.role = role;
    made.passwordHash = "$argon2id$";
    made.createdAt = clock.now();
    made.updatedAt = clock.now();
    return made;
  }
  Step step(const ExecutionId& execution, StepKind kind = StepKind::Apply) {
    Step made;
    made.executionId = execution;
    made.kind = kind;
    made.instance = "primary";
    made.unit = 0;
    made.startedAt = clock.now();
    return made;
  }

  support::ManualClock clock;
  support::SeededRandom random{7};
};

/// An empty store in a folder of its own.
class StoreTest : public testing::Test, protected Samples {
 protected:
  DatabaseTarget addDatabase(const std::string& name = "shop") {
    DatabaseTarget target = database(name);
    store->databases().add(target);
    return target;
  }
  Migration addMigration(const DatabaseId& target, const std::string& name,
                         MigrationStatus status = MigrationStatus::Draft, std::vector<MigrationId> dependencies = {},
                         std::vector<std::string> tags = {}) {
    Migration made = migration(target, name);
    made.status = status;
    made.dependencies = std::move(dependencies);
    made.tags = std::move(tags);
    store->migrations().add(made);
    return made;
  }
  Execution addExecution(const Migration& of, ExecutionStatus status = ExecutionStatus::Running) {
    Execution made = execution(of);
    made.status = status;
    store->executions().add(made);
    return made;
  }
  void reopen() {
    store.reset();
    store = std::make_unique<Store>(file, sealer, Durability::ProcessDeath);
  }

  support::TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "store.db";
  support::MirrorSealer sealer;
  std::unique_ptr<Store> store = std::make_unique<Store>(file, sealer, Durability::ProcessDeath);
};

}  // namespace hotswap::store
