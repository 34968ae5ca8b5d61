// Any bytes are a mail that somebody sends: reading one as a request fails or gives something within bounds.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"

#include "rights/incoming.h"
#include "rights/limits.h"
#include "rights/multipart.h"
#include "rights/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = base::as_text({data, size});
  static const auto policy = policy::Policy::parse("");
  rights::names_a_day(text);
  rights::guess_language(text);
  rights::parse_spool_name(text);
  const auto end = text.find('\n');
  const auto file =
      rights::first_file(text.substr(0, end), end == std::string_view::npos ? text : text.substr(end + 1));
  if (file && file->size() > size) std::abort();
  if (policy) {
    const auto incoming = rights::read_request(*policy, text);
    if (incoming && incoming->text.size() > rights::kMessageBytesMax) std::abort();
  }
  return 0;
}
