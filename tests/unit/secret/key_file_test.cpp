#include "secret/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace hotswap::secret {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  std::optional<ErrorCode> refusal() {
    try {
      static_cast<void>(readOrMakeKeyFile(file, random));
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos);
      return error.code();
    }
    return std::nullopt;
  }
  void write(const std::string& content, mode_t mode = 0600) const {
    std::ofstream(file, std::ios::binary) << content;
    chmod(file.c_str(), mode);
  }
  support::TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "master.key";
  SystemRandom random;
};

TEST_F(KeyFileTest, IsMadeOnceForItsOwnerAlone) {
  const KeyFile made = readOrMakeKeyFile(file, random);
  EXPECT_TRUE(made.created);
  EXPECT_EQ(made.hex.size(), 64U);
  struct stat state {};
  ASSERT_EQ(stat(file.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777U, 0600U);
  const KeyFile read = readOrMakeKeyFile(file, random);
  EXPECT_FALSE(read.created);
  EXPECT_EQ(read.hex, made.hex);
}

TEST_F(KeyFileTest, LeavesNothingElseInTheFolder) {
  static_cast<void>(readOrMakeKeyFile(file, random));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST_F(KeyFileTest, IsTheSameForProcessesThatStartTogether) {
  for (int round = 0; round < 10; ++round) {
    std::filesystem::remove(file);
    std::array<int, 2> start{};
    std::array<int, 2> results{};
    ASSERT_EQ(pipe(start.data()), 0);
    ASSERT_EQ(pipe(results.data()), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        close(start[1]);
        char ignored = 0;
        static_cast<void>(!read(start[0], &ignored, 1));  // until all are there
        try {
          const KeyFile key = readOrMakeKeyFile(file, random);
          const std::string line = key.hex + (key.created ? "1" : "0");
          _exit(::write(results[1], line.data(), line.size()) == 65 ? 0 : 1);
        } catch (const Error&) {
          _exit(2);
        }
      }
      children.push_back(child);
    }
    close(start[0]);
    close(start[1]);
    close(results[1]);
    std::set<std::string> keys;
    int makers = 0;
    std::string output;
    std::array<char, 65> line{};
    for (ssize_t got = 0; (got = read(results[0], line.data(), line.size())) > 0;) {
      output.append(line.data(), static_cast<std::size_t>(got));
    }
    close(results[0]);
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      EXPECT_EQ(WEXITSTATUS(status), 0);
    }
    ASSERT_EQ(output.size(), 4U * 65U);
    for (std::size_t at = 0; at < output.size(); at += 65) {
      keys.insert(output.substr(at, 64));
      makers += output[at + 64] == '1' ? 1 : 0;
    }
    EXPECT_EQ(keys.size(), 1U);
    EXPECT_EQ(makers, 1);
  }
}

TEST_F(KeyFileTest, TakesAKeyWrittenByHandAndALinkToOne) {
  const std::string hex(64, 'a');
  const std::filesystem::path target = folder.path() / "elsewhere";
  write(hex + "\n", 0400);
  EXPECT_EQ(readOrMakeKeyFile(file, random).hex, hex);
  std::filesystem::rename(file, target);
  std::filesystem::create_symlink(target, file);
  EXPECT_EQ(readOrMakeKeyFile(file, random).hex, hex);
}

TEST_F(KeyFileTest, RefusesAFileThatOthersCanUse) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0666U}) {
    write(std::string(64, 'a'), mode);
    EXPECT_EQ(refusal(), ErrorCode::ValidationError) << std::oct << mode;
  }
}

TEST_F(KeyFileTest, RefusesAnythingButSixtyFourDigitsAndLeavesItAlone) {
  for (const std::string& content : {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'),
                                     std::string(32, 'a') + " " + std::string(31, 'a'), std::string(100'000, 'a')}) {
    write(content);
    EXPECT_EQ(refusal(), ErrorCode::ValidationError) << content.size();
    EXPECT_EQ(std::filesystem::file_size(file), content.size());
  }
}

TEST_F(KeyFileTest, RefusesWhatIsNoFile) {
  std::filesystem::create_directory(file);
  EXPECT_EQ(refusal(), ErrorCode::ValidationError);
  std::filesystem::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), ErrorCode::ValidationError);
}

TEST_F(KeyFileTest, SaysSo_WhenTheFolderIsMissing) {
  file = folder.path() / "no" / "master.key";
  EXPECT_EQ(refusal(), ErrorCode::Unavailable);
}

}  // namespace
}  // namespace hotswap::secret
