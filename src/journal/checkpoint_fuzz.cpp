// Whatever is handed in as a checkpoint: reading it ends, and what is accepted is spelt in one way alone.
#include <cstdlib>

#include "journal/note.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace journal;
  static const auto key = [] {
    base::SeededRandom random{1};
    return crypto::SigningKey::draw(random);
  }();
  const VerifierKey verifier{"a.example/journal", key.public_key()};
  const auto text = base::as_text({data, size});
  // Half of the inputs change a good note, so that what is behind the signature's form is met too.
  static const auto good = sign({"a.example/journal", 300, hash_nothing()}, key);
  std::string note{text};
  if (size > 2 && data[0] % 2 == 0) {
    note = good;
    for (std::size_t i = 1; i + 2 <= size; i += 2)
      note[data[i] % note.size()] = static_cast<char>(data[i + 1]);
  }
  if (open_checkpoint(note, verifier) && !note.starts_with(good)) std::abort();
  if (const auto parsed = parse_note(note)) {
    auto again = parsed->text + '\n';
    for (const auto& signature : parsed->signatures) again += to_line(signature);
    if (again != note) std::abort();
  }
  if (const auto checkpoint = parse_checkpoint(text); checkpoint && to_text(*checkpoint) != text)
    std::abort();
  if (const auto read = parse_verifier_key(text); read && to_text(*read) != text) std::abort();
  return 0;
}
