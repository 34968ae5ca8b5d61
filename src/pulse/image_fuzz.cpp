// Whatever a checkpoint's image or a frame's records are: reading and applying them ends without harm.
#include "pulse/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  pulse::EngineCore core;
  const auto cut = std::min<std::size_t>(data[0] * 4, size - 1);
  if (data[0] != 0) (void)pulse::read_image({data + 1, cut}, core);
  (void)core.apply({data + 1 + (data[0] == 0 ? 0 : cut), size - 1 - (data[0] == 0 ? 0 : cut)});
  return 0;
}
