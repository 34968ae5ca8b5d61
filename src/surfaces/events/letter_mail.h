// A letter as each viewer gets it: in their language where it was written in that, with their name where the
// writer put {name}, signed by the organiser, with the way to want no more of them.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/language.h"
#include "base/result.h"
#include "outbox/layout.h"
#include "outbox/outbox.h"
#include "surfaces/events/letter.h"
#include "surfaces/events/store.h"

namespace surfaces::events {

/// All outlive the template.
struct LetterMailNeeds {
  Store& store;
  sql::Database& control;
  vault::KeyStore& keys;
  vault::Vault& vault;
  const policy::Policy& policy;
  consent::Ledger& consents;
  disclosure::Book& disclosures;
  const base::Clock& clock;
  std::string origin;
};
outbox::Template letter_mail(const LetterMailNeeds& needs);

/// With an invented viewer's name and link. Errors: as outbox::lay_out.
base::Result<outbox::Layout> preview_letter(Needs& needs, const Event& event, const Letter& letter,
                                            base::Language language);

/// As its reader got it, without the mail around it: in their language, with their name. Errors: those of the
/// vault.
struct Read {
  std::string subject;
  std::string text;
};
base::Result<Read> read_by(Needs& needs, const Letter& letter, base::PersonId person);

/// What the writer wrote with a name in the place of {name}: in a subject one line; in a body such that
/// nothing in a name is Markdown.
std::string subject_with(std::string_view written, std::string_view name);
std::string body_with(std::string_view written, std::string_view name);

}  // namespace surfaces::events
