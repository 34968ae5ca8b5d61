#include "rights/answer.h"

#include <algorithm>

#include "base/contains.h"
#include "disclosure/book.h"
#include "disclosure/limits.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "policy/term.h"
#include "pulse/engine.h"
#include "pulse/portability.h"
#include "rights/clock.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

/// Ends that the surfaces know, of one property.
Result<std::vector<retention::End>> ends_of(const AnswerNeeds& needs, base::PropertyNumber property) {
  std::vector<retention::End> ends;
  for (const auto& surface : needs.surfaces) {
    if (!surface.ends) continue;
    ASSIGN_OR_RETURN(const auto all, surface.ends());
    for (const auto& end : all) {
      if (end.property == property) ends.push_back(end);
    }
  }
  return ends;
}

/// When a value's term is over, as far as that is known.
std::optional<base::Instant> end_of(const policy::Term& term, base::Instant stored,
                                    const std::vector<retention::End>& ends) {
  if (term.counts_from_storing()) return policy::after(stored, term.span);
  const auto found = std::ranges::find(ends, term.after, &retention::End::of);
  if (found == ends.end() || !found->at) return std::nullopt;
  return policy::after(*found->at, term.span);
}

std::string label_of(const policy::Policy& policy, std::string_view name, const policy::Data* datum,
                     base::Language language) {
  if (const auto* field = policy.field(name)) return std::string{field->label.in(language)};
  return datum == nullptr ? std::string{name} : std::string{datum->says.in(language)};
}

std::string shown_value(const policy::Policy& policy, std::string_view name, const std::string& value,
                        base::Language language) {
  const auto* field = policy.field(name);
  if (field == nullptr) return value;
  const auto choice = std::ranges::find(field->choices, value, &policy::Choice::name);
  return choice == field->choices.end() ? value : std::string{choice->label.in(language)};
}

/// What the policy says of a datum beside a value of it.
void describe(Held& held, const policy::Data* datum, const std::vector<retention::End>& ends) {
  if (datum == nullptr) return;
  if (held.purposes.empty()) held.purposes = datum->purposes;
  if (held.sources.empty()) held.sources = datum->from;
  held.term = policy::to_text(datum->keep);
  held.ends = end_of(datum->keep, held.stored_at, ends);
  held.then = datum->then == policy::Afterwards::Erase ? "erase" : "anonymise";
}

Result<void> add_values(HeldProperty& out, const AnswerNeeds& needs, const Subject& subject,
                        const std::vector<retention::End>& ends, base::Language language) {
  ASSIGN_OR_RETURN(const auto person, needs.vault.read_fields(subject.person));
  for (const auto& field : person.fields) {
    const auto* datum = needs.policy.datum(field.data);
    Held held{.datum = field.data,
              .label = label_of(needs.policy, field.name, datum, language),
              .name = field.name,
              .value = shown_value(needs.policy, field.name, field.value, language),
              .purposes = field.purposes,
              .sources = {},
              .given_on = field.given_on,
              .policy_version = field.policy_version,
              .stored_at = field.stored_at,
              .term = {},
              .ends = {},
              .then = {}};
    if (!field.source.empty()) held.sources = {field.source};
    describe(held, datum, ends);
    out.values.push_back(std::move(held));
  }
  for (const auto& surface : needs.surfaces) {
    if (!surface.held) continue;
    ASSIGN_OR_RETURN(const auto items, surface.held(subject.person));
    for (const auto& item : items) {
      const auto* datum = needs.policy.datum(item.datum);
      Held held{.datum = item.datum,
                .label = label_of(needs.policy, item.name, datum, language),
                .name = item.name,
                .value = item.value,
                .purposes = {},
                .sources = {},
                .given_on = {},
                .policy_version = item.policy_version,
                .stored_at = item.stored_at,
                .term = {},
                .ends = {},
                .then = {}};
      describe(held, datum, ends);
      out.values.push_back(std::move(held));
    }
  }
  return {};
}

std::optional<base::Instant> instant_or_none(std::int64_t at_ms) {
  return at_ms == 0 ? std::nullopt : std::optional{base::instant_from_ms(at_ms)};
}

