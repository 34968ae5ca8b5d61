#include "app/house.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>

#include "access/staff_policy.h"
#include "app/alerts.h"
#include "app/approvals_side.h"
#include "app/credentials_side.h"
#include "app/desk.h"
#include "app/duty_mail.h"
#include "app/factor_mail.h"
#include "app/invitation_mail.h"
#include "app/journal_keys.h"
#include "app/journal_side.h"
#include "app/mail_carrier.h"
#include "app/permissions.h"
#include "app/pulse_keys.h"
#include "app/request_log_side.h"
#include "app/services_side.h"
#include "app/staff_surface.h"
#include "backup/contents.h"
#include "base/log.h"
#include "base/private_file.h"
#include "consent/queries.h"
#include "property/queries.h"
#include "retention/warning.h"
#include "sql/migrate.h"
#include "surfaces/events/guardian.h"
#include "surfaces/events/letter_mail.h"
#include "surfaces/events/queries.h"
#include "surfaces/events/registration.h"
#include "surfaces/events/surface.h"
#include "surfaces/updates/mails.h"
#include "surfaces/updates/queries.h"
#include "surfaces/updates/surface.h"
#include "vault/master_key.h"

namespace app {
namespace {

using base::Code;
using base::Result;

constexpr std::uint64_t kPolicyBytesMax = 1024 * 1024;

Result<std::unique_ptr<policy::Policy>> read_policy(base::Files& files, const base::Path& path,
                                                    std::string& yaml) {
  ASSIGN_OR_RETURN(const auto bytes, base::read_file(files, path, kPolicyBytesMax));
  yaml = base::as_text(bytes);
  auto parsed = policy::Policy::parse(yaml);
  if (!parsed) {
    const auto& first = parsed.error().front();
    return base::fail(Code::Invalid, fmt::format("{}; hartslag policy check tells all of it",
                                                 policy::to_text(path.string(), first)));
  }
  return std::make_unique<policy::Policy>(*std::move(parsed));
}

/// What was down for longer is more likely to have a wrong clock, and what is deleted does not come back. A
/// clock that still says so after a while is believed.
constexpr std::chrono::days kDowntimeMax{90};
constexpr std::chrono::minutes kDoubtedFor{10};

Result<void> compare_clock(House& house) {
  ASSIGN_OR_RETURN(const auto count, house.journal->count());
  if (count == 0) return {};
  ASSIGN_OR_RETURN(const auto last, house.journal->list({.after = count - 1, .count_max = 1}));
  if (!last.empty() && house.clock->now() > last.front().at + kDowntimeMax)
    house.doubts_clock_until = house.clock->monotonic() + kDoubtedFor;
  return {};
}

/// Whole-program tests end the program between two steps of an act, as a power cut would, at the point that
/// HARTSLAG_KILL_AT names. Only where the clock is a test's too, which nobody from outside can reach.
retention::Between between_of(const Options& options) {
  const char* point = std::getenv("HARTSLAG_KILL_AT");
  if (point == nullptr || !options.clock_descriptor) return {};
  return [wanted = std::string{point}](std::string_view now) -> Result<void> {
    if (now == wanted) ::raise(SIGKILL);
    return {};
  };
}

Result<void> open_stores(House& house) {
  const auto& data = house.options.data;
  RETURN_IF_ERROR(house.files.make_directories(data));
  ASSIGN_OR_RETURN(house.folder_lock, FolderLock::take(data));
  RETURN_IF_ERROR(base::make_private(data));
  for (const auto* database : {"control.db", "vault.db", "keys.db"})
    RETURN_IF_ERROR(base::check_private(data / database));
  RETURN_IF_ERROR(backup::remove_leftovers(data));
  ASSIGN_OR_RETURN(house.control, sql::Database::open_sqlite(data / "control.db"));
  ASSIGN_OR_RETURN(house.vault_database, sql::Database::open_sqlite(data / "vault.db"));
  ASSIGN_OR_RETURN(house.key_database, sql::Database::open_sqlite(data / "keys.db"));
  const auto environment = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  ASSIGN_OR_RETURN(auto master, vault::load_master_key(house.files, {.file = house.options.master_key,
                                                                     .data_folder = data,
                                                                     .environment = environment}));
  ASSIGN_OR_RETURN(house.keys,
                   vault::KeyStore::open(*house.key_database, std::move(master), *house.clock, house.random));
  ASSIGN_OR_RETURN(house.vault, vault::Vault::open({.database = *house.vault_database,
                                                    .keys = *house.keys,
                                                    .clock = *house.clock,
                                                    .random = house.random}));
  for (const auto* module : {&property::queries::kModule, &consent::queries::kModule,
                             &surfaces::events::queries::kModule, &surfaces::updates::queries::kModule})
    RETURN_IF_ERROR(sql::migrate(*house.control, *module, *house.clock));
  house.journal_keys = make_journal_keys(*house.keys);
  ASSIGN_OR_RETURN(house.journal,
                   journal::Journal::open(*house.control, *house.journal_keys, *house.clock, house.random));
  ASSIGN_OR_RETURN(house.disclosures, disclosure::Book::open(*house.control, *house.journal, *house.clock));
  RETURN_IF_ERROR(compare_clock(house));
  RETURN_IF_ERROR(open_credentials(house, between_of(house.options)));
  RETURN_IF_ERROR(open_publisher(house));
  ASSIGN_OR_RETURN(house.backup_evidence, backup::EvidenceBook::open(*house.control, *house.clock));
  house.properties = std::make_unique<property::Registry>(*house.control, *house.clock);
  house.consents = std::make_unique<consent::Ledger>(*house.control, *house.clock, house.random);
  house.notices = std::make_unique<consent::Notices>(*house.control, *house.clock);
  house.pulse_keys = std::make_unique<PulseKeys>(*house.keys, house.session_keys.get());
  ASSIGN_OR_RETURN(house.engine, pulse::Engine::open({.folder = data / "pulse"}, house.files, *house.clock,
                                                     house.random, *house.pulse_keys));
  return {};
}

Result<void> open_mail(House& house) {
  auto& options = house.options;
  if (options.smtp.empty()) {
    ASSIGN_OR_RETURN(house.maildir,
                     mail::Maildir::open(house.files, options.data / "mail", *house.clock, house.random));
  } else {
    ASSIGN_OR_RETURN(house.smtp, open_mail_server(house));
  }
  house.events = std::make_unique<surfaces::events::Store>(*house.control, *house.clock);
  const auto domain = options.host();
  if (options.mail_from.empty()) options.mail_from = fmt::format("noreply@{}", domain);
  const auto fields = [&house](base::PropertyNumber property) -> Result<outbox::FieldNames> {
    if (property == staff::kStaffScope) {
      return outbox::FieldNames{.address = std::string{staff::kAddressField},
                                .name = {std::string{staff::kNameField}}};
    }
    auto names = house.updates && house.updates->subscribers.scopes().holds(property)
                     ? surfaces::updates::mail_fields(*house.policy)
                 : property == house.desk->scope()
                     ? rights::mail_fields(*house.policy)
                     : outbox::FieldNames{.address = {}, .name = house.policy->name_fields()};
    if (names.address.empty()) {
      const auto* address = house.policy->email_field();
      if (address == nullptr) return base::fail(Code::NotFound, "the policy declares no e-mail address");
      names.address = address->name;
    }
    if (!house.mail_carrier.empty()) RETURN_IF_ERROR(may_carry(*house.policy, house.mail_carrier, names));
    return names;
  };
  auto to_viewers = surfaces::events::mail_templates(
      {.store = *house.events, .vault = *house.vault, .origin = options.origin});
  to_viewers.push_back(surfaces::events::letter_mail({.store = *house.events,
                                                      .control = *house.control,
                                                      .keys = *house.keys,
                                                      .vault = *house.vault,
                                                      .policy = *house.policy,
                                                      .consents = *house.consents,
                                                      .disclosures = *house.disclosures,
                                                      .clock = *house.clock,
                                                      .origin = options.origin}));
  auto templates = with_desk_mails(house, std::move(to_viewers));
  for (auto& one : surfaces::updates::mail_templates([&house] { return house.updates.get(); }))
    templates.push_back(std::move(one));
  templates.push_back(surfaces::events::guardian_mail({.store = *house.events,
                                                       .control = *house.control,
                                                       .keys = *house.keys,
                                                       .policy = *house.policy,
                                                       .origin = options.origin}));
  templates.push_back(retention::warning_template(options.origin));
  templates.push_back(retention::account_template(options.origin));
  const auto waiting = [&house](std::string_view wait) { return house.access->waiting_device(wait); };
  for (auto& one : factor_templates(options.origin, waiting)) templates.push_back(std::move(one));
  templates.push_back(invitation_template(house));
  templates.push_back(duty_template(house));
  for (auto& one : approvals::mail_templates(options.origin)) templates.push_back(std::move(one));
  for (auto& one : services::mail_templates(options.origin)) templates.push_back(std::move(one));
  for (auto& one : alert_templates(house)) templates.push_back(std::move(one));
  mail::Transport& transport = house.smtp ? *house.smtp : static_cast<mail::Transport&>(*house.maildir);
  ASSIGN_OR_RETURN(house.outbox,
                   outbox::Outbox::open({.control = *house.control,
                                         .vault = *house.vault,
                                         .fields = fields,
                                         .transport = transport,
                                         .clock = *house.clock,
                                         .random = house.random},
                                        {.from = {.name = options.organisation, .address = options.mail_from},
                                         .domain = domain,
                                         .organisation = options.organisation},
                                        std::move(templates)));
  return {};
}

Result<void> open_retention(House& house) {
  const auto between = between_of(house.options);
  house.schedule = std::make_unique<retention::Schedule>(retention::ScheduleNeeds{
      .control = *house.control, .policy = *house.policy, .surfaces = house.surfaces});
  ASSIGN_OR_RETURN(house.eraser, retention::Eraser::open({.control = *house.control,
                                                          .vault_database = *house.vault_database,
                                                          .key_database = *house.key_database,
                                                          .keys = *house.keys,
                                                          .vault = *house.vault,
                                                          .engine = *house.engine,
                                                          .consents = *house.consents,
                                                          .outbox = *house.outbox,
                                                          .journal = *house.journal,
                                                          .surfaces = house.surfaces,
                                                          .files = house.files,
                                                          .clock = *house.clock,
                                                          .random = house.random,
                                                          .data = house.options.data,
                                                          .installation = house.options.origin,
                                                          .between = between}));
  house.executor =
      std::make_unique<retention::Executor>(retention::ExecutorNeeds{.schedule = *house.schedule,
                                                                     .policy = *house.policy,
                                                                     .control = *house.control,
                                                                     .vault_database = *house.vault_database,
                                                                     .key_database = *house.key_database,
                                                                     .keys = *house.keys,
                                                                     .vault = *house.vault,
                                                                     .engine = *house.engine,
                                                                     .consents = *house.consents,
                                                                     .outbox = *house.outbox,
                                                                     .journal = *house.journal,
                                                                     .access = *house.access,
                                                                     .surfaces = house.surfaces,
                                                                     .clock = *house.clock,
                                                                     .between = between});
  house.accounts = std::make_unique<retention::Accounts>(retention::AccountsNeeds{.policy = *house.policy,
                                                                                  .control = *house.control,
                                                                                  .eraser = *house.eraser,
                                                                                  .outbox = *house.outbox,
                                                                                  .journal = *house.journal,
                                                                                  .surfaces = house.surfaces,
                                                                                  .clock = *house.clock});
  house.surfaces.push_back(staff_surface(house));
  house.surfaces.push_back(approvals_surface(house));
  house.surfaces.push_back(services_surface(house));
  return {};
}

/// Before anybody comes in: what an old backup brought back goes again, or the program does not serve; and
/// what fell due while it was down is done. That one is tried again every minute, so it keeps nobody out.
Result<void> catch_up(House& house) {
  RETURN_IF_ERROR(house.executor->replay());
  RETURN_IF_ERROR(house.eraser->replay());
  if (!house.trusts_clock()) {
    base::log(base::Level::Warning, "retention.clock_doubted", {});
    return {};
  }
  if (const auto done = house.executor->run_due(); !done)
    base::log(base::Level::Error, "retention.not_caught_up", {{"error", done.error()}});
  return {};
}

Result<void> open_updates(House& house) {
  if (house.policy->updates().empty()) return {};
  ASSIGN_OR_RETURN(const auto scopes, surfaces::updates::reserve_scopes(*house.properties));
  house.updates = std::make_shared<surfaces::updates::Updates>(
      surfaces::updates::Needs{
          .control = *house.control,
          .properties = *house.properties,
          .vault = *house.vault,
          .keys = *house.keys,
          .policy = *house.policy,
          .site = house.site,
          .consents = *house.consents,
          .notices = *house.notices,
          .journal = *house.journal,
          .outbox = *house.outbox,
          .access = *house.access,
          .eraser = *house.eraser,
          .clock = *house.clock,
          .random = house.random,
          .is_restricted = [&house](base::PersonId person) { return house.desk->is_restricted(person); },
          .member_name = [&house](base::MemberId member) { return name_of(house, member); },
          .origin = house.options.origin},
      scopes);
  ASSIGN_OR_RETURN(auto surface, surfaces::updates::make_surface(house.updates));
  house.surfaces.push_back(std::move(surface));
  return {};
}

Result<void> open_surfaces(House& house) {
  const auto& options = house.options;
  ASSIGN_OR_RETURN(
      auto events,
      surfaces::events::make_surface(
          {.control = *house.control,
           .properties = *house.properties,
           .vault = *house.vault,
           .keys = *house.keys,
           .session_keys = *house.session_keys,
           .policy = *house.policy,
           .site = house.site,
           .consents = *house.consents,
           .notices = *house.notices,
           .engine = *house.engine,
           .journal = *house.journal,
           .disclosures = *house.disclosures,
           .outbox = *house.outbox,
           .access = *house.access,
           .approvals = *house.approvals,
           .schedule = *house.schedule,
           .eraser = *house.eraser,
           .files = house.files,
           .clock = *house.clock,
           .random = house.random,
           .is_restricted = [&house](base::PersonId person) { return house.desk->is_restricted(person); },
           .member_name = [&house](base::MemberId member) { return name_of(house, member); },
           .settings = {.origin = options.origin,
                        .blobs = options.data / "blobs",
                        .local_only = options.is_local()},
           .between = between_of(options)}));
  house.surfaces.push_back(std::move(events));
  return open_updates(house);
}

}  // namespace

Result<std::unique_ptr<House>> House::build(const Options& options) {
  auto house = std::make_unique<House>();
  house->options = options;
  if (house->options.origin.empty()) {
    house->options.origin =
        fmt::format("{}://localhost:{}", options.certificate ? "https" : "http", options.listen.port);
  }
  if (options.clock_descriptor) {
    ASSIGN_OR_RETURN(house->clock, base::DescriptorClock::open(*options.clock_descriptor));
  } else {
    house->clock = std::make_unique<base::OsClock>();
  }
  std::string policy_text;
  ASSIGN_OR_RETURN(house->policy, read_policy(house->files, options.policy, policy_text));
  house->site = {.organisation = options.organisation,
                 .languages = house->policy->languages(),
                 .shifted_clock = options.clock_descriptor.has_value(),
                 .offers_updates = !house->policy->updates().empty()};
  RETURN_IF_ERROR(open_stores(*house));
  RETURN_IF_ERROR(house->notices->begin(*house->policy, policy_text));
  RETURN_IF_ERROR(open_mail(*house));
  // What a stop interrupted, before anybody comes in.
  RETURN_IF_ERROR(house->vault->finish_erasures());
  ASSIGN_OR_RETURN(house->duties, staff::Duties::open({.control = *house->control,
                                                       .keys = *house->keys,
                                                       .journal = *house->journal,
                                                       .clock = *house->clock,
                                                       .random = house->random,
                                                       .rules = house->policy->staff(),
                                                       .policy_version = house->policy->version()}));
  ASSIGN_OR_RETURN(
      house->access,
      staff::Access::open(
          {.control = *house->control,
           .vault = *house->vault,
           .keys = *house->keys,
           .journal = *house->journal,
           .clock = *house->clock,
           .random = house->random,
           .permissions = all_permissions(),
           .factors = house->policy->staff().factors,
           .known_devices = house->policy->staff().known_devices,
           .origin = house->options.origin,
           .duties = house->duties.get(),
           .installation = house->options.organisation,
           .tell = [&house = *house](base::PersonId person, staff::FactorNews news, std::string about) {
             return queue_factor_news(*house.outbox, person, news, std::move(about));
           }}));
  ASSIGN_OR_RETURN(house->members, staff::Members::open({.control = *house->control,
                                                         .vault = *house->vault,
                                                         .journal = *house->journal,
                                                         .clock = *house->clock,
                                                         .random = house->random,
                                                         .permissions = all_permissions(),
                                                         .mail = [&house = *house](base::PersonId person) {
                                                           return queue_invitation(*house.outbox, person);
                                                         }}));
  RETURN_IF_ERROR(open_approvals(*house, between_of(options)));
  RETURN_IF_ERROR(open_services(*house));
  open_request_log(*house);
  RETURN_IF_ERROR(open_retention(*house));
  RETURN_IF_ERROR(open_desk(*house));
  RETURN_IF_ERROR(open_surfaces(*house));
  RETURN_IF_ERROR(catch_up(*house));
  return house;
}

const retention::Surface* House::surface(std::string_view name) const {
  for (const auto& surface : surfaces) {
    if (surface.name == name) return &surface;
  }
  return nullptr;
}

}  // namespace app
