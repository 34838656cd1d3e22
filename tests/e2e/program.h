#pragma once
#include <map>
#include <string>
#include <vector>

#include "support/server_process.h"
#include "support/service.h"

namespace hotswap::e2e {

/// A person at a shell: runs the real program with a home folder of their own.
class Person {
 public:
  explicit Person(const support::Service& service);

  /// `hotswap ARGUMENTS…`; the output is searched for secrets.
  support::Finished run(std::vector<std::string> arguments) const;
  /// As run, and throws std::runtime_error with the output where the exit status is another one.
  std::string must(std::vector<std::string> arguments, int status = 0) const;
  /// Writes a file into the home folder and returns its path.
  std::string file(const std::string& name, const std::string& text) const;
  void logIn() const;

 private:
  const support::Service& service_;
  support::TemporaryFolder home_;
};

}  // namespace hotswap::e2e
