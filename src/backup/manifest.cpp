#include "backup/manifest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace backup {

using base::Code;
using base::fail;

std::string to_json(const Manifest& manifest) {
  return nlohmann::json{{"format", kFormat},
                        {"made_at", base::to_rfc3339(manifest.made_at)},
                        {"keys",
                         {{"made", manifest.keys.made},
                          {"destroyed", manifest.keys.destroyed},
                          {"changed_at", base::to_rfc3339(manifest.keys.changed_at)}}},
                        {"rows", manifest.rows}}
      .dump(2);
}

base::Result<Manifest> parse_manifest(std::string_view text) {
  try {
    const auto json = nlohmann::json::parse(text);
    const auto format = json.at("format").get<int>();
    if (format != kFormat)
      return fail(Code::Invalid,
                  fmt::format("the archive has format {}, and this program knows {}", format, kFormat));
    Manifest manifest;
    ASSIGN_OR_RETURN(manifest.made_at, base::parse_rfc3339(json.at("made_at").get<std::string>()));
    const auto& keys = json.at("keys");
    manifest.keys.made = keys.at("made").get<std::int64_t>();
    manifest.keys.destroyed = keys.at("destroyed").get<std::int64_t>();
    ASSIGN_OR_RETURN(manifest.keys.changed_at, base::parse_rfc3339(keys.at("changed_at").get<std::string>()));
    manifest.rows = json.at("rows").get<std::map<std::string, sql::RowCounts>>();
    return manifest;
  } catch (const nlohmann::json::exception&) {
    return fail(Code::Corrupt, "the archive's manifest cannot be read");
  }
}

}  // namespace backup
