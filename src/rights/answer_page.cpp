// An answer as a page by itself: readable without us, years from now.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "html/template.h"
#include "rights/answer.h"
#include "rights/pages.h"
#include "rights/words.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace rights {
namespace {

using texts::Key;

texts::Key consent_key(consent::State state) {
  switch (state) {
    case consent::State::Asked: return Key::MeConsentAsked;
    case consent::State::Refused: return Key::MeConsentRefused;
    case consent::State::Given: return Key::MeConsentGiven;
    case consent::State::Withdrawn: return Key::MeConsentWithdrawn;
    case consent::State::Lapsed: return Key::MeConsentLapsed;
  }
  return Key::MeConsentAsked;
}

class Page {
 public:
  Page(const Answer& answer, const policy::Policy& policy)
      : answer_(answer), policy_(policy), language_(answer.language) {}

  std::string render() {
    html::Values page;
    page.set("page_title", texts::get(language_, Key::RightsAnswerTitle))
        .set("organisation", answer_.organisation)
        .set("made", time(answer_.made_at))
        .show("nothing", answer_.properties.empty());
    for (const auto& held : answer_.properties) show_property(page.add("property"), held);
    show_parties(page);
    return html::render(pages::answer, language_, page);
  }

 private:
  std::string time(base::Instant at) const { return texts::date_time(language_, at, answer_.zone); }

  void show_value(html::Values& row, const Held& value) const {
    row.set("label", value.label)
        .set("shown", value.value)
        .set("source", fmt::format("{}{}{}", fmt::join(value.sources, ", "),
                                   value.given_on.empty() ? "" : ", ", value.given_on))
        .set("stored", time(value.stored_at))
        .set("policy", value.policy_version)
        .set("until", value.ends ? texts::date(language_, *value.ends, answer_.zone) : value.term);
    for (const auto& name : value.purposes) {
      if (const auto* purpose = policy_.purpose(name)) {
        row.add("purpose")
            .set("says", purpose->says.in(language_))
            .set("basis", basis_name(purpose->basis, language_));
      }
    }
  }

  void show_property(html::Values& out, const HeldProperty& held) const {
    out.set("title", held.title).set("slug", held.slug).show("unopened", held.sessions.empty());
    for (const auto& value : held.values) show_value(out.add("value"), value);
    for (const auto& session : held.sessions)
      out.add("session").set("at", time(session.opened)).show(session.consented ? "measured" : "unmeasured");
    out.show("unchosen", held.consents.empty());
    for (const auto& entry : held.consents) {
      out.add("choice")
          .set("at", time(entry.at))
          .set("what", texts::get(language_, consent_key(entry.state)))
          .set("text", entry.text);
    }
    for (const auto& mail : held.mails)
      out.add("mail").set("at", time(mail.at)).set("name", mail.template_name);
    out.show("undisclosed", held.disclosures.empty());
    for (const auto& one : held.disclosures) {
      auto& row = out.add("disclosure");
      row.set("at", time(one.at))
          .set("receiver", one.receiver)
          .set("ground", texts::word(language_, "disclosure.ground.", one.ground));
      for (const auto& name : one.data) {
        if (const auto* datum = policy_.datum(name)) row.add("datum").set("says", datum->says.in(language_));
      }
    }
    for (const auto& act : held.acts) out.add("act").set("at", time(act.at)).set("kind", act.kind);
  }

  void show_parties(html::Values& page) const {
    for (const auto& recipient : policy_.recipients()) {
      if (!recipient.is_active()) continue;
      page.add("recipient")
          .set("name", recipient.called)
          .set("country", recipient.country)
          .set("does", recipient.does.in(language_));
    }
    page.show("undecided", policy_.decisions().empty());
    for (const auto& decision : policy_.decisions())
      page.add("decision")
          .set("says", decision.says.in(language_))
          .set("logic", decision.logic.in(language_));
    for (const auto& right : policy_.rights().list)
      page.add("right").set("name", right_name(right, language_));
    const auto& parties = policy_.parties();
    if (!parties.privacy_contact.empty()) page.add("contact").set("contact", parties.privacy_contact);
    if (parties.authority) {
      page.add("authority")
          .set("name", parties.authority->name)
          .set("complaints", parties.authority->complaints);
    }
  }

  const Answer& answer_;
  const policy::Policy& policy_;
  base::Language language_;
};

}  // namespace

std::string to_page(const Answer& answer, const policy::Policy& policy) {
  return Page(answer, policy).render();
}

}  // namespace rights
