#include "surfaces/events/staff.h"

namespace surfaces::events {
using base::Result;

staff::Door staff_door(http::Router& router, const std::shared_ptr<Parts>& parts) {
  return {router, parts->needs.access,
          staff::Owned{.parameter = "event",
                       .owner = [parts](const http::Request& request) -> Result<base::OrganisationNumber> {
                         ASSIGN_OR_RETURN(const auto event, parts->store.by_slug(request.parameter("event")));
                         return event.organisation;
                       }}};
}

staff::Door::Handler with_parts(const std::shared_ptr<Parts>& parts, StaffHandler handler) {
  return [parts, handler](http::Request& request, const staff::Member& member) {
    return handler(*parts, request, member);
  };
}

http::Response refuse(std::vector<http::FieldError> wrong) {
  auto problem = http::to_problem(base::Error{base::Code::Invalid, "Some of what was given cannot be kept."});
  problem.errors = std::move(wrong);
  return http::to_response(problem);
}

Result<void> record_act(Parts& parts, std::string_view kind, const Event& event, const staff::Member& member,
                        std::string detail) {
  RETURN_IF_ERROR(parts.needs.journal.record({.kind = std::string{kind},
                                              .property = event.property,
                                              .by = member.actor(),
                                              .subject = std::nullopt,
                                              .detail = std::move(detail)}));
  return {};
}

}  // namespace surfaces::events
