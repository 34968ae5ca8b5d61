// Any text is one address in one spelling, or none: what is normal stays as it is, and what differs in case
// and surrounding white space alone is the same.
#include <algorithm>

#include "base/check.h"
#include "vault/limits.h"
#include "vault/vault.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto normal = vault::normalise_mail(text);
  if (!normal) {
    CHECK(normal.error().code == base::Code::Invalid || normal.error().code == base::Code::TooLarge);
    return 0;
  }
  CHECK(normal->size() >= 3 && normal->size() <= vault::kMailAddressBytesMax);
  CHECK(normal->find('@', 1) < normal->size() - 1);
  CHECK(*vault::normalise_mail(*normal) == *normal);
  auto upper = text;
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  CHECK(*vault::normalise_mail("\t " + upper + "\r\n") == *normal);
  return 0;
}
