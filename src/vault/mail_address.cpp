#include <algorithm>

#include "vault/limits.h"
#include "vault/vault.h"

namespace vault {

using base::Code;
using base::fail;

base::Result<std::string> normalise_mail(std::string_view address) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto start = address.find_first_not_of(kSpace);
  if (start == address.npos) return fail(Code::Invalid, "an e-mail address is empty");
  address = address.substr(start, address.find_last_not_of(kSpace) - start + 1);
  if (address.size() > kMailAddressBytesMax) {
    return fail(Code::TooLarge, "an e-mail address has at most 254 bytes");
  }
  const auto at = address.rfind('@');
  if (at == address.npos || at == 0 || at + 1 == address.size()) {
    return fail(Code::Invalid, "an e-mail address has something on both sides of an @");
  }
  std::string normal{address};
  std::ranges::transform(normal, normal.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return normal;
}

}  // namespace vault
