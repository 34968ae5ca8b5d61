#include <gtest/gtest.h>

#include "outbox/letter.h"
#include "surfaces/events/letter_audience.h"
#include "surfaces/events/letter_mail.h"

namespace surfaces::events {
namespace {

TEST(Letter, HasANameOnlyWhereTheWriterPutIt) {
  EXPECT_EQ(subject_with("Dag {name}, {names} {", "Ana"), "Dag Ana, {names} {");
  EXPECT_EQ(subject_with("Dag", "Ana"), "Dag");
  EXPECT_EQ(subject_with("{name}{name}", "{name}"), "{name}{name}");
}

TEST(Letter, ANameIsOneLineOfAHeader) {
  EXPECT_EQ(subject_with("Dag {name}", "Ana\r\nBcc: x@x.example\x7f"), "Dag Ana  Bcc: x@x.example ");
}

TEST(Letter, ANameIsNoMarkdown) {
  for (const auto* name : {"[a](https://b.example)", "**a**", "*a*", "# a", "- a", "\\*a*", "a\n\n- b"}) {
    const auto letter = outbox::lay_out_letter(body_with("{name}", name));
    std::string line{name};
    for (char& c : line) c = c == '\n' ? ' ' : c;
    EXPECT_EQ(letter.text, line + "\n\n") << name;
    for (const auto* element : {"<a", "<strong", "<em", "<h2", "<li"})
      EXPECT_FALSE(letter.html.contains(element)) << name << letter.html;
  }
}

TEST(Letter, GoesToOneOfFourChoices) {
  EXPECT_EQ(parse_letter_to("all"), LetterTo::All);
  EXPECT_EQ(parse_letter_to("chosen"), LetterTo::Chosen);
  EXPECT_EQ(parse_letter_to("everybody"), std::nullopt);
  EXPECT_EQ(to_text(Unwritten::OftenToday), "often_today");
}

}  // namespace
}  // namespace surfaces::events
