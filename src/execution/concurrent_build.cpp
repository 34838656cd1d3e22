#include "execution/concurrent_build.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"

namespace hotswap::execution {

namespace {

using Kind = db::ConcurrentBuild::Kind;

constexpr std::string_view evidenceHeader = "indexes before:";
constexpr std::string_view evidencePlace = "in\t";

IndexState stateOf(const db::Index& index) {
  return {.schema = index.schema, .name = index.name, .valid = index.valid};
}

const IndexState* find(const std::vector<IndexState>& states, const IndexState& wanted) {
  const auto found = std::ranges::find_if(
      states, [&](const IndexState& state) { return state.schema == wanted.schema && state.name == wanted.name; });
  return found == states.end() ? nullptr : &*found;
}

/// Whether a name is one that the server gives the indexes it works with in REINDEX CONCURRENTLY: `i_ccnew`,
/// `i_ccold2`.
bool isOfReindex(std::string_view name) {
  while (!name.empty() && std::isdigit(static_cast<unsigned char>(name.back())) != 0) name.remove_suffix(1);
  return name.ends_with("_ccnew") || name.ends_with("_ccold");
}

bool ofInterest(const db::ConcurrentBuild& build, const db::Index& index) {
  if (build.kind == Kind::Reindex) {
    // The indexes of a TOAST table are rebuilt with their table's.
    return !index.valid && (build.schema.empty() || index.schema == build.schema || index.schema == "pg_toast");
  }
  if (!build.schema.empty() && index.schema != build.schema) return false;
  return build.index.empty() ? index.table == build.table : index.name == build.index;
}

bool isOfLocks(const db::SqlError& error) {
  return error.kind() == db::SqlErrorKind::LockTimeout || error.kind() == db::SqlErrorKind::Deadlock;
}

bool dropUnlessLocked(db::Session& session, const IndexState& index) {
  try {
    session.execute(dropStatement(index));
    return true;
  } catch (const db::SqlError& error) {
    if (!isOfLocks(error)) throw;
    return false;
  }
}

/// A build of a whole database, or one whose schema the script names.
bool needsNoPlace(const db::ConcurrentBuild& build) {
  return !build.schema.empty() || (build.table.empty() && build.index.empty());
}

void appendEscaped(std::string& text, std::string_view part) {
  for (const char c : part) {
    switch (c) {
      case '\\': text += "\\\\"; break;
      case '\t': text += "\\t"; break;
      case '\n': text += "\\n"; break;
      default: text += c;
    }
  }
}

std::string unescaped(std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '\\' || i + 1 == part.size()) {
      text += part[i];
      continue;
    }
    const char escaped = part[++i];
    text += escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped;
  }
  return text;
}

std::string_view cut(std::string_view& text, char at) {
  const std::size_t end = text.find(at);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

}  // namespace

std::vector<IndexState> indexesOfInterest(const db::ConcurrentBuild& build, const std::vector<db::Index>& indexes) {
  std::vector<IndexState> states;
  for (const db::Index& index : indexes) {
    if (ofInterest(build, index)) states.push_back(stateOf(index));
  }
  return states;
}

std::vector<IndexState> leftovers(const db::ConcurrentBuild& build, const std::vector<IndexState>& before,
                                  const std::vector<db::Index>& now) {
  std::vector<IndexState> left;
  for (const IndexState& state : indexesOfInterest(build, now)) {
    if (state.valid) continue;
    const IndexState* was = find(before, state);
    switch (build.kind) {
      case Kind::Create:
        if (was == nullptr) left.push_back(state);
        break;
      case Kind::Reindex:
        if (was == nullptr && isOfReindex(state.name)) left.push_back(state);
        break;
      case Kind::Drop:
        if (was != nullptr && was->valid) left.push_back(state);
        break;
    }
  }
  return left;
}

