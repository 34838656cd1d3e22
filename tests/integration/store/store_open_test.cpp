// What the store refuses to open, and in which words; who may open it; what it looks like from outside.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "store/query.h"
#include "store/sqlite.h"
#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

class StoreOpenTest : public StoreTest {
 protected:
  /// Opening must fail as Unavailable with a sentence that names the file and holds `word`.
  void expectRefused(const std::string& word) {
    store.reset();
    const Error error = errorOf([&] { const Store refused(file, sealer); });
    EXPECT_EQ(error.code(), ErrorCode::Unavailable);
    EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
  std::string bytes() const {
    std::ifstream stream(file, std::ios::binary);
    return {(std::istreambuf_iterator<char>(stream)), {}};
  }
  void write(const std::string& content) const { std::ofstream(file, std::ios::binary | std::ios::trunc) << content; }
  mode_t modeOf(const std::string& suffix) const {
    struct stat state {};
    EXPECT_EQ(stat((file.string() + suffix).c_str(), &state), 0) << suffix;
    return state.st_mode & 0777U;
  }
};

/// The exit code of `work` run in a process of its own.
template <class Work>
int exitOf(Work work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(StoreOpenTest, KeepsEverything_WhenItIsClosedAndOpenedAgain) {
  const auto made = addMigration(addDatabase().id, "m");
  reopen();
  EXPECT_EQ(store->migrations().get(made.id).name, "m");
}

TEST_F(StoreOpenTest, MakesFilesThatNobodyElseMayRead) {
  addDatabase();
  for (const char* suffix : {"", ".lock", "-wal", "-shm"}) EXPECT_EQ(modeOf(suffix), 0600U) << suffix;
}

TEST_F(StoreOpenTest, TakesAwayOtherPeoplesAccessToAnExistingFile) {
  store.reset();
  ASSERT_EQ(chmod(file.c_str(), 0664), 0);
  store = std::make_unique<Store>(file, sealer);
  EXPECT_EQ(modeOf(""), 0600U);
}

TEST_F(StoreOpenTest, RefusesASecondProcessAndNamesTheFile) {
  const int code = exitOf([&] {
    try {
      const Store second(file, sealer);
      return 1;
    } catch (const Error& error) {
      const bool named = std::string(error.what()).find(file.string()) != std::string::npos;
      return error.code() == ErrorCode::Unavailable && named ? 42 : 2;
    }
  });
  EXPECT_EQ(code, 42);
  store->check();
}

TEST_F(StoreOpenTest, RefusesASecondOpeningInTheSameProcess) {
  EXPECT_EQ(codeOf([&] { const Store second(file, sealer); }), ErrorCode::Unavailable);
  reopen();
  store->check();
}

TEST_F(StoreOpenTest, RefusesADirectory) {
  store.reset();
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  expectRefused("directory");
}

TEST_F(StoreOpenTest, RefusesADeviceAndAFolderThatIsNotThere) {
  store.reset();
  EXPECT_EQ(codeOf([&] { const Store none(folder.path() / "no" / "where.db", sealer); }), ErrorCode::Unavailable);
  std::filesystem::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  expectRefused("no regular file");
}

TEST_F(StoreOpenTest, RefusesAFileItMayNotOpen) {
  store.reset();
  ASSERT_EQ(chmod(file.c_str(), 0000), 0);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  ASSERT_EQ(chmod((file.string() + ".lock").c_str(), 0666), 0);
  const int code = exitOf([&] {
    // Root may open everything, so this becomes nobody.
    if (geteuid() == 0 && setuid(65534) != 0) return 3;
    std::filesystem::remove(file.string() + ".lock");
    try {
      const Store refused(file, sealer);
      return 1;
    } catch (const Error& error) {
      return error.code() == ErrorCode::Unavailable ? 42 : 2;
    }
  });
  EXPECT_EQ(code, 42);
}

TEST_F(StoreOpenTest, RefusesRandomBytes) {
  store.reset();
  std::string garbage(20'000, '\0');
  random.fill(std::as_writable_bytes(std::span(garbage)));
  write(garbage);
  expectRefused("damaged");
  EXPECT_EQ(bytes(), garbage);
}

TEST_F(StoreOpenTest, RefusesADamagedPage) {
  const auto shop = addDatabase();
  for (int i = 0; i < 200; ++i) addMigration(shop.id, "m" + std::to_string(i));
  store.reset();
  std::string content = bytes();
  ASSERT_GT(content.size(), 100'000U);
  for (std::size_t at = content.size() / 2; at < content.size() / 2 + 20'000; ++at) content[at] = '\x5A';
  write(content);
  expectRefused("damaged");
}

TEST_F(StoreOpenTest, RefusesATruncatedFile) {
  const auto shop = addDatabase();
  for (int i = 0; i < 200; ++i) addMigration(shop.id, "m" + std::to_string(i));
  store.reset();
  write(bytes().substr(0, bytes().size() / 2));
  expectRefused("damaged");
}

TEST_F(StoreOpenTest, RefusesAStoreOfANewerVersion) {
  store.reset();
  {
    const auto session = sqlite::openWriter(file, Durability::ProcessDeath);
    Query(*session, "INSERT INTO store_schema (version, taken_at) VALUES (999, 0)").run();
  }
  expectRefused("newer version");
}

TEST_F(StoreOpenTest, TakesAnEmptyFileForANewStore) {
  store.reset();
  write("");
  store = std::make_unique<Store>(file, sealer);
  EXPECT_EQ(store->users().count(), 0);
}

TEST_F(StoreOpenTest, OpensFilesWithHardNames) {
  for (const std::string name :
       {"with space.db", "key=value.db", "a=b c d=e.db", "quo\"te.db", "ünï;%s?mode=memory.db"}) {
    const std::filesystem::path hard = folder.path() / name;
    { Store(hard, sealer, Durability::ProcessDeath).users().add(user("ada", Role::Admin)); }
    EXPECT_TRUE(std::filesystem::exists(hard)) << name;
    EXPECT_EQ(Store(hard, sealer, Durability::ProcessDeath).users().count(), 1) << name;
  }
}

TEST_F(StoreOpenTest, ChecksItself) {
  store->check();
  store->check();
}

TEST_F(StoreOpenTest, HoldsForeignKeysAndReadOnlyReadersOnEveryConnection) {
  for (const auto& session : {sqlite::openWriter(folder.path() / "store.db", Durability::PowerLoss),
                              sqlite::openReader(folder.path() / "store.db")}) {
    int keys = 0;
    int timeout = 0;
    std::string journal;
    Query(*session, "PRAGMA foreign_keys").into(keys).next();
    Query(*session, "PRAGMA busy_timeout").into(timeout).next();
    Query(*session, "PRAGMA journal_mode").into(journal).next();
    EXPECT_EQ(keys, 1);
    EXPECT_EQ(timeout, 10'000);
    EXPECT_EQ(journal, "wal");
  }
  int synchronous = 0;
  const auto writer = sqlite::openWriter(file, Durability::PowerLoss);
  Query(*writer, "PRAGMA synchronous").into(synchronous).next();
  EXPECT_EQ(synchronous, 2);
}

}  // namespace
}  // namespace hotswap::store
