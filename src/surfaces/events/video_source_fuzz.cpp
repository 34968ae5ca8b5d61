// What is taken for the address of a video names one source in the page's content security policy, and no
// more: neither a wildcard nor a second directive.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "surfaces/events/video_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace surfaces::events;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const bool local_only : {false, true}) {
    if (is_origin(text, local_only)) {
      CHECK(text.starts_with("https://") || (local_only && text.starts_with("http://")));
      CHECK(text.find_first_of(" \t\r\n;,'\"*?#@\\") == std::string_view::npos && !text.ends_with('/'));
    }
    if (!is_video_address(text, local_only)) continue;
    auto origin = origin_of(text);
    CHECK(text.starts_with(origin) && text.substr(origin.size()).starts_with('/'));
    std::ranges::transform(origin, origin.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    CHECK(is_origin(origin, local_only));
    CHECK(!is_playlist(text) || text.contains(".m3u8"));
  }
  return 0;
}
