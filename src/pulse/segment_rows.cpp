#include "pulse/segment_rows.h"

#include "pulse/codec.h"
#include "pulse/limits.h"
#include "pulse/limits_engine.h"

namespace pulse {
namespace {

template <class Row>
void write_ordinals(std::span<const Row> rows, const SegmentBlock& block, Writer& out) {
  auto before = block.first;
  for (const auto& row : rows) {
    out.varint(row.ordinal - before);
    before = row.ordinal;
  }
}

template <class Row>
bool read_ordinals(Reader& in, const SegmentBlock& block, std::vector<Row>& rows) {
  std::uint64_t ordinal = block.first;
  for (auto& row : rows) {
    ordinal += in.varint32();
    row.ordinal = static_cast<Ordinal>(ordinal);
    if (ordinal > block.last) return false;
  }
  return in.ok() && ordinal == block.last;
}

bool is_time(std::int64_t ms) { return ms >= 0 && ms <= kIntegerMax; }

// Damaged bytes must not make the reader allocate: a row takes at least `bytes_each`.
template <class Row>
bool size_rows(base::ByteView bytes, const SegmentBlock& block, std::size_t bytes_each,
               std::vector<Row>& rows) {
  if (block.rows == 0 || block.rows > bytes.size() / bytes_each) return false;
  rows.assign(block.rows, Row{});
  return true;
}

}  // namespace

void encode_rows(std::span<const SealedSession> rows, const SegmentBlock& block, base::Bytes& bytes) {
  Writer out(bytes);
  write_ordinals(rows, block, out);
  auto before = block.base_ms;
  for (const auto& row : rows) {
    out.zigzag(row.opened_ms - before);
    before = row.opened_ms;
  }
  for (const auto& row : rows) out.varint(row.attributes);
  for (const auto& row : rows) out.u8(row.consented ? 1 : 0);
  for (const auto& row : rows) out.raw(row.id.bytes);
  for (const auto& row : rows) out.fixed(row.viewer.value);
}

bool decode_rows(base::ByteView bytes, const SegmentBlock& block, std::vector<SealedSession>& rows) {
  if (!size_rows(bytes, block, 28, rows)) return false;
  Reader in(bytes);
  if (!read_ordinals(in, block, rows)) return false;
  auto before = block.base_ms;
  for (auto& row : rows) {
    const auto change = in.zigzag();
    if (change > kIntegerMax || change < -kIntegerMax) return false;
    before += change;
    if (!is_time(before)) return false;
    row.opened_ms = before;
  }
  for (auto& row : rows) row.attributes = in.varint32();
  for (auto& row : rows) {
    const auto flag = in.u8();
    if (flag > 1) return false;
    row.consented = flag != 0;
  }
  for (auto& row : rows) {
    const auto id = in.raw(row.id.bytes.size());
    if (!in.ok()) return false;
    std::memcpy(row.id.bytes.data(), id.data(), id.size());
  }
  for (auto& row : rows) row.viewer.value = in.fixed<std::uint64_t>();
  return in.ok() && in.at_end();
}

void encode_rows(std::span<const SealedInterval> rows, const SegmentBlock& block, base::Bytes& bytes) {
  Writer out(bytes);
  write_ordinals(rows, block, out);
  const SealedInterval* before = nullptr;
  for (const auto& row : rows) {
    const bool same_session = before != nullptr && before->ordinal == row.ordinal;
    const auto from = same_session ? before->interval.end_ms : block.base_ms;
    out.varint(static_cast<std::uint64_t>(row.interval.start_ms - from));
    before = &row;
  }
  for (const auto& row : rows) out.u8(static_cast<std::uint8_t>(row.interval.facts));
  // The low byte of a duration is noise and the high ones are nearly always zero: apart they compress well.
  for (int shift = 0; shift < 32; shift += 8) {
    for (const auto& row : rows)
      out.u8(static_cast<std::uint8_t>((row.interval.end_ms - row.interval.start_ms) >> shift));
  }
}

bool decode_rows(base::ByteView bytes, const SegmentBlock& block, std::vector<SealedInterval>& rows) {
  if (!size_rows(bytes, block, 7, rows)) return false;
  Reader in(bytes);
  if (!read_ordinals(in, block, rows)) return false;
  for (auto& row : rows) {
    const auto gap = in.varint();
    if (gap > static_cast<std::uint64_t>(kIntegerMax)) return false;
    row.interval.start_ms = static_cast<std::int64_t>(gap);
  }
  for (auto& row : rows) {
    row.interval.facts = static_cast<Facts>(in.u8());
    if (row.interval.facts < 0) return false;
  }
  const auto planes = in.raw(4 * rows.size());
  if (!in.ok() || !in.at_end()) return false;
  const SealedInterval* before = nullptr;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& row = rows[i];
    const bool same_session = before != nullptr && before->ordinal == row.ordinal;
    row.interval.start_ms += same_session ? before->interval.end_ms : block.base_ms;
    std::uint32_t duration = 0;
    for (std::size_t plane = 0; plane < 4; ++plane)
      duration |= static_cast<std::uint32_t>(planes[plane * rows.size() + i]) << (8 * plane);
    row.interval.end_ms = row.interval.start_ms + duration;
    if (duration == 0 || row.interval.end_ms > block.latest_ms) return false;
    before = &row;
  }
  return true;
}

