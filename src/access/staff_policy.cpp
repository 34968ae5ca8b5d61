#include "access/staff_policy.h"

#include "base/check.h"

namespace staff {
namespace {

constexpr std::string_view kPolicy = R"(policy: staff
languages: [nl, fr, en, de]
in-force: 2026-11-01
parties:
  controller: { role: organiser }
purposes:
  account:
    basis: contract
    says:
      nl: Om u aan te melden, en om vast te leggen wie wat deed.
      fr: Pour vous connecter, et pour consigner qui a fait quoi.
      en: To sign you in, and to record who did what.
      de: Um Sie anzumelden und festzuhalten, wer was getan hat.
data:
  identity:
    from: staff form
    fields:
      name: { type: name, label: { nl: Naam, fr: Nom, en: Name, de: Name } }
      email: { type: email, label: { nl: E-mailadres, fr: Adresse e-mail, en: E-mail address, de: E-Mail-Adresse } }
    says:
      nl: Uw naam en e-mailadres.
      fr: Votre nom et votre adresse e-mail.
      en: Your name and e-mail address.
      de: Ihr Name und Ihre E-Mail-Adresse.
    for: [account]
    class: self-managed
    keep: 1 day after account end
    then: erase
  agreements:
    from: staff form
    fields:
      signature: { type: 'text?', label: { nl: Handtekening, fr: Signature, en: Signature, de: Unterschrift } }
    says:
      nl: De naam waarmee u tekende wat u hier moet tekenen.
      fr: Le nom dont vous avez signé ce qui se signe ici.
      en: The name with which you signed what is signed here.
      de: Der Name, mit dem Sie unterschrieben haben, was hier unterschrieben wird.
    for: [account]
    class: held
    keep: 1 day after account end
    then: erase
)";

}  // namespace

const policy::Policy& staff_policy() {
  static const auto read = [] {
    policy::Vocabulary words;
    words.ends = {"account end"};
    words.sources = {std::string{kStaffForm}};
    words.records.clear();
    auto parsed = policy::Policy::parse(kPolicy, words, policy::Extent::Part);
    // It is compiled in; a test reads it.
    CHECK(parsed.has_value());
    return *std::move(parsed);
  }();
  return read;
}

}  // namespace staff
