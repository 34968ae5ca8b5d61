#include "sql/value.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"

namespace sql {
namespace {

template <class T>
T parse(const std::string& text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  CHECK(error == std::errc{} && end == text.data() + text.size());
  return number;
}

}  // namespace

const Value::Held& Row::at(std::string_view column) const {
  const auto found = std::ranges::find(*names_, column);
  CHECK(found != names_->end());
  return values_[static_cast<std::size_t>(found - names_->begin())];
}

bool Row::is_null(std::string_view column) const {
  return std::holds_alternative<std::monostate>(at(column));
}

std::int64_t Row::integer(std::string_view column) const {
  const auto& held = at(column);
  if (const auto* integer = std::get_if<std::int64_t>(&held)) return *integer;
  // PostgreSQL sums integers to a number.
  if (const auto* number = std::get_if<double>(&held)) return static_cast<std::int64_t>(*number);
  CHECK(std::holds_alternative<std::string>(held));
  return parse<std::int64_t>(std::get<std::string>(held));
}

double Row::number(std::string_view column) const {
  const auto& held = at(column);
  if (const auto* number = std::get_if<double>(&held)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&held)) return static_cast<double>(*integer);
  CHECK(std::holds_alternative<std::string>(held));
  return parse<double>(std::get<std::string>(held));
}

std::string Row::text(std::string_view column) const {
  const auto& held = at(column);
  CHECK(std::holds_alternative<std::string>(held));
  return std::get<std::string>(held);
}

std::optional<std::int64_t> Row::maybe_integer(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Row::maybe_text(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<base::Instant> Row::maybe_instant(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

}  // namespace sql
