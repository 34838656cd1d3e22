#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hotswap::support {

/// The secrets that tests use everywhere: passwords of servers and users.
const std::vector<std::string>& plantedSecrets();

/// Fails the running test where one of the planted secrets stands in `text`; `where` says what that text is.
void expectNoSecretIn(std::string_view text, std::string_view where);

/// The same for the content of every file below `folder`: logs, stores, what servers keep of statements. What a server
/// keeps of tables is left out, as HotSwap puts nothing there but what scripts say.
void expectNoSecretUnder(const std::filesystem::path& folder);
/// Leaves a file out of that: one whose purpose is to hold a secret. Safe from any thread.
void expectSecretIn(const std::filesystem::path& file);

}  // namespace hotswap::support
