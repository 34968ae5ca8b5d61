// Requests and reports that come by mail. The mail server hands a mail to `hartslag request receive`, which
// puts it into the spool: a file <ms>-<id>.eml in `<data>/requests/new`, written under another name, synced
// and renamed, so that the program sees whole ones only and none is lost when it is not running. <ms> is when
// it was received; the deadline runs from there. A job opens a request <id> for each, or an incident <id>
// where it went to the address that the policy publishes for reports, and removes the file; interrupted in
// between, it finds what it opened and removes the file then.
//
// What cannot be read as a mail, or has no address to answer to, is moved to `bad/` for a person to look at.
// Mails that other programs wrote by themselves (Auto-Submitted, Precedence, bounces) open nothing: answering
// them would go on for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "mail/read.h"
#include "policy/policy.h"
#include "rights/request.h"

namespace rights {

/// A mail as the desk reads it.
struct Incoming {
  /// It went to the policy's `report-contact`.
  bool is_report = false;
  std::string name;  ///< as the sender calls themself; their address when they do not
  std::string address;
  std::string text;  ///< subject and body, cut to kMessageBytesMax
  base::Language language = base::Language::Nl;
  std::string right;  ///< empty: not clear
  std::vector<std::string> missing;
  std::string proof;  ///< the first attachment that may be one
};

/// Errors: Invalid for what cannot be answered (no address, written by a program).
base::Result<Incoming> read_request(const policy::Policy& policy, std::string_view bytes);

/// The text names a day: "22-11-2026", "22 november 2026", "2026-11-22".
bool names_a_day(std::string_view text);
/// The last lines hold the sender's name, or the mail is signed by OpenPGP or S/MIME.
bool is_signed(std::string_view text, std::string_view name, const mail::Message& message);

/// Writes a mail into the spool. Errors: TooLarge past kMailBytesMax; Unavailable.
base::Result<void> spool_mail(base::Files& files, const base::Path& folder, std::string_view bytes,
                              base::Instant received, base::Random& random);
/// "1796000000000-<id>.eml"; none for any other name.
struct SpoolName {
  base::Instant received;
  RequestId id;
};
std::optional<SpoolName> parse_spool_name(std::string_view file_name);

}  // namespace rights
