#include "outbox/written.h"

#include <gtest/gtest.h>

#include <array>

#include "outbox/limits.h"

namespace outbox {
namespace {

using base::Code;
using base::Language;

constexpr std::array kLanguages{Language::En, Language::Nl};

TEST(Texts, AreOfThePolicysLanguagesAndWithinTheirLimits) {
  const auto code = [](const std::string& text) {
    const auto parsed = parse_texts(text, kLanguages);
    return parsed ? Code::Internal : parsed.error().code;
  };
  const auto with = [](std::size_t subject, std::size_t body) {
    return R"({"nl": {"subject": ")" + std::string(subject, 's') + R"(", "body": ")" +
           std::string(body, 'b') + "\"}}";
  };
  EXPECT_TRUE(parse_texts(with(kSubjectBytesMax, kBodyBytesMax), kLanguages));
  EXPECT_EQ(code(with(kSubjectBytesMax + 1, 1)), Code::TooLarge);
  EXPECT_EQ(code(with(1, kBodyBytesMax + 1)), Code::TooLarge);
  for (const auto* wrong :
       {"{}", "[]", "x", R"({"fr": {"subject": "a", "body": "b"}})", R"({"nl": "a"})",
        R"({"nl": {"subject": "", "body": "b"}})", R"({"nl": {"subject": "a", "body": " "}})",
        R"({"nl": {"subject": "a\nBcc: x", "body": "b"}})",
        R"({"nl": {"subject": "a", "body": "b", "more": 1}})"})
    EXPECT_EQ(code(wrong), Code::Invalid) << wrong;
}

TEST(Texts, AreReadInOnesOwnLanguageOrTheFirstThatThereIs) {
  const auto dutch = parse_texts(R"({"nl": {"subject": "brief", "body": "b"}})", kLanguages).value();
  EXPECT_EQ(written_in(dutch, Language::En, kLanguages).subject, "brief");
  const Texts both{{Language::En, {"letter", "b"}}, {Language::Nl, {"brief", "b"}}};
  EXPECT_EQ(written_in(both, Language::Nl, kLanguages).subject, "brief");
  EXPECT_EQ(written_in(both, Language::De, kLanguages).subject, "letter");
}

TEST(Texts, AreStoredWhole) {
  const Texts both{{Language::En, {"letter", "\"b\"\n"}}, {Language::De, {"Brief", "b"}}};
  EXPECT_EQ(stored_texts(to_json(both)).value(), both);
  for (const auto* wrong : {"", "{}", "[]", R"({"xx": {}})", R"({"nl": 1})"})
    EXPECT_EQ(stored_texts(wrong).error().code, Code::Corrupt) << wrong;
}

}  // namespace
}  // namespace outbox
