// The mails of this surface: the one that asks to confirm, the update itself, and its trial.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "outbox/layout.h"
#include "outbox/outbox.h"

namespace surfaces::updates {

class Updates;
struct Issue;

inline constexpr std::string_view kConfirmMail = "update_confirm";
inline constexpr std::string_view kUpdateMail = "update";
inline constexpr std::string_view kTrialMail = "update_trial";

/// For the outbox. `updates` is called when a mail is written; null where the policy declares none any more,
/// and what still waits is dropped.
std::vector<outbox::Template> mail_templates(const std::function<Updates*()>& updates);

/// The mail as who reads that language gets it. Errors: as outbox::lay_out.
base::Result<outbox::Layout> preview(const Updates& updates, const Issue& issue, base::Language language);

}  // namespace surfaces::updates
