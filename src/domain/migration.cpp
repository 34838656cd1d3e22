#include "domain/migration.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"

namespace hotswap {

namespace {

void checkScript(const std::string& script, const std::string& field, std::vector<ErrorDetail>& details) {
  if (script.size() > maxScriptBytes) {
    details.push_back({field, fmt::format("has {} bytes; the limit is {} (10 MiB)", script.size(), maxScriptBytes)});
  } else if (!isUtf8(script)) {
    details.push_back({field, "is not valid UTF-8 text without NUL characters"});
  }
}

bool isNameCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

void checkDescription(const std::string& description, std::vector<ErrorDetail>& details) {
  if (description.size() > 10'000) details.push_back({"description", "is longer than 10000 bytes"});
  if (!isUtf8(description)) details.push_back({"description", "is not valid UTF-8 text without NUL characters"});
}

template <class Item>
bool hasDuplicates(std::vector<Item> items) {
  std::ranges::sort(items);
  return std::ranges::adjacent_find(items) != items.end();
}

void checkTags(const std::vector<std::string>& tags, std::vector<ErrorDetail>& details) {
  if (tags.size() > 50) details.push_back({"tags", "are more than 50"});
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].empty() || tags[i].size() > 64 || !isUtf8(tags[i])) {
      details.push_back({fmt::format("tags[{}]", i), "must have 1 to 64 bytes of UTF-8 text without NUL characters"});
    }
  }
  if (hasDuplicates(tags)) details.push_back({"tags", "hold a tag twice"});
}

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) { require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr)); }

  void add(std::string_view bytes) {
    const std::string length = fmt::format("{}:", bytes.size());
    require(EVP_DigestUpdate(context_.get(), length.data(), length.size()));
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  }

  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
    std::string text;
    for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  static void require(int done) {
    if (done != 1) throw Error(ErrorCode::InternalError, "The cryptographic library could not compute a checksum.");
  }
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace

std::vector<ErrorDetail> checkFields(const Migration& migration) {
  std::vector<ErrorDetail> details;
  if (migration.name.empty()) {
    details.push_back({"name", "is required"});
  } else if (migration.name.size() > maxNameLength) {
    details.push_back(
        {"name", fmt::format("has {} characters; the limit is {}", migration.name.size(), maxNameLength)});
  } else if (!std::ranges::all_of(migration.name, isNameCharacter)) {
    details.push_back({"name", "may hold lower-case letters, digits and _ only"});
  }
  checkDescription(migration.description, details);
  if (trim(migration.migrationScript).empty()) details.push_back({"migrationScript", "is required"});
  checkScript(migration.migrationScript, "migrationScript", details);
  if (migration.rollbackScript) checkScript(*migration.rollbackScript, "rollbackScript", details);
  checkTags(migration.tags, details);
  if (migration.dependencies.size() > 100) details.push_back({"dependencies", "are more than 100"});
  if (hasDuplicates(migration.dependencies)) details.push_back({"dependencies", "name a migration twice"});
  return details;
}

std::string checksumOf(const std::string& migrationScript, const std::optional<std::string>& rollbackScript) {
  Sha256 hash;
  hash.add(migrationScript);
  if (rollbackScript) hash.add(*rollbackScript);
  return hash.finish();
}

bool mayEdit(MigrationStatus status) { return status == MigrationStatus::Draft; }

bool mayDelete(MigrationStatus status) {
  return status == MigrationStatus::Draft || status == MigrationStatus::Failed || status == MigrationStatus::RolledBack;
}

bool mayExecute(MigrationStatus status) {
  return status != MigrationStatus::InProgress && status != MigrationStatus::Succeeded;
}

}  // namespace hotswap
