// Folders as people and accidents make them.
#include "versioned/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "support/temporary_folder.h"
#include "versioned/checksum.h"

namespace hotswap::versioned {
namespace {

using testing::HasSubstr;

class Folder : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
  void write(const std::string& name, const std::string& text = "select 1;\n") const {
    std::ofstream(path() / name, std::ios::binary) << text;
  }
  /// All faults, a line each; empty where there is none.
  [[nodiscard]] std::string faults() const {
    try {
      readFolder(path());
    } catch (const Error& error) {
      std::string text = error.what();
      for (const ErrorDetail& detail : error.details()) text += "\n" + detail.field + ": " + detail.message;
      return text;
    }
    return {};
  }
  [[nodiscard]] std::string names() const {
    std::string text;
    for (const MigrationFile& migration : readFolder(path()).migrations) {
      text += (text.empty() ? "" : ", ") + migration.name() + (migration.back ? " with a way back" : "");
    }
    return text;
  }

 private:
  support::TemporaryFolder folder_;
};

TEST_F(Folder, IsReadInTheOrderOfVersions_RepeatableOnesLast) {
  write("10_ten.up.sql");
  write("2_two.up.sql");
  write("2_two.down.sql");
  write("R_views.sql");
  write("README.md", "not SQL");
  write(".hidden.sql");
  std::filesystem::create_directory(path() / "old");
  EXPECT_EQ(names(), "2 two with a way back, 10 ten, repeatable views");
  EXPECT_EQ(readFolder(path()).layout, Layout::Pairs);
}

TEST_F(Folder, MayHoldSectionsOrFlywaysNames) {
  write("20260101120000_a_b.sql", "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n");
  write("20260101120001_c.sql", "-- migrate:up\nselect 1;\n-- migrate:down\n\n");
  EXPECT_EQ(names(), "20260101120000 a b with a way back, 20260101120001 c");
}

TEST_F(Folder, KnowsFlywaysNames) {
  write("V1__a.sql");
  write("V1_1__b.sql");
  write("U1__a.sql");
  write("R__views.sql");
  EXPECT_EQ(names(), "1 a with a way back, 1.1 b, repeatable views");
}

TEST_F(Folder, IsRefused_WhereItMixesLayouts) {
  write("0001_a.up.sql");
  write("V2__b.sql");
  EXPECT_THAT(faults(), HasSubstr("mixes layouts"));
}

TEST_F(Folder, IsRefused_WhereTwoFilesHaveOneVersion) {
  write("0001_a.up.sql");
  write("1_b.up.sql");
  EXPECT_THAT(faults(), HasSubstr("same version as 0001_a.up.sql"));
}

TEST_F(Folder, NamesEveryFaultAtOnce) {
  write("0001_empty.up.sql", "-- nothing\n");
  write("0002_lost.down.sql");
  write("0003_typo.pu.sql");
  write("0004_latin.up.sql", "select 1;\nselect 'caf\xE9';\n");
  write("0005_nul.up.sql", std::string("select 1;\0", 10));
  const std::string text = faults();
  EXPECT_THAT(text, HasSubstr("0001_empty.up.sql: its forward part is empty"));
  EXPECT_THAT(text, HasSubstr("0003_typo.pu.sql"));
  EXPECT_THAT(text, HasSubstr("0004_latin.up.sql:2: it is not UTF-8"));
  EXPECT_THAT(text, HasSubstr("0005_nul.up.sql:1: it holds a NUL byte"));
}

TEST_F(Folder, IsRefused_WhereABackPartStandsAlone) {
  write("0001_a.up.sql");
  write("0002_lost.down.sql");
  EXPECT_THAT(faults(), HasSubstr("0002_lost.down.sql: this is a back part without a forward part"));
}

TEST_F(Folder, TakesA0ByteFileForEmpty) {
  write("0001_a.up.sql", "");
  EXPECT_THAT(faults(), HasSubstr("empty"));
}

TEST_F(Folder, DoesNotHangAtWhatIsNoFile) {
  ASSERT_EQ(::mkfifo((path() / "0001_pipe.up.sql").c_str(), 0600), 0);
  std::filesystem::create_symlink("0002_loop.up.sql", path() / "0002_loop.up.sql");
  std::filesystem::create_symlink("nowhere", path() / "0003_broken.up.sql");
  std::filesystem::create_directory(path() / "0004_folder.up.sql");
  const std::string text = faults();
  EXPECT_THAT(text, HasSubstr("0001_pipe.up.sql: it is no regular file"));
  EXPECT_THAT(text, HasSubstr("0002_loop.up.sql: it can't be read: Too many levels of symbolic links"));
  EXPECT_THAT(text, HasSubstr("0003_broken.up.sql: it can't be read"));
  EXPECT_THAT(text, HasSubstr("0004_folder.up.sql: it is no regular file"));
}

TEST_F(Folder, IsReadThroughASymbolicLink) {
  write("elsewhere.txt");
  std::filesystem::create_symlink("elsewhere.txt", path() / "0001_a.up.sql");
  EXPECT_EQ(names(), "0001 a");
}

TEST_F(Folder, TellsApartNamesThatLookAlike) {
  write("0001_a.up.sql");
  write("\xD9\xA0\xD9\xA0\xD9\xA0\xD9\xA1_a.up.sql");  // digits of another script
  write("0001_\xD0\xB0.up.sql");                       // another alphabet's a
  const std::string text = faults();
  EXPECT_THAT(text, HasSubstr("no migration's name"));
  EXPECT_THAT(text, HasSubstr("same version"));
}

TEST_F(Folder, ReadsAFileOf50Megabytes) {
  write("0001_a.up.sql", "select '" + std::string(std::size_t{50} * 1024 * 1024, 'x') + "';");
  EXPECT_EQ(names(), "0001 a");
  EXPECT_GT(readPart(readFolder(path()).migrations[0], Direction::Up).sql.size(), 50'000'000U);
}

TEST_F(Folder, ThatIsMissingIsSaidSo) {
  EXPECT_THROW(
      {
        try {
          readFolder(path() / "nowhere");
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::NotFound);
          throw;
        }
      },
      Error);
}

TEST_F(Folder, NoticesAFileThatChangesMeanwhile) {
  write("0001_a.up.sql");
  const MigrationFolder folder = readFolder(path());
  write("0001_a.up.sql", "select 2;");
  EXPECT_THROW(readPart(folder.migrations[0], Direction::Up), FolderError);
}

TEST(Checksum, IsTheSameForOtherLineEnds_AndNothingElse) {
  const std::string plain = checksumOf("select 1;\nselect 2;\n");
  EXPECT_EQ(plain, checksumOf("select 1;\r\nselect 2;\r\n"));
  EXPECT_EQ(plain, checksumOf("\xEF\xBB\xBFselect 1;\rselect 2;\r"));
  EXPECT_NE(plain, checksumOf("select 1;\n\nselect 2;\n"));
  EXPECT_EQ(plain.substr(0, 2), "1:");
  EXPECT_EQ(checksumOf("abc"), "1:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksum, OfALaterAlgorithmIsRefused_AndAnUnknownOneFits) {
  EXPECT_TRUE(fitsChecksum("1:aa", ""));
  EXPECT_FALSE(fitsChecksum("1:aa", "1:ab"));
  EXPECT_THROW(fitsChecksum("1:aa", "2:aa"), Error);
}

}  // namespace
}  // namespace hotswap::versioned
