// Recipients, places, rights and all else that a whole policy says: read as written, and each mistake told at
// its place. The cases are replacements in a policy, as in problems_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/gate.h"
#include "policy/law.h"
#include "policy/policy.h"
#include "policy/testing/example.h"

namespace policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kExample;
using testing::parsed;
using testing::replaced;
using testing::told;

/// Added behind the example, whose last part is its places.
const std::string kWhole =
    std::string{kExample} +
    R"(  loft: { says: { en: A loft, nl: Een zolder }, country: NL, by: attic, holds: [door] }
recipients:
  attic: { name: Zolder nv, country: NL, role: processor, does: { en: Keeps it., nl: Bewaart het. }, policy: 'https://zolder.example/privacy', assessed: 2026-01-02, agreement: 2026-01-03, gets: [door, eyes] }
systems:
  shelf: { says: { en: The shelf, nl: De plank }, place: desk }
decisions:
  grade: { says: { en: A grade., nl: Een graad. }, logic: { en: By pages., nl: Per bladzijde. }, purpose: diploma, confirmed-by: person }
minors: { age: law, guardian: confirms by mail }
refuses: [health, race]
disclosures: [permission, court order]
cookies:
  __Host-theme: { where: local storage, kind: preference, says: { en: Light., nl: Licht. }, lifetime: until you clear it, read-by: controller }
  seen: { where: cookie, kind: functional, says: { en: Seen., nl: Gezien. }, lifetime: 8 hours, read-by: attic }
glossary:
  shelf: { word: { en: Shelf, nl: Plank }, means: { en: A board., nl: Een plank. } }
staff:
  factors: 2
  browsers: known
  four-eyes: [export, move end]
  acknowledge:
    rules: { title: { en: Rules, nl: Regels }, text: { en: Be quiet., nl: Wees stil. } }
    oath: { title: { en: Oath, nl: Eed }, text: { en: I tell nobody., nl: Ik vertel niets. }, how: signed, again-after: 2 years }
  training:
    books: { title: { en: Books, nl: Boeken }, valid: 1 year }
credentials: { mail: 90 days, session keys: 1 year }
)";

