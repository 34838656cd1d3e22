#include "folder_setup.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

namespace hotswap::e2e {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

void require(bool done, const char* what, const fs::path& path) {
  if (!done) throw std::system_error(errno, std::generic_category(), std::string(what) + " " + path.string());
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  require(file.good(), "can't write", path);
}

std::string bytesOf(const std::string& hexadecimal) {
  std::string bytes;
  for (std::size_t place = 0; place + 1 < hexadecimal.size(); place += 2) {
    bytes += static_cast<char>(std::stoi(hexadecimal.substr(place, 2), nullptr, 16));
  }
  return bytes;
}

std::size_t bytesIn(const Json& operation) { return operation.at("megabytes").get<std::size_t>() * 1024 * 1024; }

void makeFile(const fs::path& path, const Json& operation) {
  if (operation.contains("hex")) return write(path, bytesOf(operation.at("hex")));
  std::string text = operation.at("text");
  if (operation.contains("megabytes")) {
    text.replace(text.find('@'), 1, std::string(bytesIn(operation), 'x'));
  }
  write(path, text);
}

void makeSocket(const fs::path& path) {
  // The name of a socket has to be short, so it is made from inside its folder.
  const fs::path before = fs::current_path();
  fs::current_path(path.parent_path());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.filename().string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  ::close(descriptor);
  fs::current_path(before);
  require(bound, "can't make the socket", path);
}

using Work = void (*)(const fs::path& folder, const fs::path& path, const Json& operation);

struct Kind {
  Work work;
  std::set<std::string> keys;  ///< besides the one that names it
};

const std::map<std::string, Kind>& kinds() {
  static const std::map<std::string, Kind> all{
      {"file",
       {[](const fs::path&, const fs::path& path, const Json& one) { makeFile(path, one); },
        {"text", "hex", "megabytes"}}},
      {"hole",
       {[](const fs::path&, const fs::path& path, const Json& one) {
          write(path, "");
          fs::resize_file(path, bytesIn(one));
        },
        {"megabytes"}}},
      {"symlink",
       {[](const fs::path&, const fs::path& path, const Json& one) {
          fs::create_symlink(one.at("to").get<std::string>(), path);
        },
        {"to"}}},
      {"folder", {[](const fs::path&, const fs::path& path, const Json&) { fs::create_directories(path); }, {}}},
      {"fifo",
       {[](const fs::path&, const fs::path& path, const Json&) {
          require(::mkfifo(path.c_str(), 0600) == 0, "can't make the pipe", path);
        },
        {}}},
      {"socket", {[](const fs::path&, const fs::path& path, const Json&) { makeSocket(path); }, {}}},
      {"mode",
       {[](const fs::path&, const fs::path& path, const Json& one) {
          fs::permissions(path, static_cast<fs::perms>(std::stoi(one.at("is").get<std::string>(), nullptr, 8)));
        },
        {"is"}}},
      {"remove",
       {[](const fs::path&, const fs::path& path, const Json&) {
          if (fs::remove_all(path) == 0) throw std::runtime_error("there is no " + path.string() + " to remove");
        },
        {}}},
  };
  return all;
}

void doOne(const fs::path& folder, const Json& operation) {
  for (const auto& [name, kind] : kinds()) {
    if (!operation.contains(name)) continue;
    for (const auto& [key, value] : operation.items()) {
      if (key != name && !kind.keys.contains(key)) {
        throw std::runtime_error("`" + name + "` takes no `" + key + "`: " + operation.dump());
      }
    }
    return kind.work(folder, folder / operation.at(name).get<std::string>(), operation);
  }
  throw std::runtime_error("this is no operation: " + operation.dump());
}

}  // namespace

void setUp(const fs::path& folder, const Json& operations) {
  for (const Json& operation : operations) doOne(folder, operation);
}

}  // namespace hotswap::e2e
