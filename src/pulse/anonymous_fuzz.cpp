// Whatever the bytes of a record are: reading them ends without harm, and what is accepted keeps the rules
// and is written again the same. The checksum is made to fit, so that what is behind it is met.
#include <xxhash.h>

#include "pulse/anonymous.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)pulse::decode_anonymous({data, size});
  base::Bytes bytes{'H', 'S', 'A', 'N', 'O', 'N', '1', 0};
  bytes.insert(bytes.end(), data, data + size);
  base::append_le(bytes, std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
  const auto record = pulse::decode_anonymous(bytes);
  if (!record) return 0;
  const auto again = pulse::decode_anonymous(pulse::encode(*record));
  if (!again || *again != *record) __builtin_trap();
  if (record->to_ms - record->from_ms > 1'000'000'000) return 0;
  (void)pulse::to_json(*record, "e");
  const auto range = pulse::ReportRange::make(record->from_ms, record->to_ms, 3600);
  if (!range) return 0;
  for (const auto& point : pulse::report_of(*record, *range).curve)
    if (point.active.value != 0 && point.active.value < record->fewest * 1000) __builtin_trap();
  (void)pulse::movements_of(*record, *range);
  return 0;
}
