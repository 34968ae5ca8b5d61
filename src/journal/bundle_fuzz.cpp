// Whatever lies in a bundle of entries, in a tile and in a detail: reading it ends, and what is accepted is
// written again as it was.
#include <algorithm>
#include <cstdlib>

#include "journal/leaf.h"
#include "journal/tile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  if (size == 0) return 0;
  const base::ByteView bytes{data + 1, size - 1};
  if (const auto entries = parse_bundle(bytes, data[0])) {
    base::Bytes again;
    for (const auto entry : *entries) {
      append_entry(again, entry);
      if (const auto leaf = parse_leaf(entry); leaf && !std::ranges::equal(encode(*leaf), entry))
        std::abort();
    }
    if (!std::ranges::equal(again, bytes)) std::abort();
  }
  (void)parse_tile(bytes, data[0]);
  (void)parse_detail(bytes);
  const auto text = base::as_text(bytes);
  if (const auto name = parse_tile_path(text); name && to_path(*name) != text) std::abort();
  return 0;
}