TEST(Language, IsReadAsWritten) {
  const auto policy = parsed(kWhole);
  EXPECT_EQ(policy.law(), "BE");
  EXPECT_EQ(policy.parties().privacy_contact, "hallo@leeszaal.example");
  EXPECT_EQ(policy.parties().reports_to(), "hallo@leeszaal.example") << "no other address is named";
  EXPECT_EQ(policy.parties().authority->country, "BE");
  EXPECT_THAT(policy.parties().authority->complaints, HasSubstr("https://"));

  const auto* attic = policy.recipient("attic");
  ASSERT_NE(attic, nullptr);
  EXPECT_EQ(attic->called, "Zolder nv");
  EXPECT_EQ(attic->role, RecipientRole::Processor);
  EXPECT_TRUE(attic->is_active());
  EXPECT_EQ(attic->transfer, Transfer::None);
  EXPECT_THAT(attic->gets, ElementsAre("door", "eyes"));
  ASSERT_EQ(policy.places().size(), 2U);
  EXPECT_EQ(policy.places()[1].by, "attic");
  EXPECT_EQ(policy.systems().front().place, "desk");
  EXPECT_TRUE(policy.decisions().front().confirmed_by_person);

  const auto* access = policy.rights().of(RightAct::Access);
  EXPECT_EQ(access->within, (Span{7, Unit::Days}));
  EXPECT_THAT(access->formats, ElementsAre("page"));
  EXPECT_EQ(policy.rights().find("erasure")->within, (Span{1, Unit::Months}));
  EXPECT_EQ(policy.rights().find("withdrawal")->within, Span{});
  EXPECT_EQ(policy.rights().of(RightAct::HandOver), nullptr);
  ASSERT_EQ(policy.breach().tell.size(), 2U);
  EXPECT_EQ(policy.breach().tell[0].whom, Told::Authority);
  EXPECT_EQ(policy.breach().tell[0].within, (Span{72, Unit::Hours}));
  EXPECT_TRUE(policy.breach().tell[0].by_law);
  EXPECT_FALSE(policy.breach().tell[1].by_law);
  EXPECT_EQ(policy.minors().age, 13);
  EXPECT_TRUE(policy.minors().guardian_confirms);
  EXPECT_THAT(policy.refuses(), ElementsAre("health", "race"));
  EXPECT_THAT(parsed(std::string{kExample}).refuses(), ::testing::SizeIs(10));
  EXPECT_THAT(policy.disclosure_grounds(), ElementsAre("permission", "court order"));
  ASSERT_EQ(policy.stored_items().size(), 2U);
  EXPECT_EQ(policy.stored_items()[0].where, StoredWhere::LocalStorage);
  EXPECT_EQ(policy.glossary().size(), 1U);
  EXPECT_TRUE(policy.staff().known_devices);
  EXPECT_THAT(policy.staff().four_eyes, ElementsAre("export", "move end"));
  const auto& staff = policy.staff();
  ASSERT_EQ(staff.acknowledge.size(), 2U);
  EXPECT_EQ(staff.acknowledge[0].name, "rules");
  EXPECT_EQ(staff.acknowledge[0].text.in(base::Language::Nl), "Wees stil.");
  EXPECT_FALSE(staff.acknowledge[0].is_signed);
  EXPECT_EQ(staff.acknowledge[0].again_after.count, 0);
  EXPECT_EQ(staff.acknowledge[0].version.size(), 16U);
  EXPECT_TRUE(staff.acknowledge[1].is_signed);
  EXPECT_EQ(staff.acknowledge[1].again_after, (Span{2, Unit::Years}));
  ASSERT_EQ(staff.training.size(), 1U);
  EXPECT_EQ(staff.training[0].title.in(base::Language::En), "Books");
  EXPECT_EQ(staff.training[0].valid, (Span{1, Unit::Years}));
  EXPECT_EQ(policy.credentials()[1].credential, "session keys");
  EXPECT_EQ(policy.credentials()[1].every, (Span{1, Unit::Years}));
}

TEST(Language, WhatIsAgreedToHasAVersionOfItsOwn) {
  const auto version = [](std::string_view from, std::string_view to) {
    const auto yaml = from.empty() ? std::string{kWhole} : replaced(kWhole, from, to);
    return parsed(yaml).staff().acknowledge[0].version;
  };
  const auto before = version("", "");
  EXPECT_NE(version("Wees stil.", "Wees heel stil."), before) << "in any language";
  EXPECT_NE(version("nl: Regels", "nl: Huisregels"), before);
  EXPECT_NE(version("nl: Wees stil. }", "nl: Wees stil. }, how: signed"), before);
  EXPECT_EQ(version("nl: Wees stil. }", "nl: Wees stil. }, again-after: 1 year"), before);
  EXPECT_EQ(version("{ en: Be quiet., nl: Wees stil. }", "{ nl: Wees stil., en: Be quiet. }"), before);
  EXPECT_EQ(version("factors: 2", "factors: 1"), before) << "of nothing else";
}

