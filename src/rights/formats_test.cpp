#include <gtest/gtest.h>

#include "crypto/sign.h"
#include "mail/message.h"
#include "policy/testing/example.h"
#include "rights/answer.h"
#include "rights/clock.h"
#include "rights/incoming.h"
#include "rights/limits.h"
#include "rights/multipart.h"
#include "rights/public_pages.h"
#include "rights/sealed_files.h"
#include "rights/words.h"

namespace rights {
namespace {

using base::Code;

TEST(ZipTest, SumsAsTheStandardSays) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32(""), 0U);
}

TEST(ZipTest, HoldsWhatWasPutInAndWhere) {
  const std::vector<ZipMember> members{{"a.txt", "hallo"}, {"b.txt", ""}};
  const auto zip = write_zip(members, base::instant_from_ms(1'795'356'000'000)).value();
  EXPECT_EQ(zip.size(), 22U + 2 * (30 + 46 + 2 * 5) + 5);
  EXPECT_TRUE(zip.starts_with("PK\x03\x04"));
  EXPECT_EQ(zip.substr(30, 10), "a.txthallo");
  EXPECT_EQ(zip.substr(zip.size() - 22, 4), "PK\x05\x06");
}

TEST(ArchiveTest, TellsTheKeyAndIsSignedByIt) {
  base::SeededRandom random{1};
  const auto key = crypto::SigningKey::draw(random);
  const auto pem = to_pem(key.public_key());
  EXPECT_TRUE(pem.starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"));
  const auto zip = sign_archive({{"a.csv", "x"}}, key, "Leeszaal", base::instant_from_ms(0)).value();
  for (const auto* name : {"a.csv", "manifest.json", "manifest.sig", "key.pem"})
    EXPECT_NE(zip.find(name), std::string::npos) << name;
  EXPECT_NE(zip.find("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"), std::string::npos)
      << "the SHA-256 of x";
}

TEST(CsvTest, QuotesAndDefusesFormulas) {
  EXPECT_EQ(csv_line({"a", "b,c", "d\"e", "=1+1", ""}), "a,\"b,c\",\"d\"\"e\",'=1+1,\r\n");
}

TEST(ProofTest, IsToldByItsFirstBytes) {
  EXPECT_EQ(proof_type("\xff\xd8\xff\xe0"), "image/jpeg");
  EXPECT_EQ(proof_type("\x89PNG\r\n\x1a\n"), "image/png");
  EXPECT_EQ(proof_type("%PDF-1.7"), "application/pdf");
  for (const auto* other : {"", "GIF89a", "<svg>", "%PD", "\x89PNG"})
    EXPECT_EQ(proof_type(other), "") << other;
}

TEST(StageTest, BeginsWhereItsLimitSays) {
  const auto begin = base::instant_from_ms(0);
  const auto end = begin + std::chrono::days{100};
  const auto stage = [&](auto passed) { return stage_at(begin, end, begin + passed); };
  EXPECT_EQ(stage(std::chrono::hours{50 * 24} - base::Millis{1}), Stage::Calm);
  EXPECT_EQ(stage(std::chrono::days{50}), Stage::Half);
  EXPECT_EQ(stage(std::chrono::hours{75 * 24} - base::Millis{1}), Stage::Half);
  EXPECT_EQ(stage(std::chrono::days{75}), Stage::Late);
  EXPECT_EQ(stage(std::chrono::days{99}), Stage::LastDay);
  EXPECT_EQ(stage(std::chrono::days{100}), Stage::LastDay);
  EXPECT_EQ(stage(std::chrono::days{100} + base::Millis{1}), Stage::Overdue);
}

TEST(MultipartTest, FindsTheFileToTheByte) {
  const auto type = "multipart/form-data; boundary=x";
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"f\"; "
      "filename=\"k.png\"\r\n\r\n\r\n--y\r\n\n\r\r\n--x--\r\n";
  EXPECT_EQ(first_file(type, body).value(), "\r\n--y\r\n\n\r");
  EXPECT_EQ(first_file("multipart/form-data; boundary=\"x\"", body).value(), "\r\n--y\r\n\n\r");
  EXPECT_EQ(first_file(type, "--x\r\nA: b; filename=\"\"\r\n\r\n\r\n--x--").value(), "");
  EXPECT_EQ(first_file(type, "--x\r\nA: b\r\n\r\n1\r\n--x--").value(), "") << "no file at all";
  for (const auto* wrong : {"", "--x", "--x\r\n", "--x\r\nA: b\r\n\r\n", "--y\r\nA: b\r\n\r\n1\r\n--y--"})
    EXPECT_EQ(first_file(type, wrong).error().code, Code::Invalid) << wrong;
  for (const auto* other : {"", "text/plain", "multipart/form-data", "multipart/form-data; boundary="})
    EXPECT_EQ(first_file(other, body).error().code, Code::Invalid) << other;
  EXPECT_EQ(first_file("multipart/form-data; boundary=" + std::string(71, 'x'), body).error().code,
            Code::Invalid);
}

TEST(WordsTest, KnowsTheLanguageOfALetter) {
  EXPECT_EQ(guess_language("Ik wil graag dat u mijn gegevens wist."), base::Language::Nl);
  EXPECT_EQ(guess_language("Je vous prie d'effacer toutes mes données."), base::Language::Fr);
  EXPECT_EQ(guess_language("Please erase all the data that you have about me."), base::Language::En);
  EXPECT_EQ(guess_language("Ich möchte, dass Sie meine Daten löschen, bitte."), base::Language::De);
  EXPECT_EQ(guess_language(""), std::nullopt);
  EXPECT_EQ(guess_language("Xyzzy plugh"), std::nullopt);
}

TEST(IncomingTest, KnowsADayInNumbersAndInWords) {
  for (const auto* day :
       {"Gent, 22-11-2026", "22/11/2026", "1.3.2026", "2026-11-22", "22 november 2026", "le 1er mars 2026",
        "22. November 2026", "November: 3rd march 2026", "22 février 2026"})
    EXPECT_TRUE(names_a_day(day)) << day;
  for (const auto* none : {"", "november", "22", "Tel. 09/123.45.67", "22 november", "in 2026", "1-2-3"})
    EXPECT_FALSE(names_a_day(none)) << none;
}

TEST(IncomingTest, KnowsASignature) {
  mail::Message message;
  EXPECT_TRUE(is_signed("Beste,\n\nGraag inzage.\n\nAna Peeters\n", "Ana Peeters", message));
  EXPECT_TRUE(is_signed("Graag inzage.\nmet groet, ana peeters", "Ana Peeters", message));
  EXPECT_FALSE(is_signed("Graag inzage.", "Ana Peeters", message));
  EXPECT_FALSE(is_signed("Graag inzage.\n> Ana Peeters", "Ana Peeters", message)) << "somebody else's words";
  EXPECT_FALSE(is_signed("Graag inzage.", "", message));
  message.attachments.push_back({"s.asc", "application/pgp-signature", "x"});
  EXPECT_TRUE(is_signed("Graag inzage.", "Ana Peeters", message));
}

TEST(IncomingTest, ReadsALetterAndRefusesProgramsAndNobody) {
  const auto policy = policy::Policy::parse(policy::testing::kExample);
  ASSERT_TRUE(policy);
  const std::string letter =
      "From: Ana Peeters <ana@kijker.example>\r\nSubject: Mijn gegevens\r\n\r\nIk wil graag mijn boek.\r\n";
  const auto read = read_request(*policy, letter);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, "Ana Peeters");
  EXPECT_EQ(read->address, "ana@kijker.example");
  EXPECT_EQ(read->language, base::Language::Nl);
  EXPECT_EQ(read->right, "");
  const std::string nobody = "Subject: x\r\n\r\ny\r\n";
  EXPECT_EQ(read_request(*policy, nobody).error().code, Code::Invalid);
  for (const auto* header : {"Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>"})
    EXPECT_EQ(read_request(*policy, std::string{header} + "\r\n" + letter).error().code, Code::Invalid)
        << header;
  const auto longest = letter + std::string(kMessageBytesMax + 1, 'x');
  EXPECT_EQ(read_request(*policy, longest)->text.size(), kMessageBytesMax);
}

