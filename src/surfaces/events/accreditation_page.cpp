#include "surfaces/events/accreditation_page.h"

#include <fmt/format.h>

#include "base/trim.h"
#include "http/form.h"
#include "http/percent.h"
#include "journal/journal.h"
#include "policy/policy.h"
#include "surfaces/events/accreditation.h"
#include "surfaces/events/limits.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace surfaces::events {

using base::Code;
using base::Result;
using texts::Key;

namespace {

Key standing(const policy::Decision& rule, const OfViewer& of) {
  if (!of.agreed) return Key::MeAccreditUnmeasured;
  const auto from_ms = base::to_ms(of.event.starts);
  const auto figures = pulse::viewer_figures(of.presences, from_ms, base::to_ms(end_of(of.event)),
                                             base::to_ms(of.event.ends) - from_ms);
  return is_proposed(rule, figures) ? Key::MeAccreditProposed : Key::MeAccreditBelow;
}

}  // namespace

Result<void> show_accreditation(html::Values& values, Parts& parts, const OfViewer& of) {
  const auto* rule = parts.needs.policy.attendance_rule();
  ASSIGN_OR_RETURN(const auto decided, Accreditations(parts.needs).find(of.event.property, of.person));
  if (!decided && (rule == nullptr || !of.event.measured)) return {};
  const auto at = [&](base::Instant instant) {
    return texts::date_time(of.language, instant, of.event.time_zone);
  };
  auto& shown = values.add("assessed");
  if (rule != nullptr) {
    shown.add("ruled")
        .set("rule",
             texts::format(of.language, Key::MeAccreditRule, {{"share", fmt::to_string(rule->watched)}}))
        .set("standing", texts::get(of.language, standing(*rule, of)));
  }
  if (!decided) {
    shown.show("undecided");
    return {};
  }
  auto& told = shown.add("decided");
  told.set("what",
           texts::format(of.language, decided->granted ? Key::MeAccreditGranted : Key::MeAccreditRefused,
                         {{"at", at(decided->decided)}}));
  if (!decided->reason.empty()) told.add("reasoned").set("reason", decided->reason);
  if (decided->objected) {
    told.add("objected")
        .set("when", texts::format(of.language, Key::MeAccreditObjected, {{"at", at(*decided->objected)}}))
        .set("words", decided->words);
    return {};
  }
  told.add("open").set("action", of.objects_at).set("most", fmt::to_string(kReasonBytesMax / 2));
  return {};
}

Result<void> object(Parts& parts, const Event& event, base::PersonId person, const http::Request& request) {
  ASSIGN_OR_RETURN(const auto form, http::parse_form(request));
  const std::string words{base::trimmed(form.text("words"))};
  if (words.empty() || words.size() > kReasonBytesMax)
    return base::fail(Code::Invalid, "Say why, in at most 2000 characters.");
  if (!http::is_utf8(words)) return base::fail(Code::Invalid, "words: not UTF-8");
  Accreditations all(parts.needs);
  ASSIGN_OR_RETURN(auto decided, all.find(event.property, person));
  if (!decided) return base::fail(Code::Conflict, "Nothing has been decided yet.");
  RETURN_IF_ERROR(parts.needs.journal.record({.kind = "events.accreditation_objected",
                                              .property = event.property,
                                              .by = {},
                                              .subject = parts.needs.journal.draw_subject(),
                                              .detail = {}}));
  decided->objected = parts.needs.clock.now();
  decided->words = words;
  return all.put(event.property, person, *decided);
}

}  // namespace surfaces::events