/// Sessions and records, and a value for each datum that they are of.
Result<void> add_viewing(HeldProperty& out, const AnswerNeeds& needs, const Subject& subject,
                         const std::vector<retention::End>& ends, base::Language language) {
  ASSIGN_OR_RETURN(const auto viewer, needs.vault.viewer_number(subject.person, subject.property));
  auto snapshot = needs.engine.snapshot_of_viewer(subject.property, viewer);
  std::vector<pulse::IntervalRow> rows;
  std::vector<pulse::SessionRow> sessions;
  if (snapshot) {
    sessions.assign(snapshot->sessions().begin(), snapshot->sessions().end());
    ASSIGN_OR_RETURN(rows, snapshot->intervals());
  } else if (snapshot.error().code != Code::NotFound && snapshot.error().code != Code::Gone) {
    return base::fail(snapshot.error());
  }
  std::vector<std::vector<pulse::Interval>> intervals(sessions.size());
  for (const auto& row : rows) intervals[row.session].push_back(row.interval);
  std::vector<pulse::SessionIntervals> files;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    files.push_back({sessions[i].id, intervals[i]});
    out.sessions.push_back({.session = sessions[i].id,
                            .opened = base::instant_from_ms(sessions[i].opened_ms),
                            .consented = sessions[i].consented,
                            .withdrawn = instant_or_none(sessions[i].stopped_ms)});
  }
  out.records = pulse::portability_csv(files);
  for (const auto& datum : needs.policy.data()) {
    const bool opened =
        datum.kind == policy::Kind::Records && !sessions.empty() && base::contains(datum.items, "opened");
    const bool measured = datum.kind == policy::Kind::Facts && !rows.empty();
    if (!opened && !measured) continue;
    Held held{.datum = datum.name,
              .label = std::string{datum.says.in(language)},
              .name = datum.name,
              .value = std::to_string(opened ? sessions.size() : rows.size()),
              .purposes = {},
              .sources = {},
              .given_on = {},
              .policy_version = needs.policy.version(),
              .stored_at = base::instant_from_ms(sessions.front().opened_ms),
              .term = {},
              .ends = {},
              .then = {}};
    describe(held, &datum, ends);
    out.values.push_back(std::move(held));
  }
  ASSIGN_OR_RETURN(out.consents, needs.consents.history(subject.property, viewer));
  return {};
}

/// Who did what with the data of the property: the journal knows for certain.
Result<void> add_acts(HeldProperty& out, const AnswerNeeds& needs, base::PropertyNumber property) {
  journal::Filter filter{.property = property};
  while (true) {
    ASSIGN_OR_RETURN(const auto entries, needs.journal.list(filter));
    for (const auto& entry : entries) {
      if (entry.act.by.member) out.acts.push_back({entry.act.kind, entry.at, true});
    }
    if (static_cast<int>(entries.size()) < filter.count_max) return {};
    filter.after = entries.back().number;
  }
}

/// Reports of the property since they came, and what went out of them alone.
Result<void> add_disclosures(HeldProperty& out, const AnswerNeeds& needs, const Subject& subject) {
  ASSIGN_OR_RETURN(const auto person, needs.vault.read_fields(subject.person));
  const auto add = [&](const disclosure::Disclosure& one) {
    out.disclosures.push_back({one.receiver, one.ground, one.data, one.at});
  };
  std::int64_t before = 0;
  while (true) {
    ASSIGN_OR_RETURN(const auto all,
                     needs.disclosures.list_of(subject.property, before, disclosure::kListMax));
    for (const auto& one : all) {
      if (one.ground == disclosure::kAssignmentGround && one.at >= person.person.registered_at) add(one);
    }
    if (static_cast<int>(all.size()) < disclosure::kListMax) break;
    before = all.back().number;
  }
  ASSIGN_OR_RETURN(const auto own, needs.disclosures.list_of(subject));
  std::ranges::for_each(own, add);
  std::ranges::sort(out.disclosures, {}, &HeldDisclosure::at);
  return {};
}

Result<HeldProperty> of_subject(const AnswerNeeds& needs, const Subject& subject, base::Language language) {
  HeldProperty out;
  ASSIGN_OR_RETURN(const auto names, needs.names(subject.property));
  out.slug = names.first;
  out.title = names.second;
  ASSIGN_OR_RETURN(const auto ends, ends_of(needs, subject.property));
  RETURN_IF_ERROR(add_values(out, needs, subject, ends, language));
  RETURN_IF_ERROR(add_viewing(out, needs, subject, ends, language));
  ASSIGN_OR_RETURN(const auto mails, needs.outbox.mails_of(subject.person));
  for (const auto& mail : mails) out.mails.push_back({mail.template_name, mail.state, mail.at});
  RETURN_IF_ERROR(add_acts(out, needs, subject.property));
  RETURN_IF_ERROR(add_disclosures(out, needs, subject));
  return out;
}

}  // namespace

Result<Answer> compute_answer(const AnswerNeeds& needs, const std::vector<Subject>& subjects,
                              base::Language language) {
  Answer answer{.organisation = needs.organisation,
                .made_at = needs.clock.now(),
                .language = language,
                .zone = std::string{zone_of(needs.policy.law())},
                .properties = {}};
  for (const auto& subject : subjects) {
    auto held = of_subject(needs, subject, language);
    if (!held && (held.error().code == Code::Gone || held.error().code == Code::NotFound)) continue;
    if (!held) return base::fail(held.error());
    answer.properties.push_back(*std::move(held));
  }
  return answer;
}

}  // namespace rights
