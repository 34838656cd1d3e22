#include "db/postgres/dump/dump_order.h"

#include <algorithm>
#include <tuple>

namespace hotswap::db::postgres {

namespace {

/// Tarjan's algorithm for strongly connected components (SIAM J. Comput. 1, 1972), with a stack of its own: a chain of
/// a hundred thousand views must not end the process.
class Circles {
 public:
  explicit Circles(const Needs& needs) : needs_(needs) {}

  std::map<ObjectId, std::size_t> found() {
    for (const auto& [id, ignored] : needs_) {
      if (!state_.contains(id)) visit(id);
    }
    return std::move(groups_);
  }

 private:
  struct State {
    std::size_t index = 0;
    std::size_t low = 0;
    bool open = true;
  };
  struct Step {
    ObjectId id;
    std::set<ObjectId>::const_iterator next;
    std::set<ObjectId>::const_iterator end;
  };

  void enter(const ObjectId& id) {
    static const std::set<ObjectId> nothing;
    const auto place = needs_.find(id);
    const std::set<ObjectId>& targets = place == needs_.end() ? nothing : place->second;
    const std::size_t index = state_.size();
    state_[id] = {.index = index, .low = index, .open = true};
    open_.push_back(id);
    path_.push_back({.id = id, .next = targets.begin(), .end = targets.end()});
  }

  void visit(const ObjectId& start) {
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.next != step.end) {
        const ObjectId target = *step.next++;
        const auto known = state_.find(target);
        if (known == state_.end()) {
          enter(target);
        } else if (known->second.open) {
          State& own = state_[step.id];
          own.low = std::min(own.low, known->second.index);
        }
        continue;
      }
      leave();
    }
  }

  void leave() {
    const ObjectId id = path_.back().id;
    path_.pop_back();
    const State own = state_[id];
    if (!path_.empty()) {
      State& parent = state_[path_.back().id];
      parent.low = std::min(parent.low, own.low);
    }
    if (own.low != own.index) return;
    const bool several = open_.back() != id;
    if (several) ++count_;
    for (bool last = false; !last; open_.pop_back()) {
      const ObjectId& member = open_.back();
      last = member == id;
      state_[member].open = false;
      if (several) groups_[member] = count_;
    }
  }

  const Needs& needs_;
  std::map<ObjectId, State> state_;
  std::vector<ObjectId> open_;
  std::vector<Step> path_;
  std::map<ObjectId, std::size_t> groups_;
  std::size_t count_ = 0;
};

}  // namespace

std::map<ObjectId, std::size_t> circles(const Needs& needs) { return Circles(needs).found(); }

std::vector<DumpEntry> ordered(std::vector<DumpEntry> entries) {
  std::ranges::sort(entries, {}, [](const DumpEntry& entry) { return std::tie(entry.place, entry.sql); });
  std::map<ObjectId, std::size_t> positions;
  for (std::size_t position = 0; position < entries.size(); ++position)
    positions.emplace(entries[position].id, position);

  std::vector<std::size_t> missing(entries.size(), 0);
  std::vector<std::vector<std::size_t>> waiting(entries.size());
  for (std::size_t position = 0; position < entries.size(); ++position) {
    for (const ObjectId& need : entries[position].needs) {
      const auto found = positions.find(need);
      if (found == positions.end() || found->second == position) continue;
      waiting[found->second].push_back(position);
      ++missing[position];
    }
  }

  std::set<std::size_t> ready;
  std::set<std::size_t> blocked;
  for (std::size_t position = 0; position < entries.size(); ++position) {
    (missing[position] == 0 ? ready : blocked).insert(position);
  }
  std::vector<DumpEntry> result;
  result.reserve(entries.size());
  while (!ready.empty() || !blocked.empty()) {
    std::set<std::size_t>& source = ready.empty() ? blocked : ready;
    const std::size_t next = *source.begin();
    source.erase(source.begin());
    for (const std::size_t dependent : waiting[next]) {
      if (--missing[dependent] == 0 && blocked.erase(dependent) == 1) ready.insert(dependent);
    }
    result.push_back(std::move(entries[next]));
  }
  return result;
}

}  // namespace hotswap::db::postgres
