#include "app/policy_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "policy/limits.h"

namespace app {
namespace {

using base::Result;

constexpr std::string_view kEnding = ".yaml";

Result<PastPolicy> read_past(base::Files& files, const base::Path& folder, std::string_view name) {
  std::int64_t at_ms = 0;
  const auto* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, at_ms);
  const std::string_view rest{read.ptr, static_cast<std::size_t>(end - read.ptr)};
  if (read.ec != std::errc{} || !rest.starts_with('-') || !rest.ends_with(kEnding))
    return base::fail(base::Code::Corrupt, fmt::format("'{}' among the policies is none", name));
  ASSIGN_OR_RETURN(const auto bytes, base::read_file(files, folder / name, policy::kPolicyBytesMax));
  return PastPolicy{.at = base::instant_from_ms(at_ms),
                    .version = std::string{rest.substr(1, rest.size() - 1 - kEnding.size())},
                    .text = std::string{base::as_text(bytes)}};
}

}  // namespace

Result<std::vector<PastPolicy>> remember_policy(base::Files& files, const base::Path& folder,
                                                const policy::Policy& policy, std::string_view text,
                                                const base::Clock& clock) {
  RETURN_IF_ERROR(files.make_directories(folder));
  ASSIGN_OR_RETURN(const auto names, files.list(folder));
  std::vector<PastPolicy> all;
  for (const auto& name : names) {
    // What a power cut left half written has another ending.
    if (!name.ends_with(kEnding)) continue;
    ASSIGN_OR_RETURN(auto past, read_past(files, folder, name));
    all.push_back(std::move(past));
  }
  std::ranges::sort(all, std::ranges::greater{}, &PastPolicy::at);
  if (!all.empty() && all.front().version == policy.version()) return all;
  // A clock that was put back must not make the newest an older one.
  const auto at = all.empty() ? clock.now() : std::max(clock.now(), all.front().at + base::Millis{1});
  const auto name = fmt::format("{}-{}{}", base::to_ms(at), policy.version(), kEnding);
  RETURN_IF_ERROR(base::replace_file(files, folder / name, base::as_bytes(text)));
  all.insert(all.begin(), PastPolicy{.at = at, .version = policy.version(), .text = std::string{text}});
  return all;
}

}  // namespace app