void encode_rows(std::span<const SealedMark> rows, const SegmentBlock& block, base::Bytes& bytes) {
  Writer out(bytes);
  write_ordinals(rows, block, out);
  auto before = block.base_ms;
  for (const auto& row : rows) {
    out.zigzag(row.at_ms - before);
    before = row.at_ms;
  }
  for (const auto& row : rows) out.varint(row.kind);
  for (const auto& row : rows) out.text(row.value);
}

bool decode_rows(base::ByteView bytes, const SegmentBlock& block, std::vector<SealedMark>& rows) {
  if (!size_rows(bytes, block, 4, rows)) return false;
  Reader in(bytes);
  if (!read_ordinals(in, block, rows)) return false;
  auto before = block.base_ms;
  for (auto& row : rows) {
    const auto change = in.zigzag();
    if (change > kIntegerMax || change < -kIntegerMax) return false;
    before += change;
    if (!is_time(before)) return false;
    row.at_ms = before;
  }
  for (auto& row : rows) row.kind = in.varint32();
  for (auto& row : rows) row.value = in.text();
  return in.ok() && in.at_end();
}

void encode_index(std::span<const SegmentBlock> blocks, base::Bytes& bytes) {
  Writer out(bytes);
  out.varint(blocks.size());
  for (const auto& block : blocks) {
    out.u8(static_cast<std::uint8_t>(block.table));
    out.varint(block.place.offset);
    out.varint(block.place.stored_bytes);
    out.varint(block.place.number);
    out.varint(block.rows);
    out.varint(block.first);
    out.varint(block.last - block.first);
    out.zigzag(block.base_ms);
    out.zigzag(block.latest_ms);
    out.zigzag(block.active_ms);
    out.zigzag(block.open_ms);
  }
}

bool decode_index(base::ByteView bytes, std::vector<SegmentBlock>& blocks) {
  Reader in(bytes);
  blocks.assign(in.count(11), SegmentBlock{});
  for (auto& block : blocks) {
    const auto table = in.u8();
    if (table > static_cast<std::uint8_t>(Table::Marks)) return false;
    block.table = static_cast<Table>(table);
    block.place.offset = in.varint();
    block.place.stored_bytes = in.varint32();
    block.place.number = in.varint32();
    block.rows = in.varint32();
    block.first = in.varint32();
    const auto span = in.varint32();
    if (span > UINT32_MAX - block.first) return false;
    block.last = block.first + span;
    block.base_ms = in.zigzag();
    block.latest_ms = in.zigzag();
    block.active_ms = in.zigzag();
    block.open_ms = in.zigzag();
    if (!is_time(block.base_ms) || !is_time(block.latest_ms)) return false;
  }
  return in.ok() && in.at_end();
}

}  // namespace pulse
