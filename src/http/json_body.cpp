#include "http/json_body.h"

#include <nlohmann/json.hpp>

#include "http/limits.h"

namespace http {
namespace {

/// Brackets that are open at the same time, outside of texts. Of what is no JSON this says nothing.
bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kJsonDepthMax) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

base::Result<nlohmann::json> read_json_object(std::string_view body) {
  if (is_too_deep(body)) return base::fail(base::Code::Invalid, "The body is nested too deeply.");
  auto given = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!given.is_object()) return base::fail(base::Code::Invalid, "The body is not a JSON object.");
  return given;
}

}  // namespace http