TEST(Language, ReadsRightsOfItsOwnTermsAndSources) {
  auto yaml =
      replaced(kWhole, "  erasure:",
               "  silence: { does: answer, says: { en: a, nl: b }, within: 4 weeks, by: controller }\n"
               "  identity: [redacted document]\n  needs: [date, signature]\n  erasure:");
  yaml = replaced(yaml, "from: registration form", "from: [registration form, business card]");
  yaml = replaced(yaml, "keep: 2 months after event end", "keep: while account");
  yaml = replaced(yaml, "keep: 1 day after event end", "keep: 6 months");
  yaml = replaced(yaml, "called: { type: name,",
                  "called: { type: name, category: identification, example: Ann,");
  const auto policy = parsed(yaml);
  EXPECT_EQ(policy.rights().find("silence")->act, RightAct::Answer);
  EXPECT_EQ(policy.rights().find("silence")->within, (Span{4, Unit::Weeks}));
  EXPECT_THAT(policy.rights().identity, ElementsAre(IdentityProof::RedactedDocument));
  EXPECT_THAT(policy.rights().needs, ElementsAre("date", "signature"));
  EXPECT_THAT(policy.datum("card")->from, ElementsAre("registration form", "business card"));
  EXPECT_EQ(policy.datum("card")->keep, (Term{{0, Unit::Days}, "account end"}));
  EXPECT_EQ(to_text(policy.datum("card")->keep), "while account");
  EXPECT_EQ(to_text(policy.datum("door")->keep), "6 months");
  EXPECT_EQ(to_text(policy.datum("eyes")->keep), "2 years after event end");
  EXPECT_EQ(policy.field("called")->category, "identification");
  EXPECT_EQ(policy.field("called")->example, "Ann");
}

struct Case {
  std::string_view from;
  std::string_view to;
  std::string_view what;
  std::string_view instead;
};
class WholeMistake : public ::testing::TestWithParam<Case> {};

TEST_P(WholeMistake, IsTold) {
  const auto& [from, to, what, instead] = GetParam();
  const auto policy = Policy::parse(replaced(kWhole, from, to));
  ASSERT_FALSE(policy);
  const auto all = told(policy.error());
  const auto is_it = [&](const Problem& problem) {
    return problem.what.contains(what) && problem.instead.contains(instead) && problem.at.line > 1;
  };
  // What misses altogether is told at the beginning of the file.
  EXPECT_TRUE(std::ranges::any_of(policy.error(), is_it) ||
              all.starts_with("policy:1:1: " + std::string{what}))
      << all;
}

INSTANTIATE_TEST_SUITE_P(
    Organisation, WholeMistake,
    ::testing::Values(
        Case{"law: BE\n", "", "the policy has no 'law'", ""},
        Case{"law: BE", "law: US", "'US' is not known as 'law'", "AT, BE"},
        Case{"  authority: be-gba\n", "", "'parties' has no 'authority'", "be-gba"},
        Case{"be-gba", "be-cnil", "'be-cnil' is not known", "write 'fr-cnil'"},
        Case{"authority: be-gba", "authority: { name: A, complaints: 'http://a.example/', country: BE }",
             "is no address of a secure page", "https://"},
        Case{"controller: { name: Leeszaal vzw, contact: hallo@leeszaal.example, country: BE }",
             "controller: { role: organiser }", "nobody can be written to", "privacy-contact"},
        Case{"  authority: be-gba", "  report-contact: hallo@leeszaal.example\n  authority: be-gba",
             "'report-contact' is where requests go", "another address"},
        Case{"breach: {", "breech: {", "unknown key 'breech'", "write 'breach'"},
        Case{"tell: { authority: law, ", "tell: { ", "'breach.tell' has no 'authority'", "authority: law"},
        Case{"people: 72 hours", "people: 4 days", "4 days is longer than the 72 hours of GDPR 34(1)", "law"},
        Case{"people: 72 hours", "people: soon", "'soon' is no term", "'law'"},
        Case{"people: 72 hours", "people: 72 hours, controller: law", "names no processor", "'parties'"},
        Case{"age: law", "age: 12", "12 years is younger than the 13 of Law of 30 July 2018", "law"},
        Case{"age: law", "age: young", "'young' is no age", "a number"},
        Case{"refuses: [health,", "refuses: [helth,", "'helth' is not known", "write 'health'"},
        Case{"factors: 2", "factors: 3", "no number of factors", "1 or 2"},
        Case{"browsers: known", "browsers: mine", "'mine' is not known", "any, known"},
        Case{"credentials: { mail", "credentials: { male", "unknown credential 'male'",
             "write one of: database, mail"}));

