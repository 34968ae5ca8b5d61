// Signals of the browser that refuse for its user: Global Privacy Control (`Sec-GPC: 1`, W3C) and its
// predecessor Do Not Track (`DNT: 1`). Either refuses every purpose that rests on consent, without a
// question being asked; a viewer may still agree afterwards by an explicit act, which is the more specific.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace consent {

/// By what somebody answered; `Mail` is the button behind a link that was mailed.
enum class Method : std::uint8_t { Button, Gpc, Dnt, Switch, Mail };
std::string_view to_text(Method method);  ///< "button", "gpc", "dnt", "switch", "mail"

/// The method under which a refusal is recorded, or none when nothing is refused. GPC goes first.
constexpr std::optional<Method> signal_refuses(bool sec_gpc, bool dnt) {
  if (sec_gpc) return Method::Gpc;
  if (dnt) return Method::Dnt;
  return std::nullopt;
}

}  // namespace consent