bool isDone(const db::ConcurrentBuild& build, bool forgiving, const std::vector<IndexState>& before,
            const std::vector<db::Index>& now) {
  const std::vector<IndexState> present = indexesOfInterest(build, now);
  switch (build.kind) {
    case Kind::Create:
      return std::ranges::any_of(present, [&](const IndexState& state) {
        return state.valid && (forgiving || find(before, state) == nullptr);
      });
    case Kind::Reindex:
      // Rebuilding changes nothing that could be read later but this: what was invalid is valid, and nothing is left.
      return leftovers(build, before, now).empty() &&
             (build.index.empty() || std::ranges::none_of(present, [&](const IndexState& state) {
                return state.name == build.index && (build.schema.empty() || state.schema == build.schema);
              }));
    case Kind::Drop:
      return (forgiving && before.empty()) ||
             std::ranges::any_of(before, [&](const IndexState& state) { return find(present, state) == nullptr; });
  }
  return false;
}

std::optional<db::ConcurrentBuild> placed(const db::Engine& engine, db::Session& session,
                                          const db::ConcurrentBuild& build) {
  if (needsNoPlace(build)) return build;
  const bool byTable = build.kind == Kind::Create || build.index.empty();
  db::ConcurrentBuild found = build;
  found.schema = engine.catalog().schemaOf(session, byTable ? build.table : build.index);
  if (found.schema.empty()) return std::nullopt;
  return found;
}

std::optional<db::ConcurrentBuild> placed(const db::ConcurrentBuild& build, std::string_view evidence) {
  if (needsNoPlace(build)) return build;
  cut(evidence, '\n');
  const std::string_view line = cut(evidence, '\n');
  if (!line.starts_with(evidencePlace)) return std::nullopt;
  db::ConcurrentBuild found = build;
  found.schema = unescaped(line.substr(evidencePlace.size()));
  return found;
}

std::string toEvidence(const std::vector<IndexState>& indexes, std::string_view schema) {
  std::string text(evidenceHeader);
  if (!schema.empty()) {
    text += '\n';
    text += evidencePlace;
    appendEscaped(text, schema);
  }
  for (const IndexState& index : indexes) {
    text += index.valid ? "\nvalid\t" : "\ninvalid\t";
    appendEscaped(text, index.schema);
    text += '\t';
    appendEscaped(text, index.name);
  }
  return text;
}

std::vector<IndexState> fromEvidence(std::string_view text) {
  if (cut(text, '\n') != evidenceHeader) {
    throw Error(ErrorCode::InternalError, "The journal's evidence of a concurrent build can't be read.");
  }
  std::vector<IndexState> states;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    if (line.starts_with(evidencePlace)) continue;
    const bool valid = cut(line, '\t') == "valid";
    std::string schema = unescaped(cut(line, '\t'));
    states.push_back({.schema = std::move(schema), .name = unescaped(line), .valid = valid});
  }
  return states;
}

std::vector<db::Index> allIndexes(const db::Engine& engine, db::Session& session) {
  std::vector<db::Index> indexes = engine.catalog().indexes(session);
  // REINDEX of a table also rebuilds those.
  for (db::Index& index : engine.catalog().hiddenInvalidIndexes(session)) indexes.push_back(std::move(index));
  return indexes;
}

std::string dropStatement(const IndexState& index) {
  return "drop index concurrently if exists " + db::quoteIdentifier(index.schema) + "." +
         db::quoteIdentifier(index.name);
}

std::vector<IndexState> removeLeftovers(const db::Engine& engine, db::Session& session, Clock& clock,
                                        const db::ConcurrentBuild& build, const std::vector<IndexState>& before,
                                        const CleanUpLimits& limits,
                                        const std::function<void(const IndexState&)>& dropped) {
  const std::stop_token never;
  const auto deadline = clock.steadyNow() + limits.patience;
  engine.setLimits(session, {.lock = limits.lockTimeout});
  for (bool tried = false;; tried = true) {
    try {
      const std::vector<IndexState> left = leftovers(build, before, allIndexes(engine, session));
      if (left.empty() || (tried && clock.steadyNow() >= deadline)) return left;
      if (tried) clock.waitFor(limits.pause, never);
      for (const IndexState& index : left) {
        if (dropUnlessLocked(session, index) && dropped) dropped(index);
      }
    } catch (const db::SqlError& error) {
      if (!isOfLocks(error) || clock.steadyNow() >= deadline) throw;
    }
  }
}

}  // namespace hotswap::execution
