#include "program.h"

#include <fstream>
#include <stdexcept>

#include "support/secrets.h"

namespace hotswap::e2e {

Person::Person(const support::Service& service) : service_(service) {}

support::Finished Person::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), support::Service::program());
  const support::Finished finished =
      support::runProgram(arguments, {{"HOME", home_.path()},
                                      {"XDG_CONFIG_HOME", home_.path() / "config"},
                                      {"HOTSWAP_PASSWORD", support::Service::adminPassword}});
  std::string command;
  for (const std::string& argument : arguments) command += argument + " ";
  support::expectNoSecretIn(finished.output, "what was printed by " + command);
  return finished;
}

std::string Person::must(std::vector<std::string> arguments, int status) const {
  const support::Finished finished = run(arguments);
  if (finished.status != status) {
    throw std::runtime_error("hotswap " + arguments.front() + " ended with " + std::to_string(finished.status) + ":\n" +
                             finished.output);
  }
  return finished.output;
}

std::string Person::file(const std::string& name, const std::string& text) const {
  std::ofstream(home_.path() / name) << text;
  support::expectSecretIn(home_.path() / name);  // the person's own
  return home_.path() / name;
}

void Person::logIn() const { must({"login", service_.url(), "--username", "admin"}); }

}  // namespace hotswap::e2e