TEST(IncomingTest, KnowsAReportByWhereItWentTo) {
  const std::string text{policy::testing::kExample};
  const auto policy = policy::Policy::parse(std::string{text}.insert(
      text.find("  authority: be-gba"), "  report-contact: alarm@leeszaal.example\n"));
  ASSERT_TRUE(policy);
  const auto is_report = [&](const policy::Policy& by, const std::string& header) {
    return read_request(by, "From: a@b.example\r\nSubject: x\r\n" + header + "\r\n\r\ny\r\n")->is_report;
  };
  for (const auto* header :
       {"To: alarm@leeszaal.example", "To: Alarm <ALARM@leeszaal.example>",
        "To: a@b.example,\r\n alarm@leeszaal.example", "To: a@b.example\r\nTo: alarm@leeszaal.example",
        "Cc: <alarm@leeszaal.example>, a@b.example", "Delivered-To: alarm@leeszaal.example",
        "X-Original-To: alarm@leeszaal.example", "Envelope-To: alarm@leeszaal.example"})
    EXPECT_TRUE(is_report(*policy, header)) << header;
  for (const auto* header :
       {"To: hallo@leeszaal.example", "To: xalarm@leeszaal.example", "To: alarm@leeszaal.example.org",
        "To: alarm@leeszaal", "Reply-To: alarm@leeszaal.example", "X-Spam: alarm@leeszaal.example"})
    EXPECT_FALSE(is_report(*policy, header)) << header;
  EXPECT_FALSE(is_report(policy::Policy::parse(text).value(), "To: hallo@leeszaal.example"))
      << "a policy without an address for reports";
}

TEST(IncomingTest, NamesOfTheSpool) {
  base::SeededRandom random{1};
  const auto id = RequestId::draw(random);
  const auto read = parse_spool_name("1796000000000-" + base::to_text(id) + ".eml");
  ASSERT_TRUE(read);
  EXPECT_EQ(base::to_ms(read->received), 1'796'000'000'000);
  EXPECT_EQ(read->id, id);
  for (const auto* other : {"", "x.eml", "1-2.eml", "-1-0000000000000000000000000g.eml", "1.eml.new"})
    EXPECT_FALSE(parse_spool_name(other)) << other;
}

TEST(ThrottleTest, AdmitsSoManyWithinTheWindow) {
  base::ManualClock clock{base::instant_from_ms(1'795'356'000'000)};
  OpenThrottle throttle(clock);
  for (int i = 0; i < kOpenedPerClient; ++i) EXPECT_TRUE(throttle.admit("a", kOpenedPerClient));
  EXPECT_FALSE(throttle.admit("a", kOpenedPerClient));
  EXPECT_TRUE(throttle.admit("b", kOpenedPerClient));
  clock.advance(kOpenWindow + base::Millis{1});
  EXPECT_TRUE(throttle.admit("a", kOpenedPerClient));
}

}  // namespace
}  // namespace rights
