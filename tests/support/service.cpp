#include "support/service.h"

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/eventually.h"
#include "support/secrets.h"

namespace hotswap::support {

std::filesystem::path Service::program() { return std::filesystem::path(HOTSWAP_BUILD_DIR) / "hotswap"; }

Service::Service(std::map<std::string, std::string> environment)
    : environment_(std::move(environment)), port_(freePort()) {
  environment_.emplace("HOTSWAP_ADMIN_PASSWORD", adminPassword);
  start();
}

Service::~Service() {
  process_.reset();
  expectNoSecretIn(outputText(), "the output of the service");
}

void Service::start() {
  process_ = std::make_unique<ServerProcess>(
      ServerProcess::Options{.command = {program(), "serve", "--urls", url(), "--data", dataFolder()},
                             .environment = environment_,
                             .output = output()});
  JsonClient client(url());
  const bool ready = eventually([&] { return !process_->running() || client.get("/health/ready").status == 200; },
                                std::chrono::seconds(60));
  if (!ready || !process_->running()) throw std::runtime_error("the service did not start:\n" + outputText());
}

int Service::stop() {
  process_->signal(SIGTERM);
  const auto status = process_->wait(std::chrono::seconds(90));
  if (!status) throw std::runtime_error("the service did not stop:\n" + outputText());
  return *status;
}

void Service::kill9() {
  process_->signal(SIGKILL);
  process_->wait(std::chrono::seconds(10));
}

std::string Service::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::string Service::outputText() const {
  std::stringstream text;
  text << std::ifstream(output()).rdbuf();
  return text.str();
}

std::unique_ptr<JsonClient> Service::admin() const {
  auto client = std::make_unique<JsonClient>(url());
  client->login("admin", adminPassword);
  return client;
}

}  // namespace hotswap::support
