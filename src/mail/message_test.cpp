#include "mail/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "mail/encoding.h"
#include "mail/limits.h"
#include "mail/read.h"

namespace mail {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::Not;

class Rendering : public testing::Test {
 protected:
  Message simple() {
    Message message;
    message.from = {"Lichtbeeld", "mail@lichtbeeld.example"};
    message.to = {"Ans", "ans@kijker.example"};
    message.subject = "Je bent ingeschreven";
    message.text = "Dag Ans\n";
    message.message_id = "1@lichtbeeld.example";
    return message;
  }
  base::Result<std::string> rendered(const Message& message) { return render(message, date_, random_); }
  Code refusal(const Message& message) {
    auto result = rendered(message);
    return result ? Code::Internal : result.error().code;
  }

  base::Instant date_ = base::parse_rfc3339("2026-11-02T14:05:09Z").value();
  base::SeededRandom random_{7};
};

TEST_F(Rendering, PlainTextToTheLetter) {
  EXPECT_EQ(rendered(simple()).value(),
            "Date: Mon, 2 Nov 2026 14:05:09 +0000\r\n"
            "Message-ID: <1@lichtbeeld.example>\r\n"
            "From: \"Lichtbeeld\" <mail@lichtbeeld.example>\r\n"
            "To: \"Ans\" <ans@kijker.example>\r\n"
            "Subject: Je bent ingeschreven\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Dag Ans\r\n");
}

TEST_F(Rendering, OtherLettersAreEncodedInHeaders) {
  auto message = simple();
  message.subject = "Café";
  message.to.name = "Zoë";
  const auto text = rendered(message).value();
  EXPECT_THAT(text, HasSubstr("Subject: =?UTF-8?B?Q2Fmw6k=?=\r\n"));
  EXPECT_THAT(text, HasSubstr("To: =?UTF-8?Q?Zo=C3=AB?= <ans@kijker.example>\r\n"));
  message.subject = "Je bent ingeschreven voor het caféconcert";
  EXPECT_THAT(rendered(message).value(),
              HasSubstr("Subject: =?UTF-8?Q?Je_bent_ingeschreven_voor_het_caf=C3=A9concert?=\r\n"));
}

TEST_F(Rendering, LongSubjectsAreFolded) {
  auto message = simple();
  for (int i = 0; i < 60; ++i) message.subject += i % 2 == 0 ? " woord" : " é";
  const auto text = rendered(message).value();
  std::size_t from = 0;
  while (from < text.size()) {
    const auto end = text.find("\r\n", from);
    EXPECT_LE(end - from, 78U) << text.substr(from, end - from);
    from = end + 2;
  }
  EXPECT_EQ(read(text)->message.subject, message.subject);
}

TEST_F(Rendering, NothingIsInjected) {
  for (const auto& evil : std::vector<std::string>{"x\r\nBcc: all@hartslag.example", "x\ny", "x\ry",
                                                   std::string{"x\0y", 3}, "x\x7f"}) {
    auto message = simple();
    message.subject = evil;
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.to.name = evil;
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.to.address = evil + "@kijker.example";
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.reply_to = {evil, "a@hartslag.example"};
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.headers = {{"X-Event", evil}};
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.headers = {{"X-" + evil, "y"}};
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.attachments = {{evil, "text/plain", "x"}};
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.attachments = {{"x", "text/plain; name=" + evil, "x"}};
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.message_id = evil + "@hartslag.example";
    EXPECT_EQ(refusal(message), Code::Invalid);
  }
  auto message = simple();
  message.headers = {{"bCc", "all@hartslag.example"}};
  EXPECT_EQ(refusal(message), Code::Invalid);
  message.headers = {{"Content-Type", "text/html"}};
  EXPECT_EQ(refusal(message), Code::Invalid);
}

TEST_F(Rendering, BytesThatAreNoUtf8AreRefused) {
  for (const std::string broken : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    auto message = simple();
    message.subject = broken;
    EXPECT_EQ(refusal(message), Code::Invalid);
    message = simple();
    message.text = broken;
    EXPECT_EQ(refusal(message), Code::Invalid);
  }
}

TEST_F(Rendering, LimitsHold) {
  const auto at_and_past = [&](auto change) {
    auto message = simple();
    change(message, std::size_t{0});
    EXPECT_TRUE(rendered(message)) << rendered(message).error().message;
    message = simple();
    change(message, std::size_t{1});
    EXPECT_EQ(refusal(message), Code::TooLarge);
  };
  at_and_past([](Message& m, auto past) { m.subject.assign(kSubjectLength + past, 'x'); });
  at_and_past([](Message& m, auto past) { m.to.name.assign(kNameLength + past, 'x'); });
  at_and_past([](Message& m, auto past) { m.text.assign(kBodyLength + past, 'x'); });
  at_and_past([](Message& m, auto past) { m.html.assign(kBodyLength + past, 'x'); });
  at_and_past([](Message& m, auto past) { m.attachments.assign(kAttachments + past, {"x", "a/b", "x"}); });
  at_and_past([](Message& m, auto past) {
    m.attachments = {{"x", "a/b", std::string(kAttachmentBytes + past, 'x')}};
  });
  at_and_past([](Message& m, auto past) {
    m.attachments = {{std::string(kFileNameLength + past, 'x'), "a/b", "x"}};
  });
  at_and_past([](Message& m, auto past) { m.headers.assign(kHeaders + past, {"X-A", "b"}); });
  at_and_past([](Message& m, auto past) { m.headers = {{std::string(kHeaderNameLength + past, 'X'), "b"}}; });
  at_and_past(
      [](Message& m, auto past) { m.headers = {{"X-A", std::string(kHeaderValueLength + past, 'b')}}; });
}

TEST_F(Rendering, AttachmentsAndHtml) {
  auto message = simple();
  message.html = "<p>Dag Ans</p>\n";
  message.attachments = {
      {"agenda.ics", "text/calendar; charset=utf-8; method=PUBLISH", "BEGIN:VCALENDAR\r\n"}};
  message.headers = {{"List-Unsubscribe", "<https://lichtbeeld.example/u/1>"}};
  const auto text = rendered(message).value();
  EXPECT_THAT(text, HasSubstr("Content-Type: multipart/mixed;"));
  EXPECT_THAT(text, HasSubstr("Content-Type: multipart/alternative;"));
  EXPECT_THAT(text, HasSubstr("filename=\"agenda.ics\""));
  EXPECT_EQ(read(text)->message, message);
}

TEST(Addresses, AreOfTheirForm) {
  const auto label63 = std::string(63, 'b');
  for (const auto& good : std::vector<std::string>{
           "ans@kijker.example", "a@localhost", "a.b+c@x-y.example", "o'neil@kijker.example",
           std::string(64, 'a') + "@b.example", "a@" + label63 + ".example"})
    EXPECT_TRUE(is_address(good)) << good;
  for (const std::string bad :
       {"", "@", "a@", "@b.example", "a b@c.example", "a@b@c.example", ".a@b.example", "a.@b.example",
        "a..b@c.example", "a@-b.example", "a@b-.example", "a@b..example", "a@b.example.", "a@é.example",
        "é@b.example", "<a@b.example>", "a@b.example\r\n", "\"a\"@b.example", "a@[127.0.0.1]"})
    EXPECT_FALSE(is_address(bad)) << bad;
  EXPECT_FALSE(is_address(std::string(65, 'a') + "@b.example"));
  EXPECT_FALSE(is_address("a@b" + label63 + ".example"));
  const auto domain = label63 + "." + label63 + "." + label63 + "." + std::string(60, 'c');
  EXPECT_TRUE(is_address("ab@" + domain.substr(0, 251)));
  EXPECT_FALSE(is_address("abc@" + domain.substr(0, 251)));
}

TEST(MessageIds, AreDrawn) {
  base::SeededRandom random{1};
  const auto one = draw_message_id(random, "hartslag.example");
  EXPECT_TRUE(is_address(one));
  EXPECT_NE(one, draw_message_id(random, "hartslag.example"));
}

TEST(QuotedPrintable, KeepsToItsLines) {
  EXPECT_EQ(to_quoted_printable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(to_quoted_printable("caf\u00e9"), "caf=C3=A9\r\n");
  EXPECT_EQ(to_quoted_printable("a \nb\t\n"), "a=20\r\nb=09\r\n");
  EXPECT_EQ(to_quoted_printable(".\nFrom me\n"), "=2E\r\n=46rom me\r\n");
  EXPECT_EQ(to_quoted_printable(std::string(76, 'x')), std::string(76, 'x') + "\r\n");
  EXPECT_EQ(to_quoted_printable(std::string(77, 'x')), std::string(75, 'x') + "=\r\nxx\r\n");
  EXPECT_EQ(to_quoted_printable(std::string(75, 'x') + ".y"), std::string(75, 'x') + "=\r\n=2Ey\r\n");
  EXPECT_EQ(to_quoted_printable("a\r\n"), "a=0D\r\n");
}

TEST(EncodedWords, OfOthersAreRead) {
  EXPECT_EQ(decode_words("=?ISO-8859-1?Q?caf=E9?="), "caf\u00e9");
  EXPECT_EQ(decode_words("a =?utf-8?q?b_c?= d"), "a b c d");
  EXPECT_EQ(decode_words("=?utf-8?q?b?= =?utf-8?q?c?="), "bc");
  EXPECT_EQ(decode_words("=?utf-8?q?b"), "=?utf-8?q?b");
  EXPECT_EQ(decode_words("=?x-unknown?q?b?="), "=?x-unknown?q?b?=");
  EXPECT_EQ(decode_words("1 =? 2 ?= 3"), "1 =? 2 ?= 3");
}

TEST(Reading, NeedsHeaders) {
  EXPECT_EQ(read("").error().code, Code::Invalid);
  EXPECT_EQ(read("nothing\r\n").error().code, Code::Invalid);
  EXPECT_EQ(read(std::string(kRenderedBytes + 1, 'x')).error().code, Code::TooLarge);
  EXPECT_TRUE(read("A: b\n\n" + std::string(kRenderedBytes - 6, 'x')));
}

TEST(Reading, EndlessNestingEnds) {
  std::string text = "From: a@hartslag.example\n";
  for (int i = 0; i < 1000; ++i) text += "Content-Type: multipart/mixed; boundary=b\n\n--b\n";
  EXPECT_TRUE(read(text + "\nx\n--b--\n"));
}

/// Texts of everything that tends to go wrong.
std::string random_text(std::mt19937& random, bool lines) {
  static const std::vector<std::string> kPieces{"a", " ",   "  ", "\u00e9", "\u20ac", "\U0001F493",   "=",
                                                "?", "=?",  "?=", "_",      "\"",     "\\",           ".",
                                                "<", ">",   "(",  ",",      "woord",  "From ",        ";",
                                                "'", "%20", "*",  "=20",    "@",      "=?UTF-8?Q?a?="};
  std::string text;
  const auto length = random() % 40;
  for (unsigned i = 0; i < length; ++i) {
    text += kPieces[random() % kPieces.size()];
    if (lines && random() % 8 == 0) text += "\n";
    if (lines && random() % 50 == 0) text += "\r\t";
  }
  return text;
}

TEST_F(Rendering, WhatIsWrittenIsRead) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    std::mt19937 random{seed};
    auto message = simple();
    message.subject = random_text(random, false);
    message.to.name = random_text(random, false);
    message.from.name = random_text(random, false);
    if (random() % 2 == 0) message.reply_to = {random_text(random, false), "vragen@lichtbeeld.example"};
    message.text = random_text(random, true) + "\n";
    if (random() % 2 == 0) message.html = random_text(random, true) + "\n";
    const auto attachments = random() % 3;
    for (unsigned i = 0; i < attachments; ++i)
      message.attachments.push_back(
          {random_text(random, false), "application/pdf", random_text(random, true)});
    if (random() % 2 == 0) message.headers.push_back({"X-Event", random_text(random, false)});
    const auto text = rendered(message);
    if (!text && text.error().code == Code::TooLarge) continue;
    ASSERT_TRUE(text) << "seed " << seed << ": " << text.error().message;
    ASSERT_THAT(*text, Not(HasSubstr("\n\n")));
    const auto reading = read(*text);
    ASSERT_TRUE(reading) << "seed " << seed;
    ASSERT_EQ(reading->message, message) << "seed " << seed << "\n" << *text;
  }
}

}  // namespace
}  // namespace mail
