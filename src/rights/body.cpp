#include "rights/body.h"
#include "http/json_body.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace rights {

using base::Code;
using base::Result;
using nlohmann::json;

Result<json> read_body(const http::Request& request) { return http::read_json_object(request.body); }

Result<std::string> text_of(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || found->is_null()) return std::string{};
  if (!found->is_string()) return base::fail(Code::Invalid, fmt::format("{}: a text", name));
  return found->get<std::string>();
}

Result<bool> truth_of(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || !found->is_boolean())
    return base::fail(Code::Invalid, fmt::format("{}: true or false", name));
  return found->get<bool>();
}

Result<std::optional<base::Instant>> time_of(const json& given, const char* name) {
  ASSIGN_OR_RETURN(const auto text, text_of(given, name));
  if (text.empty()) return std::optional<base::Instant>{};
  const auto read = base::parse_rfc3339(text);
  if (!read) return base::fail(Code::Invalid, fmt::format("{}: a time as 2026-11-22T14:00:00Z", name));
  return std::optional{*read};
}

json time_json(const std::optional<base::Instant>& at) { return at ? json(base::to_rfc3339(*at)) : json(); }

}  // namespace rights