INSTANTIATE_TEST_SUITE_P(
    Flow, WholeMistake,
    ::testing::Values(
        Case{", agreement: 2026-01-03", "", "the processor 'attic' gets data without an agreement",
             "agreement"},
        Case{"assessed: 2026-01-02", "assessed: 2027-01-02", "before 'assessed'", "gets: []"},
        Case{"country: NL, role", "country: US, role", "outside the European Economic Area, and no ground",
             "adequacy"},
        Case{"country: NL, by: attic", "country: US, by: attic", "outside the European Economic Area",
             "transfer"},
        Case{"country: BE, by: controller", "country: CN, by: controller",
             "outside the European Economic Area", "by: <recipient>"},
        Case{"gets: [door, eyes] }", "gets: [door, eyes], transfer: adequacy }", "nothing is transferred",
             "leave 'transfer' out"},
        Case{"gets: [door, eyes] }", "gets: [dor] }", "unknown datum 'dor'", "write 'door'"},
        Case{"gets: [door, eyes] }", "gets: [eyes] }", "'door' lies with 'attic', which does not get it",
             "gets"},
        Case{"holds: [card, door,", "holds: [door,", "'card' lies nowhere", "'holds' of a place"},
        Case{"by: attic", "by: attick", "unknown party or recipient 'attick'", "write 'attic'"},
        Case{"by: attic", "by: processor", "names no processor", "parties"},
        Case{"place: desk", "place: disk", "unknown place 'disk'", "write 'desk'"},
        Case{"purpose: diploma, confirmed-by: person", "purpose: diploma", "has no 'confirmed-by'",
             "no rule decides about anybody alone"},
        Case{"purpose: diploma,", "purpose: diplom,", "unknown purpose 'diplom'", "write 'diploma'"}));

INSTANTIATE_TEST_SUITE_P(
    Rights, WholeMistake,
    ::testing::Values(
        Case{"within: 7 days", "within: 5 weeks", "5 weeks is longer than the 1 month of GDPR 12(3)", "law"},
        Case{"formats: [page], ", "", "does not say how the data are handed over", "formats: [page]"},
        Case{"formats: [csv]", "formats: [page]", "no file that a program can read", "csv"},
        Case{"erasure: { within: law,", "erasure: { within: law, formats: [csv],", "hands nothing over",
             "leave"},
        Case{"erasure: { within: law, by: controller }", "erasure: { within: law }",
             "answered by the officer", "'parties'"},
        Case{"  erasure:", "  erazure:", "'erazure' is no usual right", "write 'erasure'"},
        Case{"  erasure: { within: law, by: controller }\n", "", "the right 'erasure' is not there (GDPR 17)",
             "add 'erasure"},
        Case{"  withdrawal: { within: without delay, by: controller }\n", "",
             "the right 'withdrawal' is not there", "withdrawal"},
        Case{"diploma:\n    basis: legal-obligation", "diploma:\n    basis: legitimate-interest",
             "the right 'objection' is not there", "objection"},
        Case{"lifetime: 8 hours", "lifetime: long", "'long' is no lifetime", "8 hours"},
        Case{"lifetime: 8 hours", "lifetime: until you clear it", "in no local storage", "8 hours"},
        Case{"read-by: attic", "read-by: atic", "unknown party or recipient", "write 'attic'"},
        Case{"how: signed", "how: sworn", "'sworn' is not known", "read, signed"},
        Case{"    books: { title: { en: Books, nl: Boeken }, valid: 1 year }",
             "    books: { title: { en: Books, nl: Boeken } }", "has no 'valid'", "as in 'valid: 1 year'"},
        Case{"    books:", "    oath:", "'oath' is both acknowledged and followed", "another name"},
        Case{"kind: functional", "kind: functonal", "is not known", "write 'functional'"}));

