// Details are sealed, so that no database can look for a member: acts are read from the latest backwards and
// looked at one after the other, so many at a request. Whoever asks goes on where that ended.
#include "app/trace_api.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "access/door.h"
#include "app/desk.h"
#include "base/number.h"
#include "http/negotiate.h"
#include "rights/permissions.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Code;
using base::OrganisationNumber;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

/// Acts on one page, and acts looked at for it.
constexpr std::size_t kShownMax = 50;
constexpr int kReadAtOnce = 500;
constexpr int kReadMax = 10'000;

struct Wanted {
  journal::Search search;
  std::optional<base::MemberId> member;
  /// Where somebody is known by the address that was asked for; none: anywhere.
  std::optional<std::set<base::PropertyNumber>> properties;
};

Result<std::optional<base::Instant>> instant(const Request& request, std::string_view name) {
  const auto text = request.query.get(name);
  if (!text || text->empty()) return std::nullopt;
  const auto at = base::parse_rfc3339(*text);
  if (!at) return base::fail(Code::Invalid, fmt::format("{}: {}", name, at.error().message));
  return *at;
}

Result<Wanted> wanted_by(House& house, const Request& request, const staff::Member& by) {
  Wanted wanted;
  wanted.search.count_max = kReadAtOnce;
  ASSIGN_OR_RETURN(wanted.search.since, instant(request, "from"));
  ASSIGN_OR_RETURN(wanted.search.until, instant(request, "to"));
  if (const auto module = request.query.text("module"); !module.empty()) wanted.search.module = module;
  if (const auto before = request.query.text("before"); !before.empty()) {
    const auto number = base::parse_number<journal::ActNumber>(before);
    if (!number) return base::fail(Code::Invalid, "before: a number");
    wanted.search.before = *number;
  }
  if (const auto member = request.query.text("member"); !member.empty()) {
    ASSIGN_OR_RETURN(wanted.member, base::parse_id<base::MemberId>(member));
  }
  if (const auto slug = request.query.text("event"); !slug.empty()) {
    ASSIGN_OR_RETURN(const auto property, house.properties->find(slug));
    if (!property || property->organisation != by.organisation)
      return base::fail(Code::NotFound, "There is nothing here.");
    wanted.search.property = property->number;
  }
  if (const auto address = request.query.text("address"); !address.empty()) {
    // Whether somebody is known at all is what the officer alone may ask.
    RETURN_IF_ERROR(staff::require(by, rights::kAnswerRequests));
    ASSIGN_OR_RETURN(const auto subjects, house.desk->find_subjects(address));
    wanted.properties.emplace();
    for (const auto& subject : subjects) wanted.properties->insert(subject.property);
  }
  return wanted;
}

/// Whose acts are whose: what belongs to another organisation is not told.
class Reader {
 public:
  Reader(House& house, OrganisationNumber organisation, base::Language language)
      : house_(house), organisation_(organisation), language_(language) {}

  Result<void> prepare() {
    ASSIGN_OR_RETURN(const auto properties, house_.properties->all());
    for (const auto& one : properties) properties_.emplace(one.number, one);
    ASSIGN_OR_RETURN(const auto organisations, house_.members->organisations());
    for (const auto& one : organisations) {
      ASSIGN_OR_RETURN(const auto colleagues, house_.members->of(one.number));
      for (const auto& colleague : colleagues) members_.emplace(colleague.id, one.number);
    }
    return {};
  }

  /// What nobody's property and no member's act is belongs to who operates the installation; so does what
  /// somebody did who is no more.
  bool shows(const journal::Act& act) const {
    if (act.property) {
      const auto found = properties_.find(*act.property);
      if (found != properties_.end()) return found->second.organisation == organisation_;
    }
    if (!act.by.member) return organisation_ == base::kHouse;
    const auto found = members_.find(*act.by.member);
    return (found == members_.end() ? base::kHouse : found->second) == organisation_;
  }

  Result<json> show(const journal::Entry& entry) {
    const auto& act = entry.act;
    json out = {{"act", entry.number},
                {"at", base::to_rfc3339(entry.at)},
                {"kind", act.kind},
                {"says", texts::word(language_, "act.", act.kind)},
                {"state", journal::to_text(entry.state)},
                {"network", act.by.address},
                {"detail", act.detail},
                {"sealed", entry.detail_destroyed},
                {"member", json()},
                {"name", std::string{}},
                {"event", json()}};
    if (act.by.member) {
      out["member"] = base::to_text(*act.by.member);
      auto& name = names_[*act.by.member];
      if (name.empty()) {
        ASSIGN_OR_RETURN(name, name_of(house_, *act.by.member));
      }
      out["name"] = name;
    }
    if (act.property) {
      const auto found = properties_.find(*act.property);
      if (found != properties_.end() && found->second.surface == "events") out["event"] = found->second.slug;
    }
    return out;
  }

 private:
  House& house_;
  OrganisationNumber organisation_;
  base::Language language_;
  std::map<base::PropertyNumber, property::Property> properties_;
  std::map<base::MemberId, OrganisationNumber> members_;
  std::map<base::MemberId, std::string> names_;
};

bool fits(const Wanted& wanted, const journal::Act& act) {
  if (wanted.member && act.by.member != wanted.member) return false;
  return !wanted.properties || (act.property && wanted.properties->contains(*act.property));
}

Result<Response> read(House& house, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(auto wanted, wanted_by(house, request, by));
  RETURN_IF_ERROR(house.journal->record({.kind = "journal.read", .by = by.actor()}));
  Reader reader(house, by.organisation, http::negotiate_language(request, base::Language::Nl));
  RETURN_IF_ERROR(reader.prepare());
  json out{{"acts", json::array()}, {"next", json()}, {"members", json::array()}};
  bool is_last = false;
  for (int looked_at = 0; looked_at < kReadMax && !is_last && out["acts"].size() < kShownMax;) {
    ASSIGN_OR_RETURN(const auto entries, house.journal->newest(wanted.search));
    is_last = std::ssize(entries) < wanted.search.count_max;
    for (const auto& entry : entries) {
      if (out["acts"].size() == kShownMax) {
        is_last = false;
        break;
      }
      wanted.search.before = entry.number;
      ++looked_at;
      if (!reader.shows(entry.act) || !fits(wanted, entry.act)) continue;
      ASSIGN_OR_RETURN(auto shown, reader.show(entry));
      out["acts"].push_back(std::move(shown));
    }
  }
  if (!is_last) out["next"] = *wanted.search.before;
  ASSIGN_OR_RETURN(const auto colleagues, house.members->of(by.organisation));
  for (const auto& one : colleagues) {
    ASSIGN_OR_RETURN(const auto profile, house.access->profile(one.id));
    out["members"].push_back({{"member", base::to_text(one.id)}, {"name", profile.name}});
  }
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void add_trace_api(http::Router& router, House& house) {
  staff::Door door(router, *house.access);
  door.get("/api/v1/journal", staff::kReadJournal,
           [&house](Request& request, const staff::Member& by) { return read(house, request, by); });
}

}  // namespace app
