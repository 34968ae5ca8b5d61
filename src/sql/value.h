// What goes into a statement and what comes out: null, an integer, a number, a text. Times are integer
// milliseconds, yes and no are 1 and 0, bytes are base64 text.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace sql {

class Value {
 public:
  using Held = std::variant<std::monostate, std::int64_t, double, std::string>;

  Value() = default;
  Value(std::nullopt_t) {}
  Value(std::nullptr_t) {}
  template <std::integral T>
  Value(T number) : held_(static_cast<std::int64_t>(number)) {}
  Value(double number) : held_(number) {}
  Value(std::string text) : held_(std::move(text)) {}
  Value(std::string_view text) : held_(std::string{text}) {}
  Value(const char* text) : held_(std::string{text}) {}
  Value(base::Instant at) : held_(base::to_ms(at)) {}
  template <class T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value{*maybe};
  }

  const Held& held() const { return held_; }
  bool is_null() const { return std::holds_alternative<std::monostate>(held_); }

 private:
  Held held_;
};

/// `{"id", to_text(person)}`. The name is without its colon and outlives the call.
struct Param {
  std::string_view name;
  Value value;
};

/// A row of an answer. Columns go by their names in the statement, so every expression has an `as`. Asking
/// for a column that the statement does not have, for null with a getter that has no null, or for a text as
/// a number is a mistake of the programmer: CHECK. An integer comes back as one whether the engine calls it
/// INTEGER, BIGINT, NUMERIC or, for an expression in SQLite, nothing at all.
class Row {
 public:
  bool is_null(std::string_view column) const;
  std::int64_t integer(std::string_view column) const;
  double number(std::string_view column) const;
  std::string text(std::string_view column) const;
  bool truth(std::string_view column) const { return integer(column) != 0; }
  base::Instant instant(std::string_view column) const { return base::instant_from_ms(integer(column)); }

  std::optional<std::int64_t> maybe_integer(std::string_view column) const;
  std::optional<std::string> maybe_text(std::string_view column) const;
  std::optional<base::Instant> maybe_instant(std::string_view column) const;

  std::size_t size() const { return values_.size(); }

 private:
  friend class Connection;
  const Value::Held& at(std::string_view column) const;
  /// Shared by the rows of one answer.
  std::shared_ptr<const std::vector<std::string>> names_;
  std::vector<Value::Held> values_;
};

}  // namespace sql
