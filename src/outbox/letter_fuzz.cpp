// Whatever is typed into a letter comes out as HTML in which it opens no element of its own.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "outbox/letter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view written{reinterpret_cast<const char*>(data), size};
  const auto letter = outbox::lay_out_letter(written);
  for (std::string_view rest = letter.html; !rest.empty();) {
    const auto open = rest.find('<');
    if (open == std::string_view::npos) break;
    rest.remove_prefix(open);
    bool ours = false;
    for (const std::string_view element :
         {"<p style", "</p>", "<h2 style", "</h2>", "<ul style", "</ul>", "<li>", "</li>", "<strong>",
          "</strong>", "<em>", "</em>", "<a href=\"http", "<a href=\"mailto:", "</a>", "<br>"})
      ours = ours || rest.starts_with(element);
    CHECK(ours);
    rest.remove_prefix(1);
  }
  return 0;
}
