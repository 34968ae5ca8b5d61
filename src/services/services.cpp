#include "services/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "base/log.h"
#include "policy/vocabulary.h"
#include "services/limits.h"
#include "services/permissions.h"
#include "services/queries.h"
#include "sql/migrate.h"

namespace services {
namespace {

using base::Code;
using base::fail;
using base::Result;
using nlohmann::json;

constexpr std::string_view kUsed = "credential.used";

/// What an act says: which credential, and perhaps for which task.
std::string detail_of(std::string_view name, std::string_view task = {}) {
  json detail{{"credential", name}};
  if (!task.empty()) detail["task"] = task;
  return detail.dump();
}

json parsed(const std::string& detail) {
  auto out = json::parse(detail, nullptr, /*allow_exceptions=*/false);
  return out.is_object() ? out : json::object();
}

}  // namespace

Result<std::unique_ptr<Services>> Services::open(Needs needs) {
  RETURN_IF_ERROR(sql::migrate(needs.control, queries::kModule, needs.clock));
  std::unique_ptr<Services> services(new Services(std::move(needs)));
  ASSIGN_OR_RETURN(const auto all, services->list());
  for (const auto& service : all) RETURN_IF_ERROR(services->hold(service));
  auto& given = services->needs_;
  // What came of it nobody knows any more: the service may have done it.
  ASSIGN_OR_RETURN(const auto unfinished, given.journal.unfinished());
  for (const auto& entry : unfinished) {
    if (entry.act.kind == kUsed) RETURN_IF_ERROR(given.journal.finish(entry.number, "unknown"));
  }
  given.approvals.add(services->reveal_act());
  return services;
}

Result<Service> Services::read(const sql::Row& row) {
  Service service{
      .id = {}, .name = row.text("name"), .declared = {}, .added = row.instant("added_at_ms"), .users = {}};
  ASSIGN_OR_RETURN(service.id, base::parse_id<ServiceId>(row.text("service")));
  ASSIGN_OR_RETURN(service.declared, read_declared(parsed(row.text("declared"))));
  ASSIGN_OR_RETURN(const auto users, needs_.control.all(queries::users, {{"service", row.text("service")}}));
  for (const auto& user : users) {
    ASSIGN_OR_RETURN(const auto member, base::parse_id<base::MemberId>(user.text("member")));
    service.users.push_back(member);
  }
  return service;
}

Result<std::vector<Service>> Services::list() {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::services));
  std::vector<Service> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto one, read(row));
    all.push_back(std::move(one));
  }
  return all;
}

Result<Service> Services::find(ServiceId id) {
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::service_by_id, {{"service", to_text(id)}}));
  if (!row) return fail(Code::NotFound, "There is no such credential.");
  return read(*row);
}

Result<std::vector<Service>> Services::usable_by(base::MemberId member) {
  ASSIGN_OR_RETURN(auto all, list());
  std::erase_if(all, [&](const Service& one) { return !base::contains(one.users, member); });
  return all;
}

/// What is declared of a service does not change: what the keeper calls needs no look at the database.
Result<void> Services::hold(const Service& service) {
  const bool local_only = needs_.local_only;
  credentials::Holder holder{.name = service.name, .term = std::string{kTerm}};
  if (!service.declared.check.empty()) {
    holder.try_out = [declared = service.declared, local_only](std::string_view secret) {
      return try_secret(declared, credentials::Secret(secret), local_only);
    };
  }
  if (service.declared.change) {
    holder.hand_over = [this, service, local_only](std::string_view next) -> Result<void> {
      ASSIGN_OR_RETURN(const auto present, needs_.keeper.current(service.name));
      return change_secret(service.declared, present, next, local_only);
    };
  }
  return needs_.keeper.use(std::move(holder));
}

// ---- what is managed ------------------------------------------------------------------------------------

Result<void> Services::insert(const Service& service, const staff::Member& by) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::add_service, {{"service", to_text(service.id)},
                                                          {"name", service.name},
                                                          {"declared", to_json(service.declared).dump()},
                                                          {"now", service.added}}));
    RETURN_IF_ERROR(needs_.journal.record(
        connection,
        {.kind = "credential.added", .by = by.actor(), .subject = {}, .detail = detail_of(service.name)}));
    return {};
  });
}

Result<void> Services::forget(const Service& service, const staff::Member& by) {
  RETURN_IF_ERROR(needs_.keeper.drop(service.name));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto id = to_text(service.id);
    RETURN_IF_ERROR(connection.run(queries::remove_users, {{"service", id}}));
    RETURN_IF_ERROR(connection.run(queries::remove_service, {{"service", id}}));
    RETURN_IF_ERROR(needs_.journal.record(
        connection,
        {.kind = "credential.removed", .by = by.actor(), .subject = {}, .detail = detail_of(service.name)}));
    return {};
  });
}

