#pragma once
#include <soci/soci.h>

#include <cstdint>
#include <string>
#include <utility>

#include "store/conversions.h"
#include "store/page.h"

namespace hotswap::store {

/// One SQL statement with its values. Values are always bound, by name; `bind` and `into` keep references, so what they
/// are given must live as long as the query (temporaries don't compile). Bound variables may change between two runs.
/// For one thread; throws soci::soci_error, which Connections translates.
class Query {
 public:
  Query(soci::session& session, std::string text) : statement_(session), text_(std::move(text)) {}

  template <class Value>
  Query& bind(const char* name, const Value& value) {
    statement_.exchange(soci::use(value, name));
    return *this;
  }
  template <class Value>
  Query& bind(const char* name, const Value&& value) = delete;

  /// The next column of the result goes to `value`.
  template <class Value>
  Query& into(Value& value) {
    statement_.exchange(soci::into(value));
    return *this;
  }

  /// Fetches the next row; the first call runs the statement. False when there is none.
  bool next() {
    if (!running_) {
      prepare();
      statement_.execute(false);
      running_ = true;
    }
    return statement_.fetch();
  }

  /// Forgets the rows not fetched, so that `next` runs the statement again.
  Query& again() {
    running_ = false;
    return *this;
  }

  /// Runs a statement without a result; returns the number of rows it changed.
  std::int64_t run() {
    prepare();
    statement_.execute(true);
    return statement_.get_affected_rows();
  }

 private:
  void prepare() {
    if (prepared_) return;
    statement_.alloc();
    statement_.prepare(text_);
    statement_.define_and_bind();
    prepared_ = true;
  }

  soci::statement statement_;
  std::string text_;
  bool prepared_ = false;
  bool running_ = false;
};

/// A WHERE clause of fixed conditions, put together by what a filter asks for.
class Conditions {
 public:
  void add(const std::string& condition) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += condition;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A page request as LIMIT and OFFSET take it: PostgreSQL refuses negative numbers, SQLite takes them for "all".
inline PageRequest bounded(const PageRequest& page) {
  return {.limit = page.limit < 0 ? 0 : page.limit, .offset = page.offset < 0 ? 0 : page.offset};
}

}  // namespace hotswap::store
