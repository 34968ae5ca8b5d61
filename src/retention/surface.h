// What a surface is to the rest of the program: a value that `app` lists. Nothing registers itself.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/permission.h"
#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "http/router.h"
#include "policy/vocabulary.h"
#include "property/registry.h"

namespace retention {

/// Something that is done again and again. An error is logged and the job comes round again.
struct Job {
  std::string name;
  std::chrono::milliseconds every;
  std::function<base::Result<void>()> run;
};

/// Who wants to view a property, and what applies to them there.
struct Visit {
  base::PropertyNumber property;
  /// 0 when the property is open to anybody.
  base::ViewerNumber viewer;
  /// False: no heartbeat may be asked for.
  bool measured = false;
};

/// A moment that terms count from: the end of an event, of an account, of a delivery's processing.
struct End {
  base::PropertyNumber property;
  std::string of;  ///< of policy::Vocabulary::ends: "event end"
  /// None while it is not known yet, as for what still goes on.
  std::optional<base::Instant> at;
  /// What staff call the property.
  std::string title;
  /// IANA name of the zone in which its times are told.
  std::string time_zone = "UTC";
  /// The path of the staff's page about it, where an export can be taken.
  std::string page;
  /// Who of staff is told before it comes: members of that organisation who may do this.
  base::OrganisationNumber organisation = base::kHouse;
  staff::Permission told = staff::kOperate;
};

/// Somebody's account, which they may leave unused.
struct Account {
  base::PersonId person;
  base::PropertyNumber scope;  ///< the property that the person is one of
  base::Instant last_used;
  bool is_needed = false;  ///< without it nobody could do something: it is not closed by itself
  std::string page;        ///< the path of the page on which its owner signs in
};

/// Something that a surface itself holds of a person, beside what vault, consent and pulse hold: one line of
/// an answer to a request for access.
struct HeldItem {
  std::string datum;  ///< of the policy
  std::string name;   ///< of a field, record, attribute, mark or log part of that datum
  std::string value;
  base::Instant stored_at;
  std::string policy_version;  ///< under which it was permitted
};

/// A report that somebody receives: its name and the columns of every row, as the report itself defines them.
struct ReportDefinition {
  std::string name;  ///< key of its name among the texts
  std::vector<std::string> columns;
  /// "organiser", "viewer": who receives it.
  std::string receiver;
};

struct Surface {
  std::string name;
  http::Router routes;
  std::vector<Job> jobs;
  /// Who the link belongs to. Errors: NotFound for a link that opens nothing here, Conflict when the
  /// property cannot be viewed now.
  std::function<base::Result<Visit>(const property::Property& property, std::string_view link)> admit =
      [](const property::Property&, std::string_view) -> base::Result<Visit> {
    return base::fail(base::Code::NotFound, "There is nothing to view here.");
  };
  /// From which pages heartbeats may come, of one property or of all together. Any thread; does not block.
  std::function<std::shared_ptr<const std::vector<std::string>>(std::optional<base::PropertyNumber>)>
      origins = [](std::optional<base::PropertyNumber>) {
        static const auto none = std::make_shared<const std::vector<std::string>>();
        return none;
      };
  /// What of a policy's words this surface executes.
  policy::Kept keeps;
  std::vector<ReportDefinition> reports;
  /// Every end that terms of this surface's properties count from, properties already ended included.
  std::function<base::Result<std::vector<End>>()> ends;
  /// The accounts that people have with it. Empty: nobody has any.
  std::function<base::Result<std::vector<Account>>()> accounts;
  /// What this surface's own tables hold of a person. Empty: nothing is held beside vault, consent and pulse.
  std::function<base::Result<std::vector<HeldItem>>(base::PersonId)> held;
  /// Deletes what `held` tells, of one person or of everybody of a property. Idempotent.
  std::function<base::Result<void>(base::PersonId)> forget_person;
  std::function<base::Result<void>(base::PropertyNumber)> forget_property;
  /// Of how many viewers of a property a person confirmed what a rule proposed. Empty: there is no such
  /// thing.
  std::function<base::Result<std::int64_t>(base::PropertyNumber)> accredited;
  /// Deletes what the surface itself holds that follows from what somebody watched, when that is made
  /// anonymous or dropped. Idempotent.
  std::function<base::Result<void>(base::PropertyNumber)> forget_watched;
  /// Removes what the surface itself keeps of people by a term that counts from its storing, where that has
  /// ended by `now`, and says of how many. Idempotent. Empty: there is nothing of the kind.
  std::function<base::Result<std::int64_t>(base::Instant now)> remove_old;
  /// The program stops: what runs long is to end soon.
  std::function<void()> stop = [] {};
};

}  // namespace retention
