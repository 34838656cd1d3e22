#include "db/postgres/postgres_nesting.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hotswap::db::postgres {

namespace {

class NestingBound {
 public:
  void take(PgQuery__Token token) {
    switch (token) {
      case PG_QUERY__TOKEN__SQL_COMMENT:
      case PG_QUERY__TOKEN__C_COMMENT: return;
      case PG_QUERY__TOKEN__ASCII_40:
      case PG_QUERY__TOKEN__ASCII_91: levels_.emplace_back(); break;
      case PG_QUERY__TOKEN__CASE: levels_.push_back({0, 0, true}); break;
      case PG_QUERY__TOKEN__ASCII_41:
      case PG_QUERY__TOKEN__ASCII_93: leave(); break;
      case PG_QUERY__TOKEN__END_P:
        if (levels_.back().isCase) leave();
        break;
      case PG_QUERY__TOKEN__UNION:
      case PG_QUERY__TOKEN__INTERSECT:
      case PG_QUERY__TOKEN__EXCEPT:
      case PG_QUERY__TOKEN__JOIN:
        restart();
        ++levels_.back().links;
        grow();
        return;
      case PG_QUERY__TOKEN__ASCII_44:
      case PG_QUERY__TOKEN__AND:
      case PG_QUERY__TOKEN__OR:
      case PG_QUERY__TOKEN__WHEN:
      case PG_QUERY__TOKEN__THEN:
      case PG_QUERY__TOKEN__ELSE: restart(); return;
      default: break;
    }
    ++levels_.back().tokens;
    grow();
  }
  [[nodiscard]] std::size_t deepest() const { return deepest_; }

 private:
  struct Level {
    std::size_t tokens = 0;  ///< since the last comma
    std::size_t links = 0;
    bool isCase = false;
  };

  void grow() { deepest_ = std::max(deepest_, ++open_); }
  void restart() { open_ -= std::exchange(levels_.back().tokens, 0); }
  void leave() {
    if (levels_.size() < 2) return;
    open_ -= levels_.back().tokens + levels_.back().links;
    levels_.pop_back();
  }

  std::vector<Level> levels_{Level{}};
  std::size_t open_ = 0;  ///< tokens and links of all open levels
  std::size_t deepest_ = 0;
};

}  // namespace

std::size_t nestingBound(const PgQuery__ScanResult& scan) {
  NestingBound bound;
  for (std::size_t i = 0; i < scan.n_tokens; ++i) bound.take(scan.tokens[i]->token);
  return bound.deepest();
}

}  // namespace hotswap::db::postgres
