// The column encoding of a segment's blocks, as segment.h tells it. Pure.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "pulse/segment.h"

namespace pulse {

/// Appends the columns to `out`. Requires: rows not empty, in order, not before the base of the block;
/// intervals shorter than 2^32 ms.
void encode_rows(std::span<const SealedSession> rows, const SegmentBlock& block, base::Bytes& out);
void encode_rows(std::span<const SealedInterval> rows, const SegmentBlock& block, base::Bytes& out);
void encode_rows(std::span<const SealedMark> rows, const SegmentBlock& block, base::Bytes& out);

/// The rows in the place of what `rows` held; false if the bytes are not what encode_rows makes for `block`.
bool decode_rows(base::ByteView bytes, const SegmentBlock& block, std::vector<SealedSession>& rows);
bool decode_rows(base::ByteView bytes, const SegmentBlock& block, std::vector<SealedInterval>& rows);
bool decode_rows(base::ByteView bytes, const SegmentBlock& block, std::vector<SealedMark>& rows);

void encode_index(std::span<const SegmentBlock> blocks, base::Bytes& out);
bool decode_index(base::ByteView bytes, std::vector<SegmentBlock>& blocks);

}  // namespace pulse
