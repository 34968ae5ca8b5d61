// Who is told by mail: that something waits for them, or what became of what they asked. A mail says which
// kind of act it is about and nobody's name; the page says the rest.
#include <fmt/format.h>

#include "approvals/approvals.h"
#include "texts/texts.h"

namespace approvals {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kAsked = "approval_asked";
constexpr std::string_view kDecided = "approval_decided";

std::string value(const outbox::Values& values, const char* name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string{} : found->second;
}

}  // namespace

Result<void> Approvals::tell_deciders(const Approval& approval) {
  ASSIGN_OR_RETURN(const auto people, deciders_of(approval));
  for (const auto person : people) {
    if (needs_.wants_mail) {
      ASSIGN_OR_RETURN(const bool wants, needs_.wants_mail(person, approval.organisation));
      if (!wants) continue;
    }
    RETURN_IF_ERROR(
        needs_.mail({.person = person,
                     .property = staff::kStaffScope,
                     .template_name = std::string{kAsked},
                     .parameters = {{"act", approval.act}, {"approval", base::to_text(approval.id)}},
                     .due = std::nullopt,
                     .once = base::to_text(approval.id)}));
  }
  return {};
}

Result<void> Approvals::tell_asker(const Approval& approval) {
  const auto* act = act_of(approval.kind);
  // Who fetched a file knows.
  const bool was_fetched = approval.state == State::Executed && act != nullptr && act->make;
  const bool is_news = approval.decided && !was_fetched && approval.state != State::Withdrawn &&
                       approval.state != State::Expired;
  if (!is_news) return {};
  const auto person = needs_.person_of(approval.asked_by);
  if (!person && person.error().code == Code::NotFound) return {};
  if (!person) return base::fail(person.error());
  const auto id = base::to_text(approval.id);
  RETURN_IF_ERROR(needs_.mail({.person = *person,
                               .property = staff::kStaffScope,
                               .template_name = std::string{kDecided},
                               .parameters = {{"act", approval.act},
                                              {"state", std::string{to_text(approval.state)}},
                                              {"approval", id}},
                               .due = std::nullopt,
                               .once = id}));
  return {};
}

std::vector<outbox::Template> mail_templates(const std::string& origin) {
  const auto fill = [origin](const outbox::Recipient& recipient,
                             const outbox::Values& values) -> Result<outbox::Filling> {
    outbox::Filling filling;
    filling.values["act"] = texts::word(recipient.language, "approval.act.", value(values, "act"));
    filling.values["state"] = texts::word(recipient.language, "approval.state.", value(values, "state"));
    filling.values["link"] = fmt::format("{}/staff/approvals/{}", origin, value(values, "approval"));
    return filling;
  };
  return {{std::string{kAsked}, fill}, {std::string{kDecided}, fill}};
}

}  // namespace approvals
