#include "surfaces/events/letter_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/form.h"
#include "journal/journal.h"
#include "policy/policy.h"
#include "surfaces/events/letter.h"
#include "surfaces/events/letter_audience.h"
#include "surfaces/events/letter_mail.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace surfaces::events {

using base::Language;
using base::Result;
using http::Request;
using texts::Key;

namespace {

constexpr std::string_view kAgain = "again";
constexpr std::string_view kNoMore = "stop";

void show_lines(html::Values& values, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    values.add("line").set("text", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Result<void> show_letters(html::Values& values, Parts& parts, const Event& event, base::PersonId person,
                          Language language, std::string_view address) {
  const auto& policy = parts.needs.policy;
  LetterStore store(parts.needs.control, parts.needs.keys);
  ASSIGN_OR_RETURN(const auto letters, store.of_person(person));
  ASSIGN_OR_RETURN(const auto objected, store.objected(person));
  if (letters.empty() && !objected && letter_purposes(policy).empty()) return {};
  const auto at = [&](base::Instant instant) { return texts::date_time(language, instant, event.time_zone); };
  auto& shown = values.add("written");
  shown.set("action", fmt::format("{}/letters?lang={}", address, base::to_text(language)));
  shown.show("unwritten", letters.empty());
  for (const auto& letter : letters) {
    ASSIGN_OR_RETURN(const auto read, read_by(parts.needs, letter, person));
    const auto* purpose = policy.purpose(letter.purpose);
    auto& one = shown.add("letter");
    one.set("at", texts::format(language, Key::MeLetterAt, {{"at", at(letter.sent)}}))
        .set("by", letter.organiser)
        .set("why", purpose == nullptr ? letter.purpose : purpose->says.in(language))
        .set("subject", read.subject);
    show_lines(one, read.text);
  }
  if (objected) {
    shown.add("stopped")
        .set("when", texts::format(language, Key::MeLettersStopped, {{"at", at(*objected)}}))
        .set("again", kAgain);
  } else {
    shown.add("wanted").set("stop", kNoMore);
  }
  return {};
}

Result<bool> take_letters_answer(Parts& parts, const Event& event, base::PersonId person,
                                 const Request& request) {
  const auto form = http::parse_form(request);
  const auto word = form ? std::string{form->text("letters")} : std::string{};
  const bool again = word == kAgain;
  LetterStore store(parts.needs.control, parts.needs.keys);
  RETURN_IF_ERROR(
      parts.needs.journal.record({.kind = again ? "events.letters_wanted" : "events.letters_refused",
                                  .property = event.property,
                                  .by = {},
                                  .subject = parts.needs.journal.draw_subject(),
                                  .detail = {}}));
  if (again) {
    RETURN_IF_ERROR(store.lift_objection(event.property, person));
  } else {
    RETURN_IF_ERROR(store.object(event.property, person, parts.needs.clock.now()));
  }
  return !word.empty();
}

Result<std::vector<retention::HeldItem>> letters_held(Needs& needs, base::PersonId person) {
  LetterStore store(needs.control, needs.keys);
  const auto language = needs.policy.languages().front();
  const auto* address = needs.policy.email_field();
  const auto item = [&](std::string value, base::Instant at, std::string version) {
    return retention::HeldItem{.datum = address == nullptr ? std::string{} : address->data,
                               .name = std::string{kLetterMail},
                               .value = std::move(value),
                               .stored_at = at,
                               .policy_version = std::move(version)};
  };
  const auto told = [&](Key key, base::Instant at) {
    return texts::format(language, key, {{"at", texts::date_time(language, at, "UTC")}});
  };
  std::vector<retention::HeldItem> all;
  ASSIGN_OR_RETURN(const auto letters, store.of_person(person));
  for (const auto& letter : letters) {
    ASSIGN_OR_RETURN(const auto read, read_by(needs, letter, person));
    all.push_back(
        item(fmt::format("{} {}\n\n{}", told(Key::MeLetterAt, letter.sent), read.subject, read.text),
             letter.sent, letter.policy_version));
  }
  ASSIGN_OR_RETURN(const auto objected, store.objected(person));
  if (objected)
    all.push_back(item(told(Key::MeLettersStopped, *objected), *objected, needs.policy.version()));
  return all;
}

}  // namespace surfaces::events
