// What a policy may not promise or ask, because the law or another part of it says otherwise.

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "policy/reader.h"
#include "policy/sensitive.h"
#include "policy/words.h"

namespace policy {

namespace {

bool hands_over(RightAct act) {
  return act == RightAct::Access || act == RightAct::Portability || act == RightAct::HandOver;
}

}  // namespace

void Reader::check_rights() {
  for (const auto& right : policy_.rights_.list) check_right(right);
  // Whoever asks must know whom they ask: one role for each kind of request.
  for (std::size_t i = 0; i < policy_.rights_.list.size(); ++i) {
    const auto& right = policy_.rights_.list[i];
    const auto* first = policy_.rights_.of(right.act);
    if (right.act == RightAct::Answer || first->by == right.by) continue;
    problems_.add(
        where("rights." + right.name),
        fmt::format("'{}' and '{}' do the same, and two roles answer them", first->name, right.name),
        fmt::format("write 'by: {}' at both, or at neither", first->by));
  }
}

void Reader::check_contact() {
  if (extent_ == Extent::Part || !positions_.contains("parties") ||
      positions_.contains("parties.privacy-contact") || !policy_.parties_.privacy_contact.empty()) {
    return;
  }
  problems_.add(where("parties"), "nobody can be written to with a question or a request",
                "add 'privacy-contact: <e-mail address>' to 'parties'");
}

void Reader::check_rights_of_law() {
  if (extent_ == Extent::Part || !positions_.contains("rights")) return;
  const auto rests_on = [&](std::initializer_list<Basis> bases) {
    return std::ranges::any_of(policy_.purposes_,
                               [&](const Purpose& purpose) { return base::contains(bases, purpose.basis); });
  };
  using enum Basis;
  struct Row {
    RightAct act;
    bool is_due;
    std::string_view source;
  };
  for (const auto& [act, is_due, source] :
       {Row{RightAct::Access, true, "GDPR 15"}, Row{RightAct::Correction, true, "GDPR 16"},
        Row{RightAct::Erasure, true, "GDPR 17"}, Row{RightAct::Restriction, true, "GDPR 18"},
        Row{RightAct::Portability, rests_on({Consent, Contract}), "GDPR 20, for consent and contract"},
        Row{RightAct::Objection, rests_on({LegitimateInterest, PublicTask}),
            "GDPR 21, for legitimate interest and public task"},
        Row{RightAct::Withdrawal, rests_on({Consent}), "GDPR 7(3), for consent"}}) {
    if (!is_due || positions_.contains(fmt::format("rights.{}", to_text(act)))) continue;
    problems_.add(where("rights"), fmt::format("the right '{}' is not there ({})", to_text(act), source),
                  fmt::format("add '{}: {{ within: law }}'", to_text(act)));
  }
}

void Reader::check_right(const Right& right) {
  const auto key = "rights." + right.name;
  const auto row = law_on(LawParameter::RequestAnswer, policy_.law_, policy_.in_force_);
  if (row && hours_at_most(right.within) > hours_at_most(row->value)) {
    problems_.add(where(key + ".within"),
                  fmt::format("{} is longer than the {} of {}", to_text(right.within), to_text(row->value),
                              row->source),
                  "write 'law', or a shorter span");
  }
  const auto& parties = policy_.parties_;
  const bool is_there = (right.by == "officer" && parties.officer) ||
                        (right.by == "processor" && parties.processor) ||
                        (right.by == "controller" && parties.controller);
  if (!is_there) {
    problems_.add(
        where(positions_.contains(key + ".by") ? key + ".by" : key),
        fmt::format("'{}' is answered by the {}, which the policy does not name", right.name, right.by),
        fmt::format("add '{}' to 'parties', or write 'by:' and another role", right.by));
  }
  const bool has_formats = !right.formats.empty();
  if (!hands_over(right.act) && has_formats) {
    problems_.add(where(key + ".formats"), fmt::format("'{}' hands nothing over", right.name),
                  "leave 'formats' out");
  } else if (right.act == RightAct::Access && !has_formats) {
    problems_.add(where(key), fmt::format("'{}' does not say how the data are handed over", right.name),
                  "add 'formats: [page]', and csv or json if they are given too");
  } else if ((right.act == RightAct::Portability || right.act == RightAct::HandOver) &&
             !base::contains(right.formats, "csv") && !base::contains(right.formats, "json")) {
    problems_.add(where(has_formats ? key + ".formats" : key),
                  fmt::format("'{}' gives no file that a program can read", right.name),
                  "write 'formats: [csv]', 'formats: [json]' or both (GDPR 20(1))");
  }
  if (right.act == RightAct::HandOver && !base::contains(policy_.disclosure_grounds_, "permission")) {
    problems_.add(
        where(key),
        fmt::format("'{}' sends data to somebody else, which 'disclosures' does not allow", right.name),
        "add 'permission' to 'disclosures'");
  }
}

void Reader::check_breach() {
  if (extent_ == Extent::Whole && policy_.parties_.processor && positions_.contains("breach.tell") &&
      !positions_.contains("breach.tell.controller")) {
    problems_.add(where("breach.tell"),
                  "the policy names a processor, which has to tell the controller (GDPR 33(2))",
                  "add 'controller: law'");
  }
  for (const auto& duty : policy_.breach_.tell) {
    const auto key = fmt::format("breach.tell.{}", to_text(duty.whom));
    if (duty.whom == Told::Controller) {
      if (!policy_.parties_.processor) {
        problems_.add(where(key), "a processor tells the controller, and the policy names no processor",
                      "leave 'controller' out, or add 'processor' to 'parties'");
      }
      continue;
    }
    const auto parameter =
        duty.whom == Told::Authority ? LawParameter::BreachToAuthority : LawParameter::BreachToPeople;
    const auto row = law_on(parameter, policy_.law_, policy_.in_force_);
    if (!row || hours_at_most(duty.within) <= hours_at_most(row->value)) continue;
    problems_.add(
        where(key),
        fmt::format("{} is longer than the {} of {}", to_text(duty.within), to_text(row->value), row->source),
        "write 'law', or a shorter span");
  }
}

void Reader::check_minors() {
  if (policy_.minors_.age == 0) return;
  const auto row = law_on(LawParameter::ChildAge, policy_.law_, policy_.in_force_);
  if (!row || policy_.minors_.age >= row->value.count) return;
  problems_.add(where("minors.age"),
                fmt::format("{} years is younger than the {} of {}", policy_.minors_.age, row->value.count,
                            row->source),
                "write 'law', or a higher age");
}

void Reader::check_stored_items() {
  const auto rests_on_consent = [](const Purpose& purpose) { return purpose.basis == Basis::Consent; };
  const bool anybody_asked = std::ranges::any_of(policy_.purposes_, rests_on_consent);
  for (const auto& item : policy_.stored_items_) {
    const auto key = "cookies." + item.name;
    check_somebody(key + ".read-by", item.read_by);
    if (item.kind == StoredKind::Statistics && !anybody_asked) {
      problems_.add(where(key + ".kind"),
                    fmt::format("'{}' counts visitors, and no purpose rests on consent", item.name),
                    "add a purpose with 'basis: consent', or leave the item out");
    }
  }
}

void Reader::check_staff() {
  for (const auto& training : policy_.staff_.training) {
    if (!base::contains(policy_.staff_.acknowledge, training.name, &Acknowledgement::name)) continue;
    problems_.add(where("staff.training." + training.name),
                  fmt::format("'{}' is both acknowledged and followed", training.name),
                  "give one of the two another name");
  }
}

void Reader::check_fields() {
  for (auto& field : policy_.fields_) {
    field.special = special_category_of(field, policy_.languages_);
    if (!field.special.empty()) check_special(field);
  }
}

void Reader::check_special(const Field& field) {
  const auto at = where(fmt::format("data.{}.fields.{}", field.data, field.name));
  if (base::contains(policy_.refuses_, field.special)) {
    problems_.add(
        at, fmt::format("the field '{}' asks for sensitive data ({})", field.name, field.special),
        positions_.contains("refuses")
            ? "leave the field out, or change its name, label or choices if they ask for something else"
            : "leave the field out; a policy without 'refuses' collects no special category");
    return;
  }
  const auto* datum = policy_.datum(field.data);
  const auto is_asked = [&](const std::string& name) {
    const auto* purpose = policy_.purpose(name);
    return purpose != nullptr && purpose->basis == Basis::Consent;
  };
  if (datum == nullptr || datum->purposes.empty() || std::ranges::all_of(datum->purposes, is_asked)) return;
  problems_.add(at,
                fmt::format("the field '{}' asks for sensitive data ({}) for a purpose without consent",
                            field.name, field.special),
                "put it in a datum of its own, whose purposes all have 'basis: consent' (GDPR 9(2)(a))");
}

}  // namespace policy
