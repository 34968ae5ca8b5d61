// Invented values, so that whoever reads the register sees what a record looks like.
#include <array>
#include <utility>

#include "policy/notice_words.h"
#include "policy/register.h"

namespace policy {
namespace {

using texts::Key;
using Example = std::pair<std::string_view, std::string_view>;

/// Of what the program itself notes, by the word of the language. What is not here is a yes.
constexpr std::array<Example, 12> kNoted{{{"url", "/agenda"},
                                          {"address", "192.0.2.0"},
                                          {"agent", "Firefox"},
                                          {"language", "nl"},
                                          {"time", "2026-11-22 14:03:05"},
                                          {"device-type", "phone"},
                                          {"operating-system", "Android"},
                                          {"browser", "Firefox"},
                                          {"country", "BE"},
                                          {"referrer", "https://zoeken.example"},
                                          {"screen-class", "small"},
                                          {"returning", "no"}}};

std::string of_type(const Field& field, const NoticeWords& words) {
  switch (field.type) {
    case FieldType::Name: return "Ana Peeters";
    case FieldType::Email: return "ana.peeters@voorbeeld.example";
    case FieldType::Phone: return "+32 499 00 00 00";
    case FieldType::Number: return "42";
    case FieldType::Date: return "2026-11-22";
    case FieldType::Choice: return field.choices.empty() ? "" : words.in(field.choices.front().label);
    case FieldType::YesNo: return words.text(Key::RegisterExampleYes);
    case FieldType::Text: break;
  }
  return words.text(Key::RegisterExampleText);
}

}  // namespace

std::string example_of(const Policy& policy, const Data& datum, std::string_view item,
                       base::Language language) {
  const NoticeWords words(policy, language);
  if (datum.kind == Kind::Fields) {
    const auto* field = policy.field(item);
    if (field == nullptr) return {};
    return field->example.empty() ? of_type(*field, words) : field->example;
  }
  if (datum.kind == Kind::Records) return "2026-11-22 14:03:05";
  for (const auto& [name, example] : kNoted) {
    if (name == item) return std::string{example};
  }
  return "14:03:05 – 14:20:41: " + words.text(Key::RegisterExampleYes);
}

}  // namespace policy
