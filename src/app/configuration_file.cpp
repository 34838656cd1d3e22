#include "app/configuration_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "base/error.h"
#include "base/text.h"

namespace hotswap::app {

namespace {

constexpr int sectionDepth = 2;  // sections and keys: what is deeper is none of ours, and may refer to itself

[[noreturn]] void wrong(const std::string& what) { throw Error(ErrorCode::ValidationError, what); }

class Reader {
 public:
  explicit Reader(std::string source) : source_(std::move(source)) {}

  void read(const YAML::Node& node, const std::string& prefix, int depth) {
    for (const auto& entry : node) {
      const auto key = entry.first.as<std::string>();
      const std::string name = prefix.empty() ? key : prefix + "__" + key;
      if (!seen_.insert(name).second) wrongAt(entry.first, fmt::format("{} stands there twice", oneLine(name, 128)));
      if (entry.second.IsMap()) {
        if (depth == sectionDepth) wrongAt(entry.first, fmt::format("{} can hold no section", oneLine(name, 128)));
        read(entry.second, name, depth + 1);
      } else {
        entries_.push_back({.name = name, .value = valueOf(entry.second)});
      }
    }
  }
  std::vector<FileEntry> take() { return std::move(entries_); }

 private:
  static std::optional<std::string> valueOf(const YAML::Node& node) {
    if (node.IsNull()) return std::nullopt;
    if (!node.IsSequence()) return node.as<std::string>();
    std::string joined;
    for (const auto& item : node) joined += (joined.empty() ? "" : ";") + item.as<std::string>();
    return joined;
  }
  [[noreturn]] void wrongAt(const YAML::Node& node, const std::string& what) const {
    wrong(fmt::format("{}, line {}: {}.", source_, node.Mark().line + 1, what));
  }

  std::string source_;
  std::set<std::string> seen_;
  std::vector<FileEntry> entries_;
};

}  // namespace

std::vector<FileEntry> readConfigurationFile(const std::filesystem::path& file) {
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) {
    wrong(fmt::format("The configuration file {} is a folder.", file.string()));
  }
  try {
    const YAML::Node root = YAML::LoadFile(file);
    if (!root.IsNull() && !root.IsMap()) wrong(fmt::format("{}: must hold sections and keys.", file.string()));
    Reader reader(file.string());
    reader.read(root, "", 1);
    return reader.take();
  } catch (const YAML::BadFile&) {
    wrong(fmt::format("The configuration file {} can't be read.", file.string()));
  } catch (const std::ios_base::failure&) {
    wrong(fmt::format("The configuration file {} can't be read.", file.string()));
  } catch (const YAML::Exception& error) {
    wrong(fmt::format("{}, line {}: {}.", file.string(), error.mark.line + 1, error.msg));
  }
}

}  // namespace hotswap::app
