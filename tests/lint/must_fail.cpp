// What clang-tidy has to find, so that a run which checks nothing is noticed: ./dev lint fails where one of the checks
// named behind `expect:` finds nothing here.
#include <string>
#include <utility>

namespace hotswap {

class Bad_name {};  // expect: readability-identifier-naming

std::size_t useAfterMove(std::string text) {
  const std::string taken = std::move(text);
  return taken.size() + text.size();  // expect: bugprone-use-after-move
}

// expect: performance-unnecessary-value-param
std::size_t copiesItsArgument(const std::string text) {
  return text.size();
}

}  // namespace hotswap
