// Mails that one can subscribe to: what a policy says of them, what it may not say, and where it is told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/diff.h"
#include "policy/notice.h"
#include "policy/policy.h"
#include "policy/register.h"
#include "policy/testing/example.h"

namespace policy {
namespace {

using base::Language;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::kExample;
using testing::parsed;
using testing::replaced;

/// The example, whose last part is its places, with a letter that one subscribes to.
const std::string kWhole =
    replaced(kExample, "    from: registration form", "    from: [registration form, subscription]") +
    R"(updates:
  letter:
    title: { en: The letter, nl: De brief }
    says: { en: What is new., nl: Wat er nieuw is. }
    for: reading
    at-most-every: 1 month
)";
const std::string kLetter = replaced(kWhole, "    for: [entry, diploma]\n    class: self-managed",
                                     "    for: [entry, diploma, reading]\n    class: self-managed");

std::string first_problem(std::string_view yaml) {
  const auto policy = Policy::parse(yaml);
  if (policy) return "none";
  return policy.error().front().what + "; " + policy.error().front().instead;
}

TEST(Updates, AreRead) {
  const auto policy = parsed(kLetter);
  ASSERT_EQ(policy.updates().size(), 1U);
  const auto* letter = policy.update("letter");
  ASSERT_NE(letter, nullptr);
  EXPECT_EQ(letter->title.in(Language::Nl), "De brief");
  EXPECT_EQ(letter->purpose, "reading");
  EXPECT_EQ(letter->every, (Span{1, Unit::Months}));
  ASSERT_NE(policy.subscriber_address(), nullptr);
  EXPECT_EQ(policy.subscriber_address()->name, "post");
  EXPECT_EQ(policy.update("card"), nullptr);
  EXPECT_EQ(parsed(kExample).subscriber_address(), nullptr);
}

TEST(Updates, ThatCannotBeAreTold) {
  EXPECT_THAT(first_problem(replaced(kLetter, "    for: reading\n    at", "    for: riding\n    at")),
              HasSubstr("unknown purpose 'riding'; write 'reading'"));
  EXPECT_THAT(first_problem(replaced(kLetter, "    for: reading\n    at", "    for: entry\n    at")),
              HasSubstr("nobody can do without"));
  EXPECT_THAT(first_problem(kWhole), HasSubstr("no e-mail address comes in by 'subscription' for 'reading'"));
  EXPECT_THAT(first_problem(replaced(kLetter, "[registration form, subscription]", "registration form")),
              HasSubstr("no e-mail address comes in"));
  EXPECT_THAT(first_problem(replaced(kLetter, "{ en: The letter, nl: De brief }", "{ en: The letter }")),
              HasSubstr("has no text in 'nl'"));
  EXPECT_THAT(first_problem(replaced(kLetter, "    at-most-every: 1 month\n", "")),
              HasSubstr("has no 'at-most-every'"));
  EXPECT_THAT(first_problem(replaced(kLetter, "at-most-every: 1 month", "at-most-every: often")),
              HasSubstr("often"));
  EXPECT_THAT(first_problem(replaced(kLetter, "type: email,", "type: 'email?',")),
              HasSubstr("may stay empty"));
}

TEST(Updates, AreAgreedToWithHowOftenTheyCome) {
  const auto weekly = parsed(replaced(kLetter, "1 month\n", "1 week\n"));
  EXPECT_NE(weekly.purpose("reading")->fingerprint, parsed(kLetter).purpose("reading")->fingerprint);
  EXPECT_EQ(weekly.purpose("entry")->fingerprint, parsed(kLetter).purpose("entry")->fingerprint);
}

TEST(Updates, AreToldInNoticeRegisterAndDifference) {
  const auto policy = parsed(kLetter);
  const auto page = to_markdown(notice(policy, Language::En, {}));
  EXPECT_THAT(page, HasSubstr("The letter"));
  EXPECT_THAT(page, HasSubstr("At least 1 month between two mails."));
  EXPECT_THAT(register_of(policy, RegisterRole::Controller, Language::En, {}).head,
              Contains(std::pair<std::string, std::string>{
                  "Updates by mail", "The letter (at least 1 month between two mails)"}));
  const auto told = [](const Policy& before, const Policy& after) {
    std::vector<std::string> sentences;
    for (const auto& change : diff(before, after, Language::En)) sentences.push_back(change.sentence);
    return sentences;
  };
  const auto weekly = parsed(replaced(kLetter, "1 month\n", "1 week\n"));
  EXPECT_THAT(told(policy, weekly), Contains("“The letter”: now at least 1 week between two mails."));
  const auto without = parsed(kLetter.substr(0, kLetter.find("updates:")));
  EXPECT_THAT(told(without, policy),
              Contains("One can subscribe to “The letter”: at least 1 month between two mails."));
  EXPECT_THAT(told(policy, without), Contains("“The letter” is no longer mailed."));
}

}  // namespace
}  // namespace policy
