#include "cli/execution_log.h"

#include <fmt/format.h>

#include <cstdint>
#include <ostream>

#include "cli/execution_stream.h"
#include "cli/service_url.h"
#include "cli/watch_view.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t pageSize = 200;

/// Reads a log on from where it stopped and prints it.
class LogPrinter {
 public:
  LogPrinter(Context& context, const LogOptions& options) : context_(context), options_(options) {}

  Answer nextPage() const {
    return context_.client().get(
        withQuery("/executions/" + pathPart(options_.executionId) + "/logs",
                  {{"after", last_ > 0 ? std::to_string(last_) : std::string()}, {"limit", std::to_string(pageSize)}}));
  }

  void catchUp() {
    std::size_t received = pageSize;
    while (received == pageSize) {
      const auto entries = listOf(nextPage().document(), "logs");
      const std::int64_t before = last_;
      for (const Json& entry : entries) print(entry);
      received = last_ > before ? entries.size() : 0;
    }
  }

  void print(const Json& entry) {
    const LogLine line = logLineOf(entry);
    if (line.sequence <= last_) return;
    last_ = line.sequence;
    std::ostream& out = context_.shell().out;
    if (context_.options().json) {
      out << entry.dump() << '\n' << std::flush;
      return;
    }
    if (context_.printedAsId(line.message)) {
      out.flush();
      return;
    }
    context_.print(logText(line, false, context_.paint()) + "\n");
    if (options_.statements && !line.statement.empty()) context_.print(indented(printable(line.statement, true)));
    out.flush();
  }

 private:
  static std::string indented(const std::string& statement) {
    std::string text = "    ";
    for (const char c : statement) text += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return text + "\n";
  }

  Context& context_;
  const LogOptions& options_;
  std::int64_t last_ = 0;
};

}  // namespace

int printLog(Context& context, const LogOptions& options) {
  LogPrinter printer(context, options);
  if (!options.follow) {
    if (context.options().json) {
      context.printedAsJson(printer.nextPage());
    } else {
      printer.catchUp();
    }
    return ExitCode::done;
  }
  ExecutionStream stream(context.client(), context.shell().clock, options.executionId);
  const auto end = stream.follow({.document = [&](const Json&) { printer.catchUp(); },
                                  .event =
                                      [&](const ServerEvent& event) {
                                        if (event.name != "statement") return;
                                        const Json entry = Json::parse(event.data, nullptr, false);
                                        if (entry.is_object()) printer.print(entry);
                                      },
                                  .remark =
                                      [&](const std::string& text) {
                                        if (!text.empty()) context.remark("hotswap: " + text);
                                      },
                                  .tick = [] {}});
  if (end == ExecutionStream::End::Interrupted) return ExitCode::interrupted;
  return end == ExecutionStream::End::Over ? ExitCode::done : ExitCode::pendingOrRolledBack;
}

}  // namespace hotswap::cli
