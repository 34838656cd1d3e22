#include "analysis/suppressions.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "analysis/finding.h"

namespace hotswap::analysis {

namespace {

constexpr std::string_view keyword = "allow";
constexpr std::string_view blanks = " \t\r\n";
constexpr const char* form =
    "Write it as -- hotswap: allow RULE reason=\"why\" until=2030-12-31; the day may be left out.";

Finding fault(const Position& position, std::string message, std::string recommendation = form) {
  Finding finding = overall("suppression", Severity::Warning, std::move(message), std::move(recommendation));
  finding.line = position.line;
  finding.column = position.column;
  return finding;
}

/// The day that a text of the form YYYY-MM-DD names.
std::optional<std::chrono::sys_days> dayOf(std::string_view text) {
  constexpr std::size_t length = 10;
  if (text.size() != length || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t digits) {
    int value = -1;
    const char* const end = text.data() + from + digits;
    const auto read = std::from_chars(text.data() + from, end, value);
    return read.ptr == end && value >= 0 ? value : -1;
  };
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2))));
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

/// Takes the text of one comment apart.
class CommentReader {
 public:
  explicit CommentReader(std::string_view text) : rest_(trim(text)) {}

  /// Says what is wrong, if anything.
  std::string read(Suppression& suppression) {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find_first_of(" \t\r\n,=");
      const std::string_view word = rest_.substr(0, end);
      const bool isKey = end != std::string_view::npos && rest_[end] == '=';
      rest_.remove_prefix(isKey ? end + 1 : word.size());
      if (isKey) {
        if (std::string wrong = readValue(word, suppression); !wrong.empty()) return wrong;
      } else if (!word.empty()) {
        suppression.rules.emplace_back(word);
      }
      rest_.remove_prefix(std::min(rest_.find_first_not_of(std::string(blanks) + ","), rest_.size()));
    }
    if (suppression.rules.empty()) return "it names no rule";
    if (trim(suppression.reason).empty()) return "it gives no reason";
    return {};
  }

 private:
  std::string readValue(std::string_view key, Suppression& suppression) {
    if (key == "reason") {
      if (!rest_.starts_with('"')) return "the reason stands in double quotes";
      const std::size_t end = rest_.find('"', 1);
      if (end == std::string_view::npos) return "the reason has no closing quote";
      suppression.reason = rest_.substr(1, end - 1);
      rest_.remove_prefix(end + 1);
      return {};
    }
    if (key == "until") {
      const std::string_view day = rest_.substr(0, rest_.find_first_of(blanks));
      rest_.remove_prefix(day.size());
      suppression.until = dayOf(day);
      return suppression.until ? std::string() : fmt::format("`{}` is no day", day);
    }
    return fmt::format("it has no `{}`", key);
  }

  std::string_view rest_;
};

/// The statement that a comment at `offset` speaks of.
std::optional<std::size_t> statementAt(std::string_view script, const std::vector<db::Statement>& statements,
                                       std::size_t offset) {
  const auto next = std::ranges::find_if(
      statements, [&](const db::Statement& statement) { return statement.offset + statement.sql.size() > offset; });
  const auto index = static_cast<std::size_t>(next - statements.begin());
  const bool isInside = next != statements.end() && next->offset <= offset;
  if (!isInside && index > 0) {
    const db::Statement& before = statements[index - 1];
    const std::size_t end = before.offset + before.sql.size();
    if (script.substr(end, offset - end).find('\n') == std::string_view::npos) return index - 1;
  }
  return next == statements.end() ? std::nullopt : std::optional(index);
}

bool speaksOf(const Suppression& suppression, const Finding& finding) {
  if (std::ranges::find(suppression.rules, finding.rule) == suppression.rules.end()) return false;
  return !finding.statement || (finding.script == "migrationScript" && finding.statement == suppression.statement);
}

Finding expired(const Suppression& suppression) {
  Finding finding = fault(suppression.position,
                          fmt::format("This suppression ended on {:%F}; what it allowed is reported again.",
                                      std::chrono::system_clock::time_point(*suppression.until)),
                          "Mend what it was written for, or give it a later day and a reason that still holds.");
  finding.rule = "suppression-expired";
  return finding;
}

}  // namespace

Suppressions readSuppressions(const db::Script& language, std::string_view script,
                              const std::vector<db::Statement>& statements,
                              const std::function<Silencing(const std::string&)>& silencing) {
  Suppressions read;
  for (const db::Comment& comment : language.comments(script, db::directivePrefix)) {
    const std::string_view text = trim(std::string_view(comment.text).substr(db::directivePrefix.size()));
    if (text.substr(0, text.find_first_of(blanks)) != keyword) continue;
    Suppression suppression;
    if (const std::string wrong = CommentReader(text.substr(keyword.size())).read(suppression); !wrong.empty()) {
      read.faults.push_back(fault(comment.position, fmt::format("This suppression is passed over: {}.", wrong)));
      continue;
    }
    std::erase_if(suppression.rules, [&](const std::string& rule) {
      const Silencing answer = silencing(rule);
      if (answer == Silencing::UnknownRule) {
        read.faults.push_back(fault(comment.position, fmt::format("There is no rule `{}`.", oneLine(rule, 100)),
                                    "The page of the rules has all names; see also `hotswap lint --list-rules`."));
      } else if (answer == Silencing::Refused) {
        read.faults.push_back(fault(comment.position, fmt::format("`{}` can't be allowed.", rule),
                                    "What it finds fails when the script is run, whatever is written beside it."));
      }
      return answer != Silencing::Allowed;
    });
    if (suppression.rules.empty()) continue;
    suppression.position = comment.position;
    suppression.statement = statementAt(script, statements, comment.offset);
    read.all.push_back(std::move(suppression));
  }
  return read;
}

void allowSuppressed(std::vector<Finding>& findings, const Suppressions& suppressions, std::chrono::sys_days today) {
  std::vector<Finding> more = suppressions.faults;
  for (const Suppression& suppression : suppressions.all) {
    const bool isOver = suppression.until && *suppression.until < today;
    bool wasNeeded = false;
    for (Finding& finding : findings) {
      if (finding.allowed || !speaksOf(suppression, finding)) continue;
      wasNeeded = true;
      if (!isOver) finding.allowed = suppression.reason;
    }
    if (isOver && wasNeeded) more.push_back(expired(suppression));
  }
  std::ranges::move(more, std::back_inserter(findings));
}

}  // namespace hotswap::analysis
