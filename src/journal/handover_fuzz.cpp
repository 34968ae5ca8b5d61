// Whatever is handed in as handovers of a journal's key: reading it ends, and what is accepted is what was
// signed.
#include <cstdlib>

#include "journal/handover.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  static const auto good = [] {
    base::SeededRandom random{1};
    const auto one = crypto::SigningKey::draw(random);
    const auto two = crypto::SigningKey::draw(random);
    const auto three = crypto::SigningKey::draw(random);
    return sign_handover("a.example/journal", one, two) + sign_handover("a.example/journal", two, three);
  }();
  std::string notes{base::as_text({data, size})};
  // Half of the inputs change good ones, so that what is behind the signatures' form is met too.
  if (size > 2 && data[0] % 2 == 0) {
    notes = good;
    for (std::size_t i = 1; i + 3 <= size; i += 3)
      notes[(data[i] * 256U + data[i + 1]) % notes.size()] = static_cast<char>(data[i + 2]);
  }
  const auto opened = open_handovers(notes);
  if (opened && !good.starts_with(notes)) std::abort();
  return 0;
}
