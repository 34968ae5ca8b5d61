#include "policy/keys.h"

#include <fmt/format.h>

#include <array>

#include "policy/words.h"

namespace policy {
namespace {

using enum Form;
using enum Need;

constexpr auto kRoot = std::to_array<Key>({
    {"policy", Name, Must, "A name for this policy.", Words::None, Map::None, "begin with 'policy: <name>'"},
    {"languages", WordList, Must,
     "Every text is there in each of these; the first one counts where a "
     "language is missing.",
     Words::Languages, Map::None, "add 'languages: [nl, …]'"},
    {"in-force", Date, Must, "The day from which this policy holds.", Words::None, Map::None,
     "add 'in-force: <year>-<month>-<day>'"},
    {"law", Word, Whole, "The country whose law sets what this policy leaves to it.", Words::Countries,
     Map::None, "add 'law: <country>', as in 'law: BE'"},
    {"opens-by", WordList, May, "How somebody who registered gets in.", Words::Ways},
    {"parties", MapOf, Must, "Who answers for what.", Words::None, Map::Parties,
     "add 'parties:' with at least a 'controller'"},
    {"purposes", NamedMaps, Must, "Why anything is collected.", Words::None, Map::Purpose,
     "add 'purposes:' and say why anything is collected"},
    {"data", NamedMaps, Must, "What is collected; nothing else can be stored.", Words::None, Map::Datum,
     "add 'data:' and say what is collected"},
    {"consent", NamedMaps, May, "What is asked for each purpose that rests on consent.", Words::None,
     Map::Consent},
    {"updates", NamedMaps, May, "Mails that somebody can subscribe to.", Words::None, Map::Update},
    {"recipients", NamedMaps, May, "Whoever else gets data; nobody else does.", Words::None, Map::Recipient},
    {"places", NamedMaps, Whole, "Where the data lie.", Words::None, Map::Place,
     "add 'places:' and say where each datum lies"},
    {"systems", NamedMaps, May, "What processes the data, and where it runs.", Words::None, Map::System},
    {"decisions", NamedMaps, May, "What a rule prepares and a person decides.", Words::None, Map::Decision},
    {"rights", MapOf, Whole, "What people may ask for, and how soon they are answered.", Words::None,
     Map::Rights, "add 'rights:' with at least access, correction, erasure and restriction"},
    {"breach", MapOf, Whole, "Who is told when something went wrong, and how soon.", Words::None, Map::Breach,
     "add 'breach: { tell: { authority: law, people: law } }'"},
    {"minors", MapOf, May, "Who is too young to decide alone.", Words::None, Map::Minors},
    {"accounts", MapOf, May, "What becomes of an account that is no longer used.", Words::None,
     Map::Accounts},
    {"refuses", WordList, May, "Special categories that are never collected; all of them when left out.",
     Words::SpecialCategories},
    {"disclosures", WordList, May, "Grounds on which data may go to somebody who is no recipient.",
     Words::Grounds},
    {"cookies", NamedMaps, May, "What stays behind on somebody's device.", Words::None, Map::StoredItem},
    {"glossary", NamedMaps, May, "Words that the notice explains.", Words::None, Map::GlossaryEntry},
    {"staff", MapOf, May, "How staff work with the data.", Words::None, Map::Staff},
    {"credentials", WordSpans, May, "How long a password or key is used at most.", Words::Credentials},
});

constexpr auto kParties = std::to_array<Key>({
    {"controller", MapOf, Must, "Who decides why and how.", Words::None, Map::Controller,
     "say who decides: 'controller: { role: organiser }'"},
    {"processor", MapOf, May, "Who works on the controller's behalf.", Words::None, Map::Party},
    {"officer", MapOf, May, "The data protection officer.", Words::None, Map::Party},
    {"privacy-contact", MailAddress, May, "Where people write to.", Words::None, Map::None,
     "add 'privacy-contact: <e-mail address>', or an 'officer'"},
    {"report-contact", MailAddress, May,
     "Where misuse and weaknesses are reported: what comes in opens an incident."},
    {"authority", WordOrMap, Whole, "The supervisory authority.", Words::Authorities, Map::Authority},
});

constexpr auto kController = std::to_array<Key>({
    {"name", Text, May, "Its name."},
    {"contact", MailAddress, May, "Its e-mail address."},
    {"country", Country, May, "Its country."},
    {"role", Word, May, "In the place of a name, when each property names its own.", Words::Organiser},
});

constexpr auto kParty = std::to_array<Key>({
    {"name", Text, Must, "Its name.", Words::None, Map::None, "add 'name: …'"},
    {"contact", MailAddress, Must, "Its e-mail address.", Words::None, Map::None,
     "add 'contact: <e-mail address>'"},
    {"country", Country, May, "Its country."},
});

constexpr auto kAuthority = std::to_array<Key>({
    {"name", Text, Must, "Its name.", Words::None, Map::None, "add 'name: …'"},
    {"complaints", HttpsAddress, Must, "Its page for complaints."},
    {"country", Country, Must, "Its country."},
});

constexpr auto kPurpose = std::to_array<Key>({
    {"basis", Word, Must, "The legal basis (GDPR Article 6(1)).", Words::Bases},
    {"says", Texts, Must, "The purpose in words."},
    {"needs", Name, May, "Another purpose without which this one is not served."},
    {"confirmed-by", Word, May, "A result counts once a person has confirmed it.", Words::Person},
});

constexpr auto kDatum = std::to_array<Key>({
    {"fields", NamedMaps, May, "What somebody fills in.", Words::None, Map::Field},
    {"facts", WordList, May, "What a heartbeat says of a viewing.", Words::Facts},
    {"records", WordList, May, "What happened, and when.", Words::Records},
    {"attributes", WordList, May, "What is noted of a visit's device or place.", Words::Attributes},
    {"marks", NameList, May, "Moments of a viewing."},
    {"logs", WordList, May, "The parts of a line in a log.", Words::Logs},
    {"from", WordOrList, May, "How fields come in.", Words::Sources},
    {"says", Texts, Must, "The datum in words."},
    {"for", NameList, Must, "The purposes that it serves.", Words::None, Map::None,
     "add 'for: [<purpose>]': nothing is stored without a purpose"},
    {"class", Word, Must, "Who can do what with it.", Words::Classes},
    {"keep", Term, Must, "How long it is kept.", Words::None, Map::None,
     "add a term, as in 'keep: 14 days after event end'"},
    {"meanwhile", NameList, May,
     "The purposes that it may still serve from the moment that its term counts from; it is no longer "
     "changed."},
    {"then", Word, Must, "What happens when the term ends.", Words::Afterwards, Map::None,
     "add 'then: erase' or 'then: anonymise'"},
});

constexpr auto kField = std::to_array<Key>({
    {"type", FieldType, Must, "What may be filled in; with '?' it may be left empty.", Words::FieldTypes},
    {"label", Texts, Must, "What stands beside the field."},
    {"choices", NamedTexts, May, "What a field of type choice lets one choose from."},
    {"category", Word, May, "What the register calls it.", Words::FieldCategories},
    {"example", Text, May, "An invented value for the register."},
});

constexpr auto kConsent = std::to_array<Key>({
    {"ask", Word, Must, "When somebody is asked.", Words::AskWhen, Map::None, "add 'ask: every viewing'"},
    {"asks", Texts, Must, "The question."},
    {"explains", Texts, Must, "The details."},
    {"costs", Texts, May, "What a refusal may cost."},
    {"accept", Texts, Must, "The button that agrees."},
    {"decline", Texts, Must, "The button that refuses."},
    {"given", Texts, Must, "The state in words, once somebody agreed."},
    {"declined", Texts, Must, "The state in words, once somebody refused."},
    {"refused", NameList, Must, "The data of a viewing that are still stored after a refusal.", Words::None,
     Map::None, "add 'refused: [<datum>]': what is still stored after a refusal, or []"},
});

constexpr auto kUpdate = std::to_array<Key>({
    {"title", Texts, Must, "What these mails are called."},
    {"says", Texts, Must, "What is in them."},
    {"for", Name, Must, "The purpose that they serve.", Words::None, Map::None, "add 'for: <purpose>'"},
    {"at-most-every", Span, Must, "In each of these there is one mail at most.", Words::None, Map::None,
     "add 'at-most-every: …', as in 'at-most-every: 1 month'"},
});

constexpr auto kRecipient = std::to_array<Key>({
    {"name", Text, Must, "What it is called.", Words::None, Map::None, "add 'name: …'"},
    {"country", Country, Must, "Its country."},
    {"role", Word, Must, "What it is to the data.", Words::RecipientRoles},
    {"does", Texts, Must, "Its function."},
    {"policy", HttpsAddress, Must, "Its own privacy policy."},
    {"assessed", Date, May, "When it was assessed; nothing goes to it before."},
    {"agreement", Date, May, "When the agreement with it was signed."},
    {"gets", NameList, Must, "The data that it gets.", Words::None, Map::None,
     "add 'gets: [<datum>]', or [] when it gets nothing yet"},
    {"transfer", Word, May, "The ground on which data leave the European Economic Area.", Words::Transfers},
    {"hosts", HostList, May, "Its machines to which the program itself sends."},
});

constexpr auto kPlace = std::to_array<Key>({
    {"says", Texts, Must, "The place in words."},
    {"country", Country, Must, "Its country."},
    {"by", Text, Must, "Who runs it: controller, processor or a recipient.", Words::None, Map::None,
     "add 'by: controller', 'by: processor' or the name of a recipient"},
    {"holds", NameList, Must, "The data that lie there.", Words::None, Map::None, "add 'holds: [<datum>]'"},
});

constexpr auto kSystem = std::to_array<Key>({
    {"says", Texts, Must, "The system in words."},
    {"place", Name, Must, "Where it runs.", Words::None, Map::None, "add 'place: <name of a place>'"},
    {"hosts", HostList, May, "Its machines to which the program itself sends."},
});

constexpr auto kDecision = std::to_array<Key>({
    {"says", Texts, Must, "What is decided."},
    {"logic", Texts, Must, "How, in words."},
    {"purpose", Name, Must, "What for.", Words::None, Map::None, "add 'purpose: <purpose>'"},
    {"confirmed-by", Word, Must, "Nothing of weight is decided without a person.", Words::Person, Map::None,
     "add 'confirmed-by: person': no rule decides about anybody alone"},
    {"watched", Percent, May, "Whoever actively watched so much of the planned duration is proposed."},
});

constexpr std::string_view kSpanInstead = "add 'within: law', or a span as in 'within: 7 days'";

constexpr auto kRight = std::to_array<Key>({
    {"within", SpanOrLaw, Must, "How soon it is answered.", Words::None, Map::None, kSpanInstead},
    {"formats", WordList, May, "How the data are handed over.", Words::Formats},
    {"by", Word, May, "The role that answers; the officer when left out.", Words::Roles},
    {"says", Texts, May, "The right in words; the program has some."},
});

constexpr auto kOwnRight = std::to_array<Key>({
    {"does", Word, Must, "What is done when it is granted.", Words::OwnActs, Map::None,
     "add 'does: …', as in 'does: answer' when a person answers in words"},
    {"says", Texts, Must, "The right in words."},
    {"within", SpanOrLaw, Must, "How soon it is answered.", Words::None, Map::None, kSpanInstead},
    {"formats", WordList, May, "How the data are handed over.", Words::Formats},
    {"by", Word, May, "The role that answers; the officer when left out.", Words::Roles},
});

constexpr auto kRights = std::to_array<Key>({
    {"access", MapOf, May, "To see everything (GDPR Article 15).", Words::None, Map::Right},
    {"portability", MapOf, May, "To take the records along (20).", Words::None, Map::Right},
    {"correction", MapOf, May, "To have it corrected (16).", Words::None, Map::Right},
    {"erasure", MapOf, May, "To have it erased (17).", Words::None, Map::Right},
    {"restriction", MapOf, May, "To have it kept and not used (18).", Words::None, Map::Right},
    {"objection", MapOf, May, "To object (21).", Words::None, Map::Right},
    {"withdrawal", MapOf, May, "To take consent back (7(3)).", Words::None, Map::Right},
    {"hand-over", MapOf, May, "To have it sent to somebody else (20(2)).", Words::None, Map::Right},
    {"identity", WordList, May, "How somebody shows who they are.", Words::IdentityProofs, Map::None,
     "add 'identity: [personal link and mailed code]'"},
    {"needs", WordList, May, "What a request by mail must have.", Words::RequestNeeds},
});

constexpr auto kBreach = std::to_array<Key>({
    {"tell", MapOf, Must, "Who is told, and how soon.", Words::None, Map::Tell,
     "add 'tell: { authority: law, people: law }'"},
    {"closed-with", WordList, May, "What must be on record before an incident is closed.", Words::Closings},
});

constexpr auto kTell = std::to_array<Key>({
    {"controller", SpanOrLaw, May, "By the processor, from the moment it knows."},
    {"authority", SpanOrLaw, Whole, "The supervisory authority.", Words::None, Map::None,
     "add 'authority: law'"},
    {"people", SpanOrLaw, Whole, "The people concerned.", Words::None, Map::None, "add 'people: law'"},
});

constexpr auto kMinors = std::to_array<Key>({
    {"age", AgeOrLaw, Must, "Nobody younger decides alone.", Words::None, Map::None,
     "add 'age: law', or a number as in 'age: 16'"},
    {"guardian", Word, Must, "What happens then.", Words::Guardians},
});

constexpr auto kAccounts = std::to_array<Key>({
    {"close-unused", Span, Must, "An account that was not used for so long is closed.", Words::None,
     Map::None, "add 'close-unused: 2 years'"},
    {"warn-before", Span, Must, "Its owner is warned so long before.", Words::None, Map::None,
     "add 'warn-before: 30 days'"},
});

constexpr auto kStoredItem = std::to_array<Key>({
    {"where", Word, Must, "Where in the browser.", Words::StoredWheres},
    {"kind", Word, Must, "Only functional ones are set before a choice.", Words::StoredKinds},
    {"says", Texts, Must, "What for."},
    {"lifetime", Lifetime, Must, "How long it stays.", Words::None, Map::None,
     "add 'lifetime: until the browser closes', or a span as in 'lifetime: 8 hours'"},
    {"read-by", Text, Must, "Who reads it: controller, processor or a recipient.", Words::None, Map::None,
     "add 'read-by: controller', 'read-by: processor' or the name of a recipient"},
});

constexpr auto kGlossaryEntry = std::to_array<Key>({
    {"word", Texts, Must, "The word."},
    {"means", Texts, Must, "What it means."},
});

constexpr auto kStaff = std::to_array<Key>({
    {"factors", Number, May, "With how many factors staff sign in."},
    {"browsers", Word, May, "With which browsers staff sign in.", Words::StaffBrowsers},
    {"four-eyes", WordList, May, "Acts that wait for a second person.", Words::FourEyes},
    {"acknowledge", NamedMaps, May, "Texts that a member agrees to before anything else.", Words::None,
     Map::Acknowledgement},
    {"training", NamedMaps, May, "What a member has to have followed before anything else.", Words::None,
     Map::Training},
});

constexpr auto kAcknowledgement = std::to_array<Key>({
    {"title", Texts, Must, "What the text is called."},
    {"text", Texts, Must, "The text itself; a changed one is agreed to anew."},
    {"how", Word, May, "How one agrees; by reading when left out.", Words::Agreeing},
    {"again-after", Span, May, "So long afterwards it is asked again."},
});

constexpr auto kTraining = std::to_array<Key>({
    {"title", Texts, Must, "What the training is called."},
    {"valid", Span, Must, "How long it counts, from the day on which it was followed.", Words::None,
     Map::None, "add 'valid: …', as in 'valid: 1 year'"},
});

std::vector<std::string_view> fixed_words(Words words) {
  switch (words) {
    case Words::Languages: return {"nl", "fr", "en", "de"};
    case Words::Ways: return {"form", "link"};
    case Words::Organiser: return {"organiser"};
    case Words::Person: return {"person"};
    case Words::FieldCategories:
      return {"contact", "identification", "payment", "interest", "professional", "other"};
    case Words::Afterwards: return {"erase", "anonymise"};
    case Words::AskWhen: return {"every viewing", "once"};
    case Words::Roles: return {"officer", "controller", "processor"};
    case Words::Formats: return {"page", "csv", "json"};
    case Words::RequestNeeds: return {"date", "signature", "identity"};
    case Words::Closings: return {"remedy", "policy decision"};
    case Words::StaffBrowsers: return {"any", "known"};
    case Words::Agreeing: return {"read", "signed"};
    case Words::Guardians: return {"confirms by mail", "refused"};
    default: return {};
  }
}

}  // namespace

std::span<const Key> keys_of(Map map) {
  switch (map) {
    case Map::None: return {};
    case Map::Root: return kRoot;
    case Map::Parties: return kParties;
    case Map::Controller: return kController;
    case Map::Party: return kParty;
    case Map::Authority: return kAuthority;
    case Map::Purpose: return kPurpose;
    case Map::Datum: return kDatum;
    case Map::Field: return kField;
    case Map::Consent: return kConsent;
    case Map::Recipient: return kRecipient;
    case Map::Place: return kPlace;
    case Map::System: return kSystem;
    case Map::Decision: return kDecision;
    case Map::Rights: return kRights;
    case Map::Right: return kRight;
    case Map::OwnRight: return kOwnRight;
    case Map::Breach: return kBreach;
    case Map::Tell: return kTell;
    case Map::Minors: return kMinors;
    case Map::Accounts: return kAccounts;
    case Map::StoredItem: return kStoredItem;
    case Map::GlossaryEntry: return kGlossaryEntry;
    case Map::Staff: return kStaff;
    case Map::Acknowledgement: return kAcknowledgement;
    case Map::Training: return kTraining;
    case Map::Update: return kUpdate;
  }
  return {};
}

std::vector<std::string_view> words_of(Words words, const Vocabulary& vocabulary) {
  switch (words) {
    case Words::Countries: return country_words();
    case Words::Authorities: return authority_words();
    case Words::Bases: return basis_words();
    case Words::FieldTypes: return field_type_words();
    case Words::Facts: return fact_words();
    case Words::Classes: return class_words();
    case Words::RecipientRoles: return recipient_role_words();
    case Words::Transfers: return transfer_words();
    case Words::Acts: return act_words();
    case Words::OwnActs: return own_act_words();
    case Words::IdentityProofs: return identity_words();
    case Words::StoredWheres: return stored_where_words();
    case Words::StoredKinds: return stored_kind_words();
    case Words::Sources: return views(vocabulary.sources);
    case Words::Records: return views(vocabulary.records);
    case Words::Attributes: return views(vocabulary.attributes);
    case Words::Logs: return views(vocabulary.logs);
    case Words::SpecialCategories: return views(vocabulary.special_categories);
    case Words::Grounds: return views(vocabulary.grounds);
    case Words::FourEyes: return views(vocabulary.four_eyes);
    case Words::Credentials: return views(vocabulary.credentials);
    default: return fixed_words(words);
  }
}

std::string instead_of(const Key& key, const Vocabulary& vocabulary) {
  if (!key.instead.empty()) return std::string{key.instead};
  switch (key.form) {
    case Form::Texts: return fmt::format("add '{}: {{ … }}' with a text per language", key.name);
    case Form::Word:
    case Form::WordList:
    case Form::WordOrList:
      return fmt::format("add '{}: …', one of: {}", key.name, join(words_of(key.words, vocabulary)));
    case Form::FieldType:
      return fmt::format("add '{}: …', one of: {}, with '?' when it may be left empty", key.name,
                         join(words_of(key.words, vocabulary)));
    case Form::Country: return fmt::format("add '{}: …', two capitals, as in BE", key.name);
    case Form::HttpsAddress: return fmt::format("add '{}: https://…'", key.name);
    case Form::WordOrMap:
      return fmt::format("add '{}: …', one of: {}, or its name, complaints page and country", key.name,
                         join(words_of(key.words, vocabulary)));
    default: return fmt::format("add '{}: …'", key.name);
  }
}

}  // namespace policy
