// The bytes of an anonymous record, and what may be wrong with one.
#include <fmt/format.h>
#include <xxhash.h>

#include <tuple>

#include "pulse/anonymous.h"
#include "pulse/codec.h"

namespace pulse {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kMagic{"HSANON1\0", 8};
constexpr std::size_t kChecksumBytes = 8;

void write(const std::vector<AnonymousLapses>& lapses, Writer& out) {
  out.varint(lapses.size());
  Grains before = 0;
  for (const auto& each : lapses) {
    out.varint(each.from - before);
    out.varint(each.until - each.from);
    out.varint(static_cast<std::uint64_t>(each.count));
    before = each.from;
  }
}

std::int64_t read_count(Reader& in) { return static_cast<std::int64_t>(in.varint() & INT64_MAX); }

// Sums that wrap around are out of order, which fault_of finds.
void read(Reader& in, std::vector<AnonymousLapses>& lapses) {
  lapses.resize(in.count(3));
  Grains before = 0;
  for (auto& each : lapses) {
    before = each.from = before + in.varint32();
    each.until = each.from + in.varint32();
    each.count = read_count(in);
  }
}

/// Looks for what is wrong, rule by rule of anonymous.h; the first that is broken is told.
class Examination {
 public:
  explicit Examination(const AnonymousRecord& record) : record_(record), fewest_(record.fewest) {}

  std::string fault() {
    if (!is_range()) return "the range or the fewest viewers";
    end_ = (record_.to_ms - record_.from_ms + kAnonymousGrainMs - 1) / kAnonymousGrainMs;
    if (!are_counts()) return "the counts";
    if (record_.watched == 0) return is_empty() ? "" : "tables without viewers";
    if (!are_groups()) return "the groups";
    if (!are_lapses(record_.inactive) || !are_lapses(record_.away)) return "the lapses";
    return {};
  }

 private:
  bool is_range() const {
    return record_.fewest >= kAnonymousFewestMin && record_.fewest <= kAnonymousFewestMax &&
           record_.from_ms >= 0 && record_.from_ms <= record_.to_ms && record_.to_ms <= kIntegerMax &&
           record_.to_ms - record_.from_ms <= kAnonymousRangeMaxS * 1000;
  }
  static ReportCounts only_opened(std::int64_t opened) {
    ReportCounts counts;
    counts.opened = opened;
    return counts;
  }
  bool are_counts() const {
    const auto& counts = record_.counts;
    for (const auto count : {counts.registered, counts.opened, counts.consented, counts.refused,
                             counts.accredited, record_.watched})
      if (count < 0 || count > kIntegerMax) return false;
    if (counts.opened < fewest_) return counts == only_opened(counts.opened) && record_.watched == 0;
    const auto apart = [&](std::int64_t one, std::int64_t other) {
      return many(one > other ? one - other : other - one);
    };
    return counts.opened == counts.consented + counts.refused && many(counts.registered) &&
           many(counts.consented) && many(counts.refused) && many(counts.accredited) &&
           many(record_.watched) && record_.watched <= counts.consented &&
           record_.watched <= kAnonymousViewersMax && counts.accredited <= record_.watched &&
           apart(counts.registered, counts.opened) && apart(counts.consented, record_.watched) &&
           apart(record_.watched, counts.accredited);
  }
  bool is_empty() const {
    AnonymousRecord empty;
    empty.fewest = record_.fewest;
    empty.from_ms = record_.from_ms;
    empty.to_ms = record_.to_ms;
    empty.counts = record_.counts;
    return record_ == empty;
  }
  bool are_groups() const {
    std::int64_t viewers = 0;
    const AnonymousGroup* before = nullptr;
    const auto key = [](const AnonymousGroup& each) {
      return std::tuple(each.first, each.last, each.active, each.open);
    };
    for (const auto& group : record_.groups) {
      if (group.viewers < fewest_ || group.viewers > record_.watched - viewers || group.first > group.last ||
          group.last > end_ || group.active > group.open || group.open > group.last - group.first ||
          (before != nullptr && key(*before) >= key(group)))
        return false;
      viewers += group.viewers;
      before = &group;
    }
    return viewers == record_.watched;
  }
  bool are_lapses(const std::vector<AnonymousLapses>& lapses) const {
    std::int64_t count = 0;
    const AnonymousLapses* before = nullptr;
    const auto key = [](const AnonymousLapses& each) { return std::pair(each.from, each.until); };
    for (const auto& each : lapses) {
      if (each.count < fewest_ || each.count > kAnonymousLapsesMax - count || each.from >= each.until ||
          each.until > end_ || (before != nullptr && key(*before) >= key(each)))
        return false;
      count += each.count;
      before = &each;
    }
    return true;
  }
  bool many(std::int64_t viewers) const { return viewers == 0 || viewers >= fewest_; }

  const AnonymousRecord& record_;
  const std::int64_t fewest_;
  std::int64_t end_ = 0;
};

}  // namespace

std::string fault_of(const AnonymousRecord& record) { return Examination(record).fault(); }

Bytes encode(const AnonymousRecord& record) {
  Bytes bytes;
  Writer out(bytes);
  const auto number = [&](std::int64_t value) { out.varint(static_cast<std::uint64_t>(value)); };
  out.raw(base::as_bytes(kMagic));
  out.varint(record.fewest);
  out.zigzag(record.from_ms);
  out.zigzag(record.to_ms);
  const auto& counts = record.counts;
  for (const auto each : {counts.registered, counts.opened, counts.consented, counts.refused,
                          counts.accredited, record.watched})
    number(each);
  out.varint(record.groups.size());
  Grains before = 0;
  for (const auto& group : record.groups) {
    out.varint(group.first - before);
    out.varint(group.last - group.first);
    out.varint(group.active);
    out.varint(group.open);
    number(group.viewers);
    before = group.first;
  }
  write(record.inactive, out);
  write(record.away, out);
  out.fixed(std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
  return bytes;
}

Result<AnonymousRecord> decode_anonymous(ByteView bytes) {
  const auto corrupt = [](std::string_view what) {
    return fail(Code::Corrupt, fmt::format("the anonymous record: {}", what));
  };
  if (bytes.size() < kMagic.size() + kChecksumBytes || base::as_text(bytes.first(kMagic.size())) != kMagic)
    return corrupt("of a format that this version does not know");
  const auto body = bytes.first(bytes.size() - kChecksumBytes);
  if (XXH3_64bits(body.data(), body.size()) != base::load_le<std::uint64_t>(body.data() + body.size()))
    return corrupt("the checksum is wrong");
  Reader in(body.subspan(kMagic.size()));
  AnonymousRecord record;
  record.fewest = in.varint32();
  record.from_ms = in.zigzag();
  record.to_ms = in.zigzag();
  auto& counts = record.counts;
  for (auto* each : {&counts.registered, &counts.opened, &counts.consented, &counts.refused,
                     &counts.accredited, &record.watched})
    *each = read_count(in);
  record.groups.resize(in.count(5));
  Grains before = 0;
  for (auto& group : record.groups) {
    before = group.first = before + in.varint32();
    group.last = group.first + in.varint32();
    group.active = in.varint32();
    group.open = in.varint32();
    group.viewers = read_count(in);
  }
  read(in, record.inactive);
  read(in, record.away);
  if (!in.ok() || !in.at_end()) return corrupt("it makes no sense");
  if (const auto fault = fault_of(record); !fault.empty()) return corrupt(fault);
  return record;
}

}  // namespace pulse
