#pragma once
#include <cstdint>
#include <vector>

namespace hotswap::store {

/// A part of a list, and how long the whole is.
template <class Item>
struct Page {
  std::vector<Item> items;
  std::int64_t total = 0;
};

struct PageRequest {
  std::int64_t limit = 20;
  std::int64_t offset = 0;
};

}  // namespace hotswap::store
