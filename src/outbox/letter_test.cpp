#include "outbox/letter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outbox/layout.h"

namespace outbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Letter, HasParagraphsHeadingsAndLists) {
  const auto letter =
      lay_out_letter("# Vrijdag\r\n\r\nDag allen,\nkom mee.\n\n- om acht\n- om **negen**\n\nTot dan");
  EXPECT_EQ(letter.text, "Vrijdag\n\nDag allen,\nkom mee.\n\n- om acht\n- om negen\n\nTot dan\n\n");
  EXPECT_THAT(letter.html, HasSubstr(">Vrijdag</h2>"));
  EXPECT_THAT(letter.html, HasSubstr("Dag allen,<br>\nkom mee.</p>"));
  EXPECT_THAT(letter.html, HasSubstr("<li>om <strong>negen</strong></li>"));
}

TEST(Letter, LinksToWebAndMailAlone) {
  const auto letter = lay_out_letter(
      "[hier](https://a.example/?x=1&y=2) [post](mailto:a@b.example) [fout](javascript:alert(1)) [leeg]() "
      "[]()");
  EXPECT_THAT(letter.text,
              HasSubstr("hier (https://a.example/?x=1&y=2) post (a@b.example) [fout](javascript:"));
  EXPECT_THAT(letter.html, HasSubstr("<a href=\"https://a.example/?x=1&amp;y=2\">hier</a>"));
  EXPECT_THAT(letter.html, Not(HasSubstr("href=\"javascript")));
}

TEST(Letter, LeavesEverythingElseAsItWasTyped) {
  const auto letter = lay_out_letter("2 * 3 * 4 = 24 <script>x</script> a\\*b** [los **half");
  EXPECT_EQ(letter.text, "2 * 3 * 4 = 24 <script>x</script> a*b** [los **half\n\n");
  EXPECT_THAT(letter.html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(letter.html, Not(HasSubstr("<script")));
  EXPECT_THAT(letter.html, Not(HasSubstr("<em>")));
  EXPECT_EQ(lay_out_letter("").text, "");
  EXPECT_EQ(lay_out_letter("\n \n").html, "");
}

/// What took the square of its length would take hours here.
TEST(Letter, TakesTimeInProportionToItsLength) {
  for (const std::string_view sign : {"[", "[a](", "**a ", "*", "- ", "\\"}) {
    std::string written;
    while (written.size() < 4'000'000) written += sign;
    EXPECT_FALSE(lay_out_letter(written).text.empty()) << sign;
  }
}

TEST(Letter, StandsBetweenGreetingAndBodyAndIsFollowedByTheFoot) {
  const Values values{{"subject", "Nieuws"}, {"update", "Programma"}};
  const Extras extras{.letter = "Dit is **nieuw**.", .foot = {{"Beheer", "https://a.example/x?a=1&b=2"}}};
  const auto mail = lay_out(base::Language::Nl, "update", values, "An", "Klankveld", extras).value();
  EXPECT_EQ(mail.subject, "Nieuws");
  EXPECT_LT(mail.text.find("Dag An"), mail.text.find("Dit is nieuw."));
  EXPECT_LT(mail.text.find("Dit is nieuw."), mail.text.find("Programma"));
  EXPECT_TRUE(mail.text.ends_with("Beheer:\nhttps://a.example/x?a=1&b=2\n"));
  EXPECT_THAT(mail.html, HasSubstr("href=\"https://a.example/x?a=1&amp;b=2\""));
  const Extras wrong{.letter = {}, .foot = {{"Beheer", "javascript:x"}}};
  EXPECT_FALSE(lay_out(base::Language::Nl, "update", values, "An", "Klankveld", wrong));
}

}  // namespace
}  // namespace outbox
