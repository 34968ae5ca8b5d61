#include "retention/warning.h"

#include <fmt/format.h>

#include "base/number.h"
#include "texts/numbers.h"

namespace retention {
namespace {

using base::Result;

constexpr std::string_view kTemplate = "export_nears";

Result<outbox::Filling> fill(const std::string& origin, const outbox::Recipient& recipient,
                             const outbox::Values& parameters) {
  const auto value = [&](const char* name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string{} : found->second;
  };
  const auto at_ms = base::parse_number<std::int64_t>(value("at_ms")).value_or(0);
  outbox::Filling filling;
  filling.values["erased"] =
      texts::date_time(recipient.language, base::instant_from_ms(at_ms), value("zone"));
  filling.values["link"] = origin + value("page");
  return filling;
}

}  // namespace

outbox::Template warning_template(std::string origin) {
  return {std::string{kTemplate},
          [origin = std::move(origin)](const outbox::Recipient& recipient, const outbox::Values& parameters) {
            return fill(origin, recipient, parameters);
          }};
}

Result<void> queue_warnings(staff::Access& access, outbox::Outbox& outbox, const Due& due, bool last) {
  ASSIGN_OR_RETURN(const auto people, access.people_who_may(due.end.told, due.end.organisation));
  const auto at_ms = base::to_ms(*due.due);
  for (const auto person : people) {
    RETURN_IF_ERROR(outbox.queue(
        {.person = person,
         .property = staff::kStaffScope,
         .template_name = std::string{kTemplate},
         .parameters = {{"event", due.end.title},
                        {"page", due.end.page},
                        {"zone", due.end.time_zone},
                        {"at_ms", fmt::format("{}", at_ms)}},
         .due = std::nullopt,
         .once = fmt::format("{}-{}-{}", last ? "last" : "first", due.end.property.value, at_ms)}));
  }
  return {};
}

}  // namespace retention
