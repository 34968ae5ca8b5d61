#include "app/serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>

#include "app/account_api.h"
#include "app/alerts.h"
#include "app/backup_route.h"
#include "app/beat_api.h"
#include "app/credentials_side.h"
#include "app/device_api.h"
#include "app/duty_api.h"
#include "app/duty_mail.h"
#include "app/factor_api.h"
#include "app/house.h"
#include "app/house_time.h"
#include "app/jobs.h"
#include "app/journal_side.h"
#include "app/member_api.h"
#include "app/openapi.h"
#include "app/operations.h"
#include "app/passkey_api.h"
#include "app/privacy_pages.h"
#include "app/promises.h"
#include "app/request_log_side.h"
#include "app/site.h"
#include "app/staff_api.h"
#include "app/trace_api.h"
#include "base/log.h"
#include "http/server.h"
#include "retention/certificate_api.h"
#include "retention/limits.h"

namespace app {
namespace {

using base::Result;

constexpr std::chrono::seconds kDrainMax{10};
constexpr std::size_t kMailsAtOnce = 100;

/// Signals are waited for by one thread; every other begins with them blocked.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  // A file-size limit is answered like a full disk.
  ::signal(SIGXFSZ, SIG_IGN);
  return signals;
}

/// A connection is a descriptor: take as many as we may have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<http::Networks> networks_of(const std::vector<std::string>& texts) {
  http::Networks networks;
  for (const auto& text : texts) {
    ASSIGN_OR_RETURN(auto network, http::Network::parse(text));
    networks.push_back(network);
  }
  return networks;
}

Result<http::Router> public_router(House& house) {
  http::Router router;
  add_site(router, house);
  RETURN_IF_ERROR(add_privacy_pages(router, house));
  add_openapi(router);
  add_staff_api(router, house);
  add_account_api(router, house);
  add_factor_api(router, house);
  add_device_api(router, house);
  add_member_api(router, house);
  add_duty_api(router, house);
  add_trace_api(router, house);
  add_passkey_api(router, house);
  add_promises_api(router, house);
  add_beat_api(router, house);
  add_journal(router, house);
  retention::add_certificate_api(router, *house.eraser);
  for (auto& surface : house.surfaces) router.mount("", std::move(surface.routes));
  return router;
}

Result<std::unique_ptr<http::Server>> open_public_side(House& house) {
  ASSIGN_OR_RETURN(auto routes, public_router(house));
  const auto router = std::make_shared<const http::Router>(std::move(routes));
  const auto& options = house.options;
  const auto seen = [&house](const http::Exchange& exchange) { house.request_log->note(exchange); };
  std::vector<http::ListenerOptions> listeners;
  // An origin is a scheme and an authority.
  const auto authority = options.origin.substr(options.origin.find("://") + 3);
  http::ListenerOptions main{.address = options.listen.host,
                             .port = options.listen.port,
                             .router = router,
                             .https_authority = authority,
                             .seen = seen};
  if (options.certificate) main.tls = http::TlsFiles{*options.certificate, *options.key};
  listeners.push_back(main);
  if (options.listen_plain) {
    listeners.push_back({.address = options.listen_plain->host,
                         .port = options.listen_plain->port,
                         .router = router,
                         .https_authority = authority,
                         .seen = seen});
  }
  http::ServerOptions server;
  ASSIGN_OR_RETURN(server.trusted_proxies, networks_of(options.trusted_proxies));
  return http::Server::start(std::move(server), std::move(listeners), house.network_clock, house.random);
}

Result<std::unique_ptr<http::Server>> open_local_side(House& house, const http::Server& public_side) {
  auto router = std::make_shared<http::Router>();
  add_operations(*router, house, [&public_side] { return public_side.metrics(); });
  add_backup(*router, house);
  add_local_promises(*router, house);
  add_credentials(*router, house);
  add_local_staff(*router, house);
  const auto& local = house.options.listen_local;
  http::ServerOptions server;
  server.io_threads = 1;
  // Health is told while a backup is collected and a mail server learns its new password.
  server.workers = 3;
  return http::Server::start(server,
                             {{.address = local.host,
                               .port = local.port,
                               .router = std::move(router),
                               .plain = http::PlainHttp::Anyone}},
                             house.network_clock, house.random);
}