Result<Service> Services::add(std::string_view name, const Declared& declared, std::string_view secret,
                              const staff::Member& by) {
  if (!is_name(name) || base::contains(policy::Vocabulary{}.credentials, name))
    return fail(Code::Invalid,
                fmt::format("name: {} to {} small letters, digits and single blanks", kNameMin, kNameMax));
  if (!needs_.is_origin(declared.origin)) return fail(Code::Invalid, "origin: as in https://tickets.example");
  Service service{.id = ServiceId::draw(needs_.random),
                  .name = std::string{name},
                  .declared = declared,
                  .added = needs_.clock.now(),
                  .users = {}};
  {
    const base::Lock lock(mutex_);
    ASSIGN_OR_RETURN(const auto all, list());
    if (all.size() >= kServicesMax) return fail(Code::Conflict, fmt::format("{} at most.", kServicesMax));
    RETURN_IF_ERROR(hold(service));
    RETURN_IF_ERROR(insert(service, by));
  }
  if (auto taken = needs_.keeper.set(service.name, secret, by.actor()); !taken) {
    RETURN_IF_ERROR(forget(service, by));
    return fail(taken.error());
  }
  // What goes wrong here is tried again, and told wherever the credential is.
  if (declared.change) (void)needs_.keeper.rotate(service.name, by.actor());
  return service;
}

Result<void> Services::remove(ServiceId id, const staff::Member& by) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto service, find(id));
  return forget(service, by);
}

Result<void> Services::forget_member(base::MemberId member) {
  RETURN_IF_ERROR(needs_.control.run(queries::forget_member, {{"member", to_text(member)}}));
  return {};
}

Result<void> Services::allow(ServiceId id, std::vector<base::MemberId> users, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto service, find(id));
  std::ranges::sort(users);
  users.erase(std::ranges::unique(users).begin(), users.end());
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto text = to_text(id);
    RETURN_IF_ERROR(connection.run(queries::remove_users, {{"service", text}}));
    json detail{{"credential", service.name}, {"members", json::array()}};
    for (const auto user : users) {
      RETURN_IF_ERROR(connection.run(queries::add_user, {{"service", text}, {"member", to_text(user)}}));
      detail["members"].push_back(to_text(user));
    }
    RETURN_IF_ERROR(needs_.journal.record(
        connection,
        {.kind = "credential.allowed", .by = by.actor(), .subject = {}, .detail = detail.dump()}));
    return {};
  });
}

Result<void> Services::set(ServiceId id, std::string_view secret, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto service, find(id));
  return needs_.keeper.set(service.name, secret, by.actor());
}

Result<void> Services::rotate(ServiceId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto service, find(id));
  return needs_.keeper.rotate(service.name, by.actor());
}

// ---- what is used ---------------------------------------------------------------------------------------

Result<Answer> Services::use(ServiceId id, const Wanted& wanted, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto service, find(id));
  if (!base::contains(service.users, by.id)) return fail(Code::NotFound, "There is no such credential.");
  const auto* task = find_task(service.declared, wanted.task);
  if (task == nullptr) return fail(Code::Invalid, "task: there is no such task");
  if (!is_within(*task, wanted.path))
    return fail(Code::Invalid, fmt::format("path: {} or below", task->path));
  if (!is_query(wanted.query)) return fail(Code::Invalid, "query: what an address may have behind a '?'");
  if (wanted.body.size() > kBodyMax || wanted.type.size() > kWordMax ||
      wanted.type.find_first_of("\r\n") != std::string::npos)
    return fail(Code::Invalid, fmt::format("body: {} bytes at most", kBodyMax));
  ASSIGN_OR_RETURN(const auto secret, needs_.keeper.current(service.name));
  ASSIGN_OR_RETURN(const auto intent, needs_.journal.begin({.kind = std::string{kUsed},
                                                            .by = by.actor(),
                                                            .subject = {},
                                                            .detail = detail_of(service.name, task->name)}));
  const Question question{.method = task->method,
                          .path = wanted.path,
                          .query = wanted.query,
                          .type = wanted.type,
                          .body = wanted.body};
  auto answer = ask_service(service.declared, secret, question, needs_.local_only);
  const auto outcome = answer                                ? fmt::format("{}", answer->status)
                       : answer.error().code == Code::Denied ? std::string{"withheld"}
                                                             : std::string{"no answer"};
  RETURN_IF_ERROR(needs_.journal.finish(intent, outcome));
  return answer;
}

Result<std::vector<Event>> Services::history(const Service& service) {
  ASSIGN_OR_RETURN(const auto entries,
                   needs_.journal.newest({.module = "credential", .count_max = kHistoryRead}));
  std::map<journal::ActNumber, std::string> outcomes;
  std::vector<Event> events;
  for (const auto& entry : entries) {
    if (std::ssize(events) == kHistoryShown) break;
    if (entry.intent) {
      outcomes[*entry.intent] = entry.act.detail;
      continue;
    }
    const auto detail = parsed(entry.act.detail);
    if (entry.at < service.added || detail.value("credential", std::string{}) != service.name) continue;
    events.push_back({.at = entry.at,
                      .kind = entry.act.kind,
                      .by = entry.act.by.member,
                      .task = detail.value("task", std::string{}),
                      .outcome = outcomes[entry.number]});
  }
  return events;
}

}  // namespace services
