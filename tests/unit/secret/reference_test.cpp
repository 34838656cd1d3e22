#include "secret/reference.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace hotswap::secret {
namespace {

/// The message of the refusal; the test fails where there is none.
std::string refusalOf(const std::string& text) {
  try {
    static_cast<void>(resolve(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    EXPECT_TRUE(error.details().empty());
    return error.what();
  }
  ADD_FAILURE() << "resolved " << text;
  return {};
}

class ReferenceTest : public testing::Test {
 public:
  ~ReferenceTest() override { unsetenv("HOTSWAP_TEST_REFERENCE"); }

 protected:
  static void set(const char* value) { setenv("HOTSWAP_TEST_REFERENCE", value, 1); }
  std::string reference() const { return "file:" + file.string(); }
  void write(const std::string& content) const { std::ofstream(file, std::ios::binary) << content; }
  support::TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "connection";
};

TEST_F(ReferenceTest, TakesAConnectionStringAsItIs) { EXPECT_EQ(resolve("host=db1 dbname=shop").value("host"), "db1"); }

TEST_F(ReferenceTest, ReadsAVariableEachTime) {
  set("host=first");
  EXPECT_EQ(resolve("env:HOTSWAP_TEST_REFERENCE").value("host"), "first");
  set("  host=second\n");
  EXPECT_EQ(resolve("env:HOTSWAP_TEST_REFERENCE").value("host"), "second");
}

TEST_F(ReferenceTest, ReadsAFileEachTime) {
  write("host=first password=x\n");
  EXPECT_EQ(resolve(reference()).value("password"), "x");
  write("Host=second;Database=d\n");
  EXPECT_EQ(resolve(reference()).value("host"), "second");
}

TEST_F(ReferenceTest, NamesAMissingOrEmptyVariable) {
  EXPECT_NE(refusalOf("env:HOTSWAP_TEST_REFERENCE").find("HOTSWAP_TEST_REFERENCE"), std::string::npos);
  set(" ");
  EXPECT_NE(refusalOf("env:HOTSWAP_TEST_REFERENCE").find("HOTSWAP_TEST_REFERENCE"), std::string::npos);
}

TEST_F(ReferenceTest, NamesAMissingOrEmptyFileAndWhatIsNone) {
  EXPECT_NE(refusalOf(reference()).find(file.string()), std::string::npos);
  write(" \n");
  EXPECT_NE(refusalOf(reference()).find("empty"), std::string::npos);
  EXPECT_NE(refusalOf("file:" + folder.path().string()).find(folder.path().string()), std::string::npos);
  EXPECT_NE(refusalOf("file:/dev/zero").find("/dev/zero"), std::string::npos);
  const std::string fifo = (folder.path() / "fifo").string();
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_NE(refusalOf("file:" + fifo).find(fifo), std::string::npos);
}

TEST_F(ReferenceTest, RefusesAHugeFile) {
  write("host=" + std::string(70'000, 'x'));
  EXPECT_NE(refusalOf(reference()).find("64 KiB"), std::string::npos);
}

TEST_F(ReferenceTest, TellsNothingOfWhatAFileOrVariableHolds) {
  // References come from users of the API; with them they must not be able to read the machine's files.
  for (const std::string content : {"root:S3CRET:0:0", "S3CRET=1", "S3CRET", "host='S3CRET"}) {
    write(content);
    EXPECT_EQ(refusalOf(reference()).find("S3CRET"), std::string::npos) << content;
    set(content.c_str());
    EXPECT_EQ(refusalOf("env:HOTSWAP_TEST_REFERENCE").find("S3CRET"), std::string::npos) << content;
  }
}

TEST_F(ReferenceTest, FollowsNoReferenceToAReference) {
  set("env:HOTSWAP_TEST_REFERENCE");
  static_cast<void>(refusalOf("env:HOTSWAP_TEST_REFERENCE"));
}

TEST_F(ReferenceTest, SaysThatVaultIsNotSupportedYet) {
  EXPECT_NE(refusalOf("vault:secret/db#url").find("Vault"), std::string::npos);
}

}  // namespace
}  // namespace hotswap::secret