std::vector<retention::Job> jobs_of(House& house) {
  std::vector<retention::Job> jobs;
  jobs.push_back({"outbox.send", std::chrono::milliseconds{500}, [&house]() -> Result<void> {
                    RETURN_IF_ERROR(house.outbox->run_due(kMailsAtOnce));
                    return {};
                  }});
  add_journal_jobs(jobs, house);
  jobs.push_back(
      {"retention.run", kLookEvery, by_house_clock(house, retention::kRunEvery, [&house]() -> Result<void> {
         if (!house.trusts_clock()) return {};
         const auto executed = house.executor->run_due();
         auto warned = house.executor->warn();
         const auto accounts = house.accounts->run();
         const auto left = erase_left_behind(house);
         RETURN_IF_ERROR(house.eraser->resume());
         RETURN_IF_ERROR(executed);
         RETURN_IF_ERROR(left);
         RETURN_IF_ERROR(accounts);
         return warned;
       })});
  jobs.push_back(credentials_job(house));
  jobs.push_back(duty_job(house));
  jobs.push_back(alerts_job(house));
  add_request_log_jobs(jobs, house);
  for (const auto& surface : house.surfaces)
    jobs.insert(jobs.end(), surface.jobs.begin(), surface.jobs.end());
  return jobs;
}

/// What the operator reads first: one line each, easy for a script to take.
Result<void> announce(House& house, const http::Server& public_side, const http::Server& local_side) {
  fmt::print("listening: {} ({} port {})\n", house.options.origin, house.options.listen.host,
             public_side.ports().front());
  fmt::print("local: http://{}:{}\n", house.options.listen_local.host, local_side.ports().front());
  ASSIGN_OR_RETURN(const bool has_account, house.access->has_account());
  if (!has_account) {
    ASSIGN_OR_RETURN(const auto token, house.access->make_setup_token());
    fmt::print("setup: {}/staff/setup?token={}\n", house.options.origin, token);
    fmt::print("       (makes the first account; good for 30 minutes)\n");
  }
  std::fflush(stdout);
  return {};
}

void wait_for_end(const sigset_t& signals, http::Server& public_side) {
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) return;
    const auto reloaded = public_side.reload_certificates();
    if (reloaded) {
      base::log(base::Level::Info, "http.certificates_reloaded");
    } else {
      base::log(base::Level::Error, "http.certificates_not_reloaded", {{"error", reloaded.error()}});
    }
  }
}

}  // namespace

Result<void> serve(const Options& options) {
  const auto signals = block_signals();
  raise_descriptor_limit();
  ASSIGN_OR_RETURN(const auto house, House::build(options));
  ASSIGN_OR_RETURN(const auto public_side, open_public_side(*house));
  ASSIGN_OR_RETURN(const auto local_side, open_local_side(*house, *public_side));
  {
    const Jobs jobs(jobs_of(*house));
    RETURN_IF_ERROR(announce(*house, *public_side, *local_side));
    wait_for_end(signals, *public_side);
    base::log(base::Level::Info, "app.stopping");
    for (const auto& surface : house->surfaces) surface.stop();
    const auto cut = public_side->stop(kDrainMax);
    if (cut > 0) base::log(base::Level::Warning, "http.connections_cut", {{"count", cut}});
  }
  local_side->stop(std::chrono::milliseconds{100});
  // Nobody acts any more: what was done last is signed too.
  RETURN_IF_ERROR(house->publisher->publish());
  return {};
}

Result<std::vector<http::RouteInfo>> routes(const Options& options) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const bool used, files.exists(options.data));
  if (used) return base::fail(base::Code::Invalid, "routes wants a data folder that is not there yet");
  ASSIGN_OR_RETURN(const auto house, House::build(options));
  ASSIGN_OR_RETURN(const auto router, public_router(*house));
  auto all = router.routes();
  for (const auto& surface : house->surfaces) surface.stop();
  return all;
}

}  // namespace app
