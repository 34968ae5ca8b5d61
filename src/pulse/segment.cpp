#include "pulse/segment.h"

#include <fmt/format.h>

#include "base/check.h"
#include "pulse/limits_engine.h"
#include "pulse/segment_rows.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

// Rows that make a block of about kBlockBytes of columns.
constexpr std::size_t kSessionsPerBlock = kBlockBytes / 32;
constexpr std::size_t kIntervalsPerBlock = kBlockBytes / 8;
constexpr std::size_t kMarkBytesAround = 8;
// Segments are written once and read often.
constexpr int kCompressionLevel = 3;

}  // namespace

std::string segment_name(base::PropertyNumber property, std::uint32_t number) {
  return fmt::format("{}-{}.segment", property.value, number);
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(base::Files& files, const base::Path& path,
                                                             base::PropertyNumber property,
                                                             const crypto::SecretKey& property_key,
                                                             base::Random& random) {
  ASSIGN_OR_RETURN(auto file, BlockFileWriter::create(files, path, FileKind::Segment, property.value,
                                                      property_key, random, kCompressionLevel));
  return std::unique_ptr<SegmentWriter>(new SegmentWriter(std::move(file)));
}

Result<void> SegmentWriter::add(const SealedSession& session) {
  sessions_.push_back(session);
  return sessions_.size() < kSessionsPerBlock ? Result<void>{} : flush_sessions();
}

Result<void> SegmentWriter::add(const SealedInterval& interval) {
  intervals_.push_back(interval);
  return intervals_.size() < kIntervalsPerBlock ? Result<void>{} : flush_intervals();
}

Result<void> SegmentWriter::add(const SealedMark& mark) {
  marks_.push_back(mark);
  mark_bytes_ += mark.value.size() + kMarkBytesAround;
  return mark_bytes_ < kBlockBytes ? Result<void>{} : flush_marks();
}

Result<void> SegmentWriter::put(SegmentBlock block) {
  ASSIGN_OR_RETURN(block.place, file_->add(plain_));
  blocks_.push_back(block);
  return {};
}

Result<void> SegmentWriter::flush_sessions() {
  if (sessions_.empty()) return {};
  SegmentBlock block{.table = Table::Sessions,
                     .place = {},
                     .rows = static_cast<std::uint32_t>(sessions_.size()),
                     .first = sessions_.front().ordinal,
                     .last = sessions_.back().ordinal,
                     .base_ms = sessions_.front().opened_ms,
                     .latest_ms = sessions_.back().opened_ms};
  plain_.clear();
  encode_rows(std::span<const SealedSession>(sessions_), block, plain_);
  sessions_.clear();
  return put(block);
}

Result<void> SegmentWriter::flush_intervals() {
  if (intervals_.empty()) return {};
  SegmentBlock block{.table = Table::Intervals,
                     .place = {},
                     .rows = static_cast<std::uint32_t>(intervals_.size()),
                     .first = intervals_.front().ordinal,
                     .last = intervals_.back().ordinal,
                     .base_ms = intervals_.front().interval.start_ms,
                     .latest_ms = intervals_.front().interval.end_ms};
  for (const auto& [ordinal, interval] : intervals_) {
    const auto length = interval.end_ms - interval.start_ms;
    block.base_ms = std::min(block.base_ms, interval.start_ms);
    block.latest_ms = std::max(block.latest_ms, interval.end_ms);
    block.open_ms += length;
    if (is_active(interval.facts)) block.active_ms += length;
  }
  plain_.clear();
  encode_rows(std::span<const SealedInterval>(intervals_), block, plain_);
  intervals_.clear();
  return put(block);
}

Result<void> SegmentWriter::flush_marks() {
  if (marks_.empty()) return {};
  SegmentBlock block{.table = Table::Marks,
                     .place = {},
                     .rows = static_cast<std::uint32_t>(marks_.size()),
                     .first = marks_.front().ordinal,
                     .last = marks_.back().ordinal,
                     .base_ms = marks_.front().at_ms,
                     .latest_ms = marks_.front().at_ms};
  plain_.clear();
  encode_rows(std::span<const SealedMark>(marks_), block, plain_);
  marks_.clear();
  mark_bytes_ = 0;
  return put(block);
}

Result<void> SegmentWriter::finish() {
  RETURN_IF_ERROR(flush_sessions());
  RETURN_IF_ERROR(flush_intervals());
  RETURN_IF_ERROR(flush_marks());
  plain_.clear();
  encode_index(blocks_, plain_);
  return file_->finish(plain_);
}

Result<std::shared_ptr<const SegmentReader>> SegmentReader::open(base::Files& files, const base::Path& path,
                                                                 base::PropertyNumber property,
                                                                 const crypto::SecretKey& property_key) {
  ASSIGN_OR_RETURN(auto file,
                   BlockFileReader::open(files, path, FileKind::Segment, property.value, property_key));
  std::shared_ptr<SegmentReader> reader(new SegmentReader(std::move(file)));
  RETURN_IF_ERROR(reader->load_index());
  return reader;
}

Result<void> SegmentReader::load_index() {
  if (!decode_index(file_->index(), blocks_))
    return fail(Code::Corrupt, fmt::format("{}: the index makes no sense", file_->name()));
  return {};
}

namespace {

template <class Row>
Result<void> read_rows(const BlockFileReader& file, const SegmentBlock& block, std::vector<Row>& rows) {
  base::Bytes plain;
  RETURN_IF_ERROR(file.read(block.place, plain));
  if (!decode_rows(plain, block, rows)) {
    return fail(Code::Corrupt,
                fmt::format("{} at {}: the rows make no sense", file.name(), block.place.offset));
  }
  return {};
}

}  // namespace

Result<void> SegmentReader::read(const SegmentBlock& block, std::vector<SealedSession>& rows) const {
  CHECK(block.table == Table::Sessions);
  return read_rows(*file_, block, rows);
}
Result<void> SegmentReader::read(const SegmentBlock& block, std::vector<SealedInterval>& rows) const {
  CHECK(block.table == Table::Intervals);
  return read_rows(*file_, block, rows);
}
Result<void> SegmentReader::read(const SegmentBlock& block, std::vector<SealedMark>& rows) const {
  CHECK(block.table == Table::Marks);
  return read_rows(*file_, block, rows);
}

Result<void> verify_segment(base::Files& files, const base::Path& path, base::PropertyNumber property,
                            const crypto::SecretKey& property_key) {
  ASSIGN_OR_RETURN(auto file,
                   BlockFileReader::open(files, path, FileKind::Segment, property.value, property_key));
  RETURN_IF_ERROR(file->read_all([](base::ByteView) { return Result<void>{}; }));
  ASSIGN_OR_RETURN(auto reader, SegmentReader::open(files, path, property, property_key));
  std::vector<SealedSession> sessions;
  std::vector<SealedInterval> intervals;
  std::vector<SealedMark> marks;
  for (const auto& block : reader->blocks()) {
    if (block.table == Table::Sessions) RETURN_IF_ERROR(reader->read(block, sessions));
    if (block.table == Table::Intervals) RETURN_IF_ERROR(reader->read(block, intervals));
    if (block.table == Table::Marks) RETURN_IF_ERROR(reader->read(block, marks));
  }
  return {};
}

}  // namespace pulse
