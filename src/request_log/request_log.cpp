#include "request_log/request_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/contains.h"
#include "journal/leaf.h"
#include "policy/gate.h"
#include "request_log/browser_type.h"
#include "request_log/limits.h"

namespace request_log {
namespace {

using base::Instant;
using base::Result;
using nlohmann::ordered_json;

constexpr std::string_view kEnding = ".jsonl";
/// "2026-11-23T14": as RFC 3339 writes an instant, up to its hour.
constexpr std::size_t kHourBytes = 13;
constexpr std::string_view kSlug = ":slug}";

/// A slug names a property, if there is one. Everything else in a path may name a person, be what lets them
/// in, or be whatever somebody wrote.
std::string url_of(const http::Exchange& exchange) {
  const bool is_there = exchange.status < 400;
  if (exchange.route == nullptr) return {};
  std::string url;
  std::string_view rest = exchange.route->pattern;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    const auto segment = rest.substr(0, end);
    rest.remove_prefix(end);
    url += '/';
    if (is_there && segment.ends_with(kSlug))
      url += exchange.request.parameter(segment.substr(1, segment.size() - 1 - kSlug.size()));
    else
      url += segment;
  }
  return url;
}

/// "nl-BE": what is no tag of that shape could be anything.
std::string_view language_of(const http::Request& request) {
  const auto all = request.header("accept-language").value_or("");
  const auto first = all.substr(0, all.find_first_of(",;"));
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto language = first.substr(0, first.find('-'));
  const auto region =
      first.size() == language.size() ? std::string_view{} : first.substr(language.size() + 1);
  const bool is_tag =
      (language.size() == 2 || language.size() == 3) && std::ranges::all_of(language, is_letter) &&
      (first.size() == language.size() || (region.size() == 2 && std::ranges::all_of(region, is_letter)));
  return is_tag ? first : std::string_view{};
}

std::string line_of(const policy::Data& datum, const http::Exchange& exchange, Instant now) {
  const auto& request = exchange.request;
  const auto has = [&](std::string_view part) { return base::contains(datum.items, part); };
  ordered_json line;
  if (has("time")) line["time"] = base::to_rfc3339(now);
  if (has("url")) {
    line["method"] = http::to_text(request.method);
    line["url"] = url_of(exchange);
    line["status"] = exchange.status;
  }
  if (has("address")) line["address"] = journal::cut_address(request.client_address);
  if (has("agent")) line["agent"] = browser_type(request.header("user-agent").value_or(""));
  if (has("language")) line["language"] = language_of(request);
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

bool is_logged(const policy::Policy& policy, const policy::Data& datum) {
  if (datum.kind != policy::Kind::Logs || !datum.keep.counts_from_storing()) return false;
  const policy::Gate gate(policy);
  return std::ranges::all_of(datum.items,
                             [&](const std::string& part) { return gate.permit_log(part).has_value(); });
}

}  // namespace

RequestLog::RequestLog(Needs needs) : needs_(std::move(needs)) {
  for (const auto& datum : needs_.policy.data()) {
    if (is_logged(needs_.policy, datum)) logged_.push_back(&datum);
  }
}

void RequestLog::note(const http::Exchange& exchange) {
  if (logged_.empty() || (exchange.route != nullptr && exchange.route->continuous)) return;
  const auto now = needs_.clock.now();
  for (const auto* datum : logged_) {
    const auto line = line_of(*datum, exchange, now);
    base::Lock lock(mutex_);
    if (waiting_bytes_ + line.size() > kWaitingBytesMax) {
      ++lost_;
      continue;
    }
    waiting_[fmt::format("{}-{}{}", datum->name, base::to_rfc3339(now).substr(0, kHourBytes), kEnding)] +=
        line;
    waiting_bytes_ += line.size();
  }
}

Result<void> RequestLog::write() {
  base::Lock files_lock(files_mutex_);
  std::map<std::string, std::string> waiting;
  {
    base::Lock lock(mutex_);
    waiting = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
  }
  if (waiting.empty()) return {};
  Result<void> first = needs_.files.make_directories(needs_.folder);
  for (const auto& [name, lines] : waiting) {
    auto written = first;
    if (written) {
      auto file = needs_.files.open(needs_.folder / name, base::OpenMode::Append);
      written = file ? (*file)->append(base::as_bytes(lines)) : base::fail(file.error());
    }
    if (written) continue;
    if (first) first = written;
    base::Lock lock(mutex_);
    lost_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
  }
  return first;
}

Result<std::vector<RequestLog::Hour>> RequestLog::hours() {
  std::vector<Hour> hours;
  ASSIGN_OR_RETURN(const bool is_there, needs_.files.exists(needs_.folder));
  if (!is_there) return hours;
  ASSIGN_OR_RETURN(auto names, needs_.files.list(needs_.folder));
  for (auto& name : names) {
    constexpr auto kTail = kHourBytes + kEnding.size();
    if (!name.ends_with(kEnding) || name.size() < kTail + 2) continue;
    const auto first = base::parse_rfc3339(name.substr(name.size() - kTail, kHourBytes) + ":00:00Z");
    if (!first) continue;
    const auto of = std::string_view{name}.substr(0, name.size() - kTail - 1);
    const auto datum = std::ranges::find(logged_, of, [](const policy::Data* one) { return one->name; });
    hours.push_back({.datum = datum == logged_.end() ? nullptr : *datum, .first = *first, .file = name});
  }
  return hours;
}

Result<std::int64_t> RequestLog::remove_old() {
  base::Lock lock(files_mutex_);
  ASSIGN_OR_RETURN(const auto all, hours());
  const auto now = needs_.clock.now();
  std::int64_t removed = 0;
  for (const auto& hour : all) {
    if (hour.datum != nullptr && policy::after(hour.first, hour.datum->keep.span) > now) continue;
    RETURN_IF_ERROR(needs_.files.remove(needs_.folder / hour.file));
    ++removed;
  }
  if (removed > 0) RETURN_IF_ERROR(needs_.files.sync_directory(needs_.folder));
  return removed;
}

Result<std::vector<Standing>> RequestLog::standings() {
  base::Lock lock(files_mutex_);
  ASSIGN_OR_RETURN(const auto all, hours());
  std::vector<Standing> standings;
  for (const auto* datum : logged_) {
    Standing standing;
    standing.datum = datum->name;
    for (const auto& hour : all) {
      if (hour.datum == datum && (!standing.first || hour.first < *standing.first))
        standing.first = hour.first;
    }
    if (standing.first) {
      standing.ends = policy::after(*standing.first, datum->keep.span);
      standing.is_overdue = *standing.ends + kGrace < needs_.clock.now();
    }
    standings.push_back(std::move(standing));
  }
  return standings;
}

std::uint64_t RequestLog::lost() {
  base::Lock lock(mutex_);
  return lost_;
}

}  // namespace request_log
