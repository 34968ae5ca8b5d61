#include "policy/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/contains.h"
#include "base/number.h"
#include "base/time.h"
#include "policy/limits.h"

namespace policy {
namespace {

constexpr std::array<std::string_view, 6> kBasisWords{"consent",        "contract",    "legal-obligation",
                                                      "vital-interest", "public-task", "legitimate-interest"};
constexpr std::array<std::string_view, 8> kFieldTypeWords{"text",   "name", "email",  "phone",
                                                          "number", "date", "choice", "yes-no"};
constexpr std::array<std::string_view, 7> kFactWords{
    "visible", "focused", "playing", "audible", "picture-in-picture", "full-screen", "idle"};
constexpr std::array<std::string_view, 6> kKindWords{"fields",     "facts", "records",
                                                     "attributes", "marks", "logs"};
constexpr std::array<std::string_view, 3> kClassWords{"pseudonymous", "self-managed", "held"};
constexpr std::array<std::string_view, 5> kUnitWords{"hours", "days", "weeks", "months", "years"};
constexpr std::array<std::string_view, 3> kRecipientRoleWords{"processor", "controller", "authority"};
constexpr std::array<std::string_view, 6> kTransferWords{"none",          "adequacy", "standard-clauses",
                                                         "binding-rules", "consent",  "contract"};
constexpr std::array<std::string_view, 9> kActWords{"access",     "portability", "correction",
                                                    "erasure",    "restriction", "objection",
                                                    "withdrawal", "hand-over",   "answer"};
constexpr std::array<std::string_view, 2> kIdentityWords{"personal link and mailed code",
                                                         "redacted document"};
constexpr std::array<std::string_view, 3> kToldWords{"controller", "authority", "people"};
constexpr std::array<std::string_view, 3> kStoredWhereWords{"cookie", "local storage", "session storage"};
constexpr std::array<std::string_view, 3> kStoredKindWords{"functional", "preference", "statistics"};
constexpr std::array<std::string_view, 30> kEea{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI",
                                                "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
                                                "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};
constexpr std::string_view kAtOnce = "without delay";

/// The enumerators of each type count from 0 in the order of its words.
template <class Enum, std::size_t size>
std::optional<Enum> find_word(const std::array<std::string_view, size>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

template <std::size_t size>
std::vector<std::string_view> all(const std::array<std::string_view, size>& words) {
  return {words.begin(), words.end()};
}

/// How many letters to put in, take out, change or swap with their neighbour (optimal string alignment).
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> before(other.size() + 1);
  std::vector<std::size_t> row(other.size() + 1);
  std::vector<std::size_t> next(other.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < one.size(); ++i) {
    next[0] = i + 1;
    for (std::size_t j = 0; j < other.size(); ++j) {
      next[j + 1] = std::min({row[j] + (one[i] == other[j] ? 0 : 1), next[j] + 1, row[j + 1] + 1});
      const bool is_swap = i > 0 && j > 0 && one[i] == other[j - 1] && one[i - 1] == other[j];
      if (is_swap) next[j + 1] = std::min(next[j + 1], before[j - 1] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row.back();
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::optional<Unit> parse_unit(std::string_view word, int count) {
  for (std::size_t i = 0; i < kUnitWords.size(); ++i) {
    const auto plural = kUnitWords[i];
    if (word == plural || (count == 1 && word == plural.substr(0, plural.size() - 1))) {
      return static_cast<Unit>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Basis basis) { return kBasisWords[static_cast<std::size_t>(basis)]; }
std::string_view to_text(FieldType type) { return kFieldTypeWords[static_cast<std::size_t>(type)]; }
std::string_view to_text(Kind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }
std::string_view to_text(Class kind) { return kClassWords[static_cast<std::size_t>(kind)]; }
std::string_view to_text(Fact fact) {
  return kFactWords[static_cast<std::size_t>(std::ranges::find(kFacts, fact) - kFacts.begin())];
}

std::string_view to_text(RecipientRole role) { return kRecipientRoleWords[static_cast<std::size_t>(role)]; }
std::string_view to_text(Transfer ground) { return kTransferWords[static_cast<std::size_t>(ground)]; }
std::string_view to_text(RightAct act) { return kActWords[static_cast<std::size_t>(act)]; }
std::string_view to_text(IdentityProof proof) { return kIdentityWords[static_cast<std::size_t>(proof)]; }
std::string_view to_text(Told whom) { return kToldWords[static_cast<std::size_t>(whom)]; }
std::string_view to_text(StoredWhere where) { return kStoredWhereWords[static_cast<std::size_t>(where)]; }
std::string_view to_text(StoredKind kind) { return kStoredKindWords[static_cast<std::size_t>(kind)]; }

std::optional<Basis> parse_basis(std::string_view word) { return find_word<Basis>(kBasisWords, word); }
std::optional<FieldType> parse_field_type(std::string_view word) {
  return find_word<FieldType>(kFieldTypeWords, word);
}
std::optional<Kind> parse_kind(std::string_view word) { return find_word<Kind>(kKindWords, word); }
std::optional<Class> parse_class(std::string_view word) { return find_word<Class>(kClassWords, word); }
std::optional<Fact> parse_fact(std::string_view name) {
  const auto found = std::ranges::find(kFactWords, name);
  if (found == kFactWords.end()) return std::nullopt;
  return kFacts[static_cast<std::size_t>(found - kFactWords.begin())];
}

std::vector<std::string_view> basis_words() { return all(kBasisWords); }
std::vector<std::string_view> field_type_words() { return all(kFieldTypeWords); }
std::vector<std::string_view> kind_words() { return all(kKindWords); }
std::vector<std::string_view> class_words() { return all(kClassWords); }
std::vector<std::string_view> fact_words() { return all(kFactWords); }
std::vector<std::string_view> recipient_role_words() { return all(kRecipientRoleWords); }
std::vector<std::string_view> transfer_words() { return {kTransferWords.begin() + 1, kTransferWords.end()}; }
std::vector<std::string_view> act_words() { return {kActWords.begin(), kActWords.end() - 1}; }
std::vector<std::string_view> own_act_words() { return all(kActWords); }
std::vector<std::string_view> identity_words() { return all(kIdentityWords); }
std::vector<std::string_view> told_words() { return all(kToldWords); }
std::vector<std::string_view> stored_where_words() { return all(kStoredWhereWords); }
std::vector<std::string_view> stored_kind_words() { return all(kStoredKindWords); }
std::vector<std::string_view> country_words() { return all(kEea); }

bool is_in_eea(std::string_view country) { return base::contains(kEea, country); }

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= kNameBytesMax && letter(text.front()) &&
         std::ranges::all_of(text, inner);
}

std::string join(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string_view> views(std::span<const std::string> words) {
  return {words.begin(), words.end()};
}

std::string suggest(std::string_view wrong, std::span<const std::string_view> known) {
  if (known.empty()) return "leave it out: this program knows none";
  // Of two letters, any other word is near.
  if (wrong.size() > 2 && wrong.size() <= kNameBytesMax) {
    const auto nearest =
        std::ranges::min(known, {}, [&](std::string_view word) { return distance(wrong, word); });
    if (distance(wrong, nearest) <= std::max<std::size_t>(1, nearest.size() / 3)) {
      return fmt::format("write '{}'", nearest);
    }
  }
  if (known.size() == 1) return fmt::format("write '{}'", known.front());
  return fmt::format("write one of: {}", join(known));
}

namespace {

/// "14 days" from the front of `rest`; `as_in` shows how it is written whole.
std::expected<Span, TermError> take_span(std::string_view& rest, std::string_view whole,
                                         std::string_view as_in) {
  const auto digits = take_word(rest);
  const auto number = base::parse_number<int>(digits);
  const bool is_number = number.has_value();
  Span span{.count = number.value_or(0)};
  if (!is_number || span.count < 1 || span.count > kTermCountMax) {
    const bool is_nothing = is_number && span.count == 0;
    return std::unexpected(TermError{
        fmt::format("'{}' is no term", whole),
        fmt::format("write it as in '{}', with a number from 1 to {}{}", as_in, kTermCountMax,
                    is_nothing ? ", or 'while …' for what ends at once, as in 'while account'" : "")});
  }
  const auto unit_word = take_word(rest);
  const auto unit = parse_unit(unit_word, span.count);
  if (!unit) {
    return std::unexpected(
        TermError{fmt::format("'{}' is no unit of a term", unit_word), suggest(unit_word, all(kUnitWords))});
  }
  span.unit = *unit;
  return span;
}

}  // namespace

std::expected<Span, TermError> parse_span(std::string_view text) {
  auto rest = text;
  auto span = take_span(rest, text, "7 days");
  if (span && !trim(rest).empty()) {
    return std::unexpected(TermError{fmt::format("'{}' goes on after its unit", text),
                                     fmt::format("write '{}'", to_text(*span))});
  }
  return span;
}

std::expected<Term, TermError> parse_term(std::string_view text, std::span<const std::string> ends) {
  const auto known_ends = views(ends);
  Term term;
  auto rest = text;
  if (take_word(rest) == "while") {
    term.after = fmt::format("{} end", trim(rest));
    if (base::contains(ends, term.after)) return term;
    return std::unexpected(TermError{fmt::format("no event ends the term '{}'", text),
                                     "write 'while account', or another of "
                                     "the things that end: " +
                                         join(known_ends)});
  }
  rest = text;
  const auto span = take_span(rest, text, "14 days after event end");
  if (!span) return std::unexpected(span.error());
  term.span = *span;
  if (trim(rest).empty()) return term;  // From the moment at which the value was stored.
  if (take_word(rest) != "after" || trim(rest).empty()) {
    return std::unexpected(
        TermError{fmt::format("no event ends the term '{}'", text),
                  fmt::format("write '{} after', and one of: {}", to_text(term.span), join(known_ends))});
  }
  term.after = trim(rest);
  if (!base::contains(ends, term.after)) {
    return std::unexpected(TermError{fmt::format("no event ends the term '{}'", text),
                                     fmt::format("after 'after', {}", suggest(term.after, known_ends))});
  }
  return term;
}

std::int64_t hours_at_most(const Span& span) {
  constexpr std::array<std::int64_t, 5> kHours{1, 24, 7 * 24, 31 * 24, 366 * 24};
  return span.count * kHours[static_cast<std::size_t>(span.unit)];
}

std::string to_text(const Span& span) {
  if (span.count == 0) return std::string{kAtOnce};
  const auto unit = kUnitWords[static_cast<std::size_t>(span.unit)];
  return fmt::format("{} {}", span.count, span.count == 1 ? unit.substr(0, unit.size() - 1) : unit);
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at + 2) != std::string_view::npos && !text.ends_with('.') &&
         std::ranges::none_of(text, [](char c) { return c <= ' ' || c == '<' || c == '>' || c == ','; });
}

bool is_https_address(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme)) return false;
  const auto host = text.substr(kScheme.size(), text.find_first_of("/?#", kScheme.size()) - kScheme.size());
  const auto is_odd = [](char c) {
    return c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\';
  };
  return host.find('.') != std::string_view::npos && !host.starts_with('.') && !host.ends_with('.') &&
         host.find('@') == std::string_view::npos && std::ranges::none_of(text, is_odd);
}

bool is_host(std::string_view text) {
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  const auto is_outer = [](char c) { return c != '.' && c != '-'; };
  return !text.empty() && std::ranges::all_of(text, is_inner) && is_outer(text.front()) &&
         is_outer(text.back());
}

bool is_date(std::string_view text) {
  return text.size() == 10 && base::parse_rfc3339(std::string{text} + "T00:00:00Z").has_value();
}

bool is_country(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace policy
