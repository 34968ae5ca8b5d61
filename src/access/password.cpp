#include "access/password.h"

#include <algorithm>
#include <vector>

#include "access/common.h"
#include "access/limits.h"

namespace staff {
namespace {

using base::Code;
using base::fail;

constexpr std::string_view kProgram = "hartslag";

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

bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Of a text in small letters. Letters beyond ASCII are letters.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : lower(text)) {
    if (is_letter(c) || is_digit(c)) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

/// Without digits and signs at its two ends; all of it, when there are more of them than count as nothing.
std::string_view core_of(std::string_view text) {
  const auto first = std::ranges::find_if(text, is_letter);
  const auto last = std::find_if(text.rbegin(), text.rend(), is_letter);
  if (first == text.end()) return text;
  const std::string_view core{first, last.base()};
  return text.size() - core.size() <= kPasswordAround ? core : text;
}

/// What counts towards the length: without the words of the context, the longest ones first.
std::string without(std::string text, std::span<const std::string> known) {
  auto words = words_of(kProgram);
  for (const auto& one : known) {
    for (auto& word : words_of(one)) words.push_back(std::move(word));
  }
  std::erase_if(words, [](const std::string& word) { return characters(word) < kContextWord; });
  std::ranges::sort(words, std::ranges::greater{}, [](const std::string& word) { return word.size(); });
  for (const auto& word : words) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.erase(at, word.size());
  }
  return text;
}

}  // namespace

base::Result<void> check_password(std::string_view password, std::span<const std::string> known) {
  const auto length = characters(password);
  if (length < kPasswordMinimum) return fail(Code::Invalid, "too short");
  if (length > kPasswordMaximum || password.size() > 4 * kPasswordMaximum)
    return fail(Code::Invalid, "too long");
  const auto plain = lower(password);
  if (characters(without(plain, known)) < kPasswordMinimum) return fail(Code::Invalid, "too close");
  const bool one_character = std::ranges::all_of(plain, [&](char c) { return c == plain.front(); });
  if (one_character || is_common(plain) || is_common(core_of(plain)))
    return fail(Code::Invalid, "too common");
  return {};
}

}  // namespace staff
