// The fields of a form (application/x-www-form-urlencoded, WHATWG URL §5) or of a query: the same format,
// name=value pairs joined by `&`, `+` for a space, all else percent-encoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace http {

struct Request;

/// Fields in their order; a name may come more than once.
class Form {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// The first of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  /// The first of that name, or an empty text.
  std::string_view text(std::string_view name) const { return get(name).value_or(std::string_view{}); }
  bool has(std::string_view name) const { return get(name).has_value(); }
  /// All of that name, in order.
  std::vector<std::string_view> all(std::string_view name) const;
  void clear() { fields_.clear(); }
  bool empty() const { return fields_.empty(); }
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Errors: Invalid for malformed percent-encoding or UTF-8, TooLarge past kFormFieldsMax pairs.
base::Result<Form> parse_form(std::string_view text);

/// The same of a request's body. Errors: also Invalid if its content type is another.
base::Result<Form> parse_form(const Request& request);

/// "a=1&b=x+y"
std::string write_form(const Form& form);

}  // namespace http
