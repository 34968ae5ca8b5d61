#include "pulse/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "base/time.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::int64_t kYear0Ms = -62'167'219'200'000;
constexpr std::int64_t kYear10000Ms = 253'402'300'800'000;

std::int64_t rounded(std::int64_t numerator, std::int64_t denominator) {
  const auto whole = numerator / denominator;
  const auto rest = numerator % denominator;
  return whole + (rest >= denominator - rest ? 1 : 0);
}

Presence clipped(Presence presence, std::int64_t from_ms, std::int64_t to_ms) {
  presence.start_ms = std::max(presence.start_ms, from_ms);
  presence.end_ms = std::min(presence.end_ms, to_ms);
  return presence;
}

/// The mean of the middle two, or of the middle one and itself.
Thousandths median(std::vector<std::int64_t> values) {
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  const auto upper = *middle;
  const auto lower = values.size() % 2 == 1 ? upper : *std::max_element(values.begin(), middle);
  return {rounded(lower + upper, 2)};
}

}  // namespace

std::string to_text(Thousandths figure) {
  const auto magnitude = figure.value < 0 ? -figure.value : figure.value;
  auto text = fmt::format("{}{}.{:03}", figure.value < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
  for (int i = 0; i < 2 && text.back() == '0'; ++i) text.pop_back();
  return text;
}

Thousandths thousandths(std::int64_t numerator, std::int64_t denominator) {
  // The whole part apart, so that a year of a country's viewers does not overflow.
  return {numerator / denominator * 1000 + rounded(numerator % denominator * 1000, denominator)};
}

Result<ReportRange> ReportRange::make(std::int64_t from_ms, std::int64_t to_ms, std::int64_t step_s) {
  if (from_ms < kYear0Ms || to_ms > kYear10000Ms)
    return fail(Code::Invalid, "from, to: the years 0 to 9999 alone");
  if (from_ms >= to_ms) return fail(Code::Invalid, "from must be before to");
  if (step_s < 1 || step_s > kIntegerMax / 1000)
    return fail(Code::Invalid, "step: a whole number of seconds from 1");
  ReportRange range;
  range.from_ms_ = from_ms;
  range.to_ms_ = to_ms;
  range.step_ms_ = step_s * 1000;
  const auto length_ms = to_ms - from_ms;
  const auto buckets = length_ms / range.step_ms_ + (length_ms % range.step_ms_ == 0 ? 0 : 1);
  if (buckets > kReportBucketsMax)
    return fail(Code::Invalid, fmt::format("step: this range has over {} buckets", kReportBucketsMax));
  range.buckets_ = static_cast<std::size_t>(buckets);
  range.steps_per_ms_ = 1.0 / static_cast<double>(range.step_ms_);
  return range;
}

void ReportBuilder::Curve::add(const ReportRange& range, std::int64_t start_ms, std::int64_t end_ms) {
  const auto first = range.bucket_of(start_ms);
  const auto last = range.bucket_of(end_ms);
  buckets[first].part_ms += static_cast<std::uint64_t>(range.bucket_start_ms(first + 1) - start_ms);
  buckets[first + 1].spanning += 1;
  buckets[last].part_ms -= static_cast<std::uint64_t>(range.bucket_start_ms(last + 1) - end_ms);
  buckets[last + 1].spanning -= 1;
}

ReportBuilder::ReportBuilder(const ReportRange& range) : range_(range) {
  // A presence that ends where the last bucket does counts down in the one after it, and that one's
  // successor.
  active_.buckets.resize(range.buckets() + 2);
  inactive_.buckets.resize(range.buckets() + 2);
}

void ReportBuilder::add_viewer(std::span<const Presence> presences) {
  std::int64_t active_ms = 0;
  std::int64_t open_ms = 0;
  for (const auto& whole : presences) {
    const auto presence = clipped(whole, range_.from_ms(), range_.to_ms());
    const auto length_ms = presence.end_ms - presence.start_ms;
    if (length_ms <= 0) continue;
    open_ms += length_ms;
    active_ms += presence.active ? length_ms : 0;
    (presence.active ? active_ : inactive_).add(range_, presence.start_ms, presence.end_ms);
  }
  if (open_ms == 0) return;
  open_ms_ += open_ms;
  active_ms_.push_back(active_ms);
}

void ReportBuilder::merge(ReportBuilder&& other) {
  CHECK(range_ == other.range_);
  const auto add = [](Curve& to, const Curve& from) {
    for (std::size_t k = 0; k < to.buckets.size(); ++k) {
      to.buckets[k].part_ms += from.buckets[k].part_ms;
      to.buckets[k].spanning += from.buckets[k].spanning;
    }
  };
  add(active_, other.active_);
  add(inactive_, other.inactive_);
  active_ms_.insert(active_ms_.end(), other.active_ms_.begin(), other.active_ms_.end());
  open_ms_ += other.open_ms_;
  other = ReportBuilder{range_};
}

Report ReportBuilder::report(const ReportCounts& counts) const {
  Report report{.from_ms = range_.from_ms(),
                .to_ms = range_.to_ms(),
                .step_s = range_.step_ms() / 1000,
                .counts = counts,
                .watched = static_cast<std::int64_t>(active_ms_.size()),
                .average_active_s = {},
                .median_active_s = median(active_ms_),
                .average_open_s = {},
                .curve = {}};
  if (report.watched > 0) {
    std::int64_t active_ms = 0;
    for (const auto each : active_ms_) active_ms += each;
    report.average_active_s = {rounded(active_ms, report.watched)};
    report.average_open_s = {rounded(open_ms_, report.watched)};
  }
  report.curve.reserve(range_.buckets());
  std::uint64_t active_spanning = 0;
  std::uint64_t inactive_spanning = 0;
  const auto total_ms = [this](const Bucket& bucket, std::uint64_t& spanning) {
    spanning += bucket.spanning;
    return static_cast<std::int64_t>(bucket.part_ms +
                                     spanning * static_cast<std::uint64_t>(range_.step_ms()));
  };
  for (std::size_t k = 0; k < range_.buckets(); ++k) {
    const auto active_ms = total_ms(active_.buckets[k], active_spanning);
    const auto inactive_ms = total_ms(inactive_.buckets[k], inactive_spanning);
    const auto length_ms = range_.bucket_length_ms(k);
    report.curve.push_back(
        {range_.bucket_start_ms(k), thousandths(active_ms, length_ms), thousandths(inactive_ms, length_ms)});
  }
  return report;
}

std::string to_json(const Report& report, std::string_view slug) {
  const auto time = [](std::int64_t ms) { return base::to_rfc3339(base::instant_from_ms(ms)); };
  const auto& counts = report.counts;
  std::string out;
  out.reserve(512 + report.curve.size() * 80);
  auto to = std::back_inserter(out);
  fmt::format_to(to, R"({{"event":"{}","from":"{}","to":"{}","step_s":{},)", slug, time(report.from_ms),
                 time(report.to_ms), report.step_s);
  fmt::format_to(to, R"("viewers":{{"registered":{},"opened":{},"consented":{},"refused":{},"watched":{}}},)",
                 counts.registered, counts.opened, counts.consented, counts.refused, report.watched);
  fmt::format_to(
      to, R"("watch":{{"average_active_s":{},"median_active_s":{},"average_open_s":{}}},"curve":[)",
      to_text(report.average_active_s), to_text(report.median_active_s), to_text(report.average_open_s));
  for (std::size_t k = 0; k < report.curve.size(); ++k) {
    const auto& point = report.curve[k];
    fmt::format_to(to, R"({}{{"at":"{}","active":{},"inactive":{}}})", k == 0 ? "" : ",", time(point.at_ms),
                   to_text(point.active), to_text(point.inactive));
  }
  fmt::format_to(to, R"(],"accredited":{}}})", counts.accredited);
  return out;
}

MovementsBuilder::MovementsBuilder(const ReportRange& range, std::int64_t gap_ms, std::int64_t known_until_ms)
    : range_(range), gap_ms_(gap_ms), known_until_ms_(known_until_ms) {
  arrivals_.resize(range.buckets());
  departures_.resize(range.buckets());
}

void MovementsBuilder::count(std::vector<std::uint32_t>& per_bucket, std::int64_t at_ms) const {
  if (at_ms >= range_.from_ms() && at_ms < range_.to_ms()) ++per_bucket[range_.bucket_of(at_ms)];
}

void MovementsBuilder::add_viewer(std::span<const Presence> presences) {
  for (std::size_t i = 0; i < presences.size(); ++i) {
    const auto& presence = presences[i];
    if (i == 0 || presence.start_ms - presences[i - 1].end_ms > gap_ms_) count(arrivals_, presence.start_ms);
    const auto absent_until_ms = i + 1 < presences.size() ? presences[i + 1].start_ms : known_until_ms_;
    if (absent_until_ms - presence.end_ms > gap_ms_) count(departures_, presence.end_ms - 1);
  }
}

ViewerFigures viewer_figures(std::span<const Presence> presences, std::int64_t from_ms, std::int64_t to_ms,
                             std::int64_t planned_ms) {
  ViewerFigures figures;
  for (const auto& whole : presences) {
    const auto presence = clipped(whole, from_ms, to_ms);
    const auto length_ms = presence.end_ms - presence.start_ms;
    if (length_ms <= 0) continue;
    if (!figures.seen) figures.first_seen_ms = presence.start_ms;
    figures.seen = true;
    figures.last_seen_ms = presence.end_ms;
    figures.open_s.value += length_ms;
    figures.active_s.value += presence.active ? length_ms : 0;
  }
  figures.share = thousandths(std::min(figures.active_s.value, planned_ms), planned_ms);
  return figures;
}

Result<base::Bytes> raster(std::span<const Presence> presences, std::int64_t from_ms, std::int64_t to_ms,
                           std::int64_t cells) {
  if (from_ms >= to_ms) return fail(Code::Invalid, "from must be before to");
  const auto length_ms = to_ms - from_ms;
  if (cells < 1 || cells > std::min(kRasterCellsMax, length_ms))
    return fail(Code::Invalid, fmt::format("cells: 1 to {}, none shorter than 1 ms", kRasterCellsMax));
  base::Bytes out(static_cast<std::size_t>((cells + 3) / 4));
  // The last cell whose first millisecond is not after `at_ms`.
  const auto cell_of = [&](std::int64_t at_ms) {
    return static_cast<std::size_t>(((at_ms - from_ms + 1) * cells - 1) / length_ms);
  };
  for (const auto& whole : presences) {
    const auto presence = clipped(whole, from_ms, to_ms);
    if (presence.start_ms >= presence.end_ms) continue;
    const auto last = cell_of(presence.end_ms - 1);
    for (auto cell = cell_of(presence.start_ms); cell <= last; ++cell) {
      const auto shift = cell % 4 * 2;
      const unsigned seen = out[cell / 4] >> shift & 3U;
      if (seen == 2) continue;
      const unsigned now = presence.active ? 2 : 1;
      out[cell / 4] = static_cast<std::uint8_t>(out[cell / 4] ^ (seen ^ now) << shift);
    }
  }
  return out;
}

}  // namespace pulse
