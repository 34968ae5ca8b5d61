#include "app/request_log_side.h"

#include <fmt/format.h>

#include "app/house_time.h"
#include "request_log/limits.h"
#include "retention/limits.h"

namespace app {

using base::Result;

void open_request_log(House& house) {
  house.request_log =
      std::make_unique<request_log::RequestLog>(request_log::Needs{.policy = *house.policy,
                                                                   .files = house.files,
                                                                   .folder = house.options.data / "logs",
                                                                   .clock = *house.clock});
}

void add_request_log_jobs(std::vector<retention::Job>& jobs, House& house) {
  jobs.push_back(
      {"request_log.write", request_log::kWriteEvery, [&house] { return house.request_log->write(); }});
  jobs.push_back({"request_log.remove_old", kLookEvery,
                  by_house_clock(house, retention::kRunEvery, [&house]() -> Result<void> {
                    if (!house.trusts_clock()) return {};
                    ASSIGN_OR_RETURN(const auto removed, house.request_log->remove_old());
                    if (removed == 0) return {};
                    RETURN_IF_ERROR(house.journal->record(
                        {.kind = "request_log.removed", .detail = fmt::format("{} hours", removed)}));
                    return {};
                  })});
}

}  // namespace app
