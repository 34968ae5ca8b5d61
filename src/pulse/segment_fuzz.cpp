// Whatever a block's bytes are, decoding them ends without harm, and what it accepts it writes again the
// same.
#include "pulse/codec.h"
#include "pulse/segment_rows.h"

namespace {

template <class Row>
void check(base::ByteView bytes, const pulse::SegmentBlock& block) {
  std::vector<Row> rows;
  if (!pulse::decode_rows(bytes, block, rows)) return;
  base::Bytes again;
  pulse::encode_rows(std::span<const Row>(rows), block, again);
  std::vector<Row> same;
  if (!pulse::decode_rows(again, block, same) || same != rows) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 8) return 0;
  pulse::SegmentBlock block;
  block.rows = data[1];
  block.first = data[2];
  block.last = block.first + data[3];
  block.base_ms = std::int64_t{data[4]} << data[5] % 40;
  block.latest_ms = block.base_ms + (std::int64_t{data[6]} << data[7] % 40);
  const base::ByteView bytes{data + 8, size - 8};
  switch (data[0] % 4) {
    case 0: check<pulse::SealedSession>(bytes, block); break;
    case 1: check<pulse::SealedInterval>(bytes, block); break;
    case 2: check<pulse::SealedMark>(bytes, block); break;
    default: {
      std::vector<pulse::SegmentBlock> blocks;
      (void)pulse::decode_index(bytes, blocks);
    }
  }
  return 0;
}
