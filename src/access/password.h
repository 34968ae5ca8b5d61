// Which passwords are taken. By OWASP ASVS 5.0 §6.2: length alone, no rules of composition, no forced change.
// But not one that guessers try first (common.h), with up to kPasswordAround digits and signs around it or
// without, and not one that lives on words that everybody knows here: what is left without them has to be
// long enough by itself.
//
// Those words are kept in this list: "hartslag", what the organisation and the installation are called, the
// words of the installation's address, the member's name and address; each taken apart at all that is no
// letter or digit, the parts of kContextWord characters and more.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace staff {

/// `known`: names and addresses that everybody knows here, as they are written. Errors: Invalid, with one of
/// the messages "too short", "too long", "too common" or "too close".
base::Result<void> check_password(std::string_view password, std::span<const std::string> known);

}  // namespace staff
