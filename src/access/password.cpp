#include "access/password.h"

#include <algorithm>
#include <array>
#include <string>

#include "access/limits.h"
#include "base/contains.h"

namespace staff {
namespace {

using base::Code;
using base::fail;

// Of those that every guesser tries first, the ones of eight characters and more, in lower case; sorted.
constexpr std::array<std::string_view, 84> kCommon{
    "00000000",      "01234567",   "0123456789",  "10203040",   "11111111",   "1111111111", "11223344",
    "12121212",      "123123123",  "12341234",    "1234554321", "12345678",   "123456789",  "1234567890",
    "12345678910",   "123456789a", "12345qwert",  "123abc123",  "123qwe123",  "147258369",  "1q2w3e4r",
    "1q2w3e4r5t",    "1qaz2wsx",   "1qazxsw2",    "22222222",   "55555555",   "66666666",   "77777777",
    "87654321",      "88888888",   "98765432",    "987654321",  "99999999",   "a1234567",   "a12345678",
    "aaaaaaaa",      "abc12345",   "abcd1234",    "abcdefgh",   "abcdefghi",  "access14",   "admin123",
    "administrator", "asdfasdf",   "asdfghjk",    "asdfghjkl",  "azertyui",   "azertyuiop", "baseball",
    "basketbal",     "basketball", "bonjour1",    "changeme",   "computer",   "football",   "geheim123",
    "hartslag",      "hartslag1",  "hartslag123", "iloveyou",   "iloveyou1",  "internet",   "letmein1",
    "liverpool",     "motdepasse", "p@ssw0rd",    "passw0rd",   "password",   "password1",  "password12",
    "password123",   "passwort",   "passwort1",   "princess",   "q1w2e3r4",   "qwerty123",  "qwertyui",
    "qwertyuiop",    "qwertzui",   "qwertzuiop",  "sunshine",   "wachtwoord", "welcome1",   "welkom01"};

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// Code points of UTF-8; of other bytes, those that do not continue a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

base::Result<void> check_password(std::string_view password, std::string_view address) {
  const auto length = characters(password);
  if (length < kPasswordMinimum) return fail(Code::Invalid, "too short");
  if (length > kPasswordMaximum || password.size() > 4 * kPasswordMaximum)
    return fail(Code::Invalid, "too long");
  const auto plain = lower(password);
  const bool one_character = std::ranges::all_of(plain, [&](char c) { return c == plain.front(); });
  if (one_character || base::contains(kCommon, plain)) return fail(Code::Invalid, "too common");
  const auto whole = lower(address);
  if (plain == whole || (!whole.empty() && plain == whole.substr(0, whole.rfind('@'))))
    return fail(Code::Invalid, "is the address");
  return {};
}

}  // namespace staff