TEST(Law, HoldsFromADateOn) {
  EXPECT_EQ(law_on(LawParameter::ChildAge, "BE", "2026-11-01")->value.count, 13);
  EXPECT_EQ(law_on(LawParameter::ChildAge, "BE", "2018-09-04")->value.count, 16);  // The Union's, until then.
  EXPECT_EQ(law_on(LawParameter::ChildAge, "NL", "2026-11-01")->value.count, 16);
  EXPECT_EQ(law_on(LawParameter::ChildAge, "LU", "2026-11-01")->country, "");
  EXPECT_FALSE(law_on(LawParameter::BreachToAuthority, "BE", "2018-05-24"));
  EXPECT_EQ(law_on(LawParameter::BreachToAuthority, "BE", "2018-05-25")->value, (Span{72, Unit::Hours}));
  EXPECT_EQ(authority("nl-ap")->country, "NL");
  EXPECT_FALSE(authority("xx"));
  for (const auto& row : law_table()) EXPECT_FALSE(row.source.empty());
}

TEST(Language, FingerprintFollowsWhoGetsTheDataAndWhere) {
  const auto before = parsed(kWhole);
  const auto& reading = before.purpose("reading")->fingerprint;
  const auto after = [](std::string_view from, std::string_view to) {
    return parsed(replaced(kWhole, from, to)).purpose("reading")->fingerprint;
  };
  EXPECT_NE(after("country: NL, role", "country: FR, role"), reading);
  EXPECT_NE(after("gets: [door, eyes]", "gets: [door]"), reading);
  EXPECT_NE(after("country: BE, by: controller", "country: FR, by: controller"), reading);
  EXPECT_NE(after("name: Zolder nv", "name: Kelder nv"), reading);
  EXPECT_EQ(after("country: NL, by: attic", "country: FR, by: attic"), reading);  // Only "door" lies there.
  EXPECT_EQ(after("agreement: 2026-01-03", "agreement: 2026-02-03"), reading);
}

TEST(Language, KnowsWhoseAMachineIs) {
  const auto with_host =
      replaced(kWhole, "gets: [door, eyes]", "gets: [door, eyes], hosts: [smtp.zolder.example, 192.0.2.7]");
  const auto policy = parsed(with_host);
  EXPECT_EQ(policy.runs("smtp.zolder.example"), "attic");
  EXPECT_EQ(policy.runs("192.0.2.7"), "attic");
  EXPECT_EQ(policy.runs("zolder.example"), std::nullopt);
  const auto problem = [&](std::string_view hosts) {
    const auto wrong = Policy::parse(replaced(with_host, "[smtp.zolder.example, 192.0.2.7]", hosts));
    return wrong ? std::string{} : told(wrong.error());
  };
  EXPECT_THAT(problem("[Smtp.Zolder.Example]"), HasSubstr("no name of a machine"));
  EXPECT_THAT(problem("['smtp.zolder.example:25']"), HasSubstr("no name of a machine"));
  EXPECT_THAT(problem("[.zolder.example]"), HasSubstr("no name of a machine"));
  EXPECT_THAT(problem("[a.example, a.example]"), HasSubstr("stands twice"));
}

TEST(Language, PermitsARecipientWhatItGetsOnceItIsActive) {
  const auto policy = parsed(kWhole);
  const Gate gate(policy);
  const auto permit = gate.permit_recipient("attic", "door");
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->recipient(), "attic");
  EXPECT_EQ(permit->data(), "door");
  EXPECT_THAT(permit->purposes(), ElementsAre("entry"));
  EXPECT_EQ(gate.permit_recipient("attic", "card").error().code, base::Code::Denied);
  EXPECT_EQ(gate.permit_recipient("cellar", "door").error().code, base::Code::Denied);
  const auto unassessed = parsed(replaced(kWhole, "assessed: 2026-01-02, ", ""));
  EXPECT_THAT(Gate{unassessed}.permit_recipient("attic", "door").error().message, HasSubstr("not active"));
  const auto abroad = parsed(replaced(kWhole, "country: NL, role", "country: US, transfer: adequacy, role"));
  EXPECT_TRUE(Gate{abroad}.permit_recipient("attic", "door"));
}

}  // namespace
}  // namespace policy
