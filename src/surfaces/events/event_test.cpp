#include "surfaces/events/event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fields/limits.h"
#include "policy/testing/example.h"
#include "surfaces/events/calendar.h"
#include "surfaces/events/event_json.h"
#include "surfaces/events/form.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/origins.h"
#include "surfaces/events/video_source.h"

namespace surfaces::events {
namespace {

using nlohmann::json;

const base::Instant kNow = base::instant_from_ms(1'795'356'000'000);

policy::Policy example() {
  auto parsed = policy::Policy::parse(policy::testing::kExample);
  EXPECT_TRUE(parsed.has_value());
  return *std::move(parsed);
}

json minimal() {
  return {{"title", "Open dag"},
          {"starts", "2026-11-22T15:00:00Z"},
          {"ends", "2026-11-22T16:00:00Z"},
          {"fields", {"called", "post"}}};
}

/// Pointers to what is wrong in `given`, in order.
std::vector<std::string> wrong_fields(const json& given, Event before, bool is_new, bool local_only = false) {
  const auto policy = example();
  const auto change = change_event(std::move(before), given.dump(),
                                   {.policy = policy,
                                    .now = kNow,
                                    .language = base::Language::En,
                                    .is_new = is_new,
                                    .local_only = local_only});
  EXPECT_TRUE(change) << change.error().message;
  std::vector<std::string> fields;
  for (const auto& one : change->wrong) {
    EXPECT_FALSE(one.detail.empty());
    fields.push_back(one.pointer);
  }
  return fields;
}

std::vector<std::string> wrong_with(const char* name, json value) {
  const auto policy = example();
  auto given = minimal();
  given[name] = std::move(value);
  return wrong_fields(given, new_event(policy, kNow), true);
}

using Names = std::vector<std::string>;

TEST(Event, FollowsTheClockOnceOpened) {
  Event event;
  event.starts = kNow;
  event.ends = kNow + std::chrono::hours{1};
  EXPECT_EQ(state_at(event, kNow), State::Draft);
  event.opened = true;
  EXPECT_EQ(state_at(event, kNow - base::Millis{1}), State::Open);
  EXPECT_EQ(state_at(event, kNow), State::Live);
  EXPECT_EQ(state_at(event, event.ends - base::Millis{1}), State::Live);
  EXPECT_EQ(state_at(event, event.ends), State::Ended);
}

TEST(Event, EndsAtItsCloseIfThatIsLaterAndADayAtMost) {
  Event event;
  event.opened = true;
  event.starts = kNow;
  event.ends = kNow + std::chrono::hours{1};
  event.runs_on = true;
  EXPECT_EQ(end_of(event), event.ends + kRunsOnMax);
  event.closed = event.ends - std::chrono::minutes{5};
  EXPECT_EQ(end_of(event), event.ends) << "never earlier than planned";
  event.closed = event.ends + std::chrono::minutes{5};
  EXPECT_EQ(end_of(event), *event.closed);
  event.closed = event.ends + kRunsOnMax + base::Millis{1};
  EXPECT_EQ(end_of(event), event.ends + kRunsOnMax);
}

TEST(EventJson, TakesWhatIsRightAndNamesWhatIsWrong) {
  const auto policy = example();
  EXPECT_EQ(wrong_fields(minimal(), new_event(policy, kNow), true), Names{});
  EXPECT_EQ(wrong_with("title", ""), Names{"#/title"});
  EXPECT_EQ(wrong_with("title", std::string(kTitleLengthMax, 'x')), Names{});
  EXPECT_EQ(wrong_with("title", std::string(kTitleLengthMax + 1, 'x')), Names{"#/title"});
  EXPECT_EQ(wrong_with("ends", "2026-11-22T15:00:00Z"), Names{"#/ends"});
  EXPECT_EQ(wrong_with("ends", "2026-11-29T15:00:00Z"), Names{}) << "a week is the longest";
  EXPECT_EQ(wrong_with("ends", "2026-11-29T15:00:00.001Z"), Names{"#/ends"});
  EXPECT_EQ(wrong_with("time_zone", "Europe/Atlantis"), Names{"#/time_zone"});
  EXPECT_EQ(wrong_with("language", "fr"), Names{"#/language"}) << "the policy has no French";
  EXPECT_EQ(wrong_with("fields", {"post", "shoe-size"}), Names{"#/fields"});
  EXPECT_EQ(wrong_with("fields", {"called"}), Names{"#/fields"}) << "no address, no mail";
  EXPECT_EQ(wrong_with("capacity", kCapacityMax), Names{});
  EXPECT_EQ(wrong_with("capacity", kCapacityMax + 1), Names{"#/capacity"});
  EXPECT_EQ(wrong_with("capacity", 0), Names{"#/capacity"});
  EXPECT_EQ(wrong_with("colour", "red"), Names{"#/colour"});
  EXPECT_EQ(wrong_with("event", "Not A Slug"), Names{"#/event"});
  EXPECT_EQ(wrong_with("domains", {"https://a.example", "https://b.example:8443"}), Names{});
  EXPECT_EQ(wrong_with("domains", {"https://a.example/"}), Names{"#/domains"});
  EXPECT_EQ(wrong_with("domains", {"http://a.example"}), Names{"#/domains"});
  EXPECT_EQ(wrong_with("moments", json::array({{{"at", "2026-11-22T15:30:00Z"}, {"label", "Pauze"}}})),
            Names{});
  EXPECT_EQ(wrong_with("moments", json::array({{{"at", "soon"}, {"label", "Pauze"}}})), Names{"#/moments"});
  EXPECT_EQ(wrong_with("video", {{"kind", "address"}, {"address", "https://a.example/page.html"}}),
            Names{"#/video/address"});
}

TEST(EventJson, AnEventThatHasBegunKeepsItsStartAndTellsThatItsEndMoves) {
  Event event = new_event(example(), kNow);
  event.title = "Open dag";
  event.fields = {"called", "post"};
  event.opened = true;
  event.starts = kNow - std::chrono::hours{2};
  event.ends = kNow + std::chrono::hours{1};
  const auto policy = example();
  const auto moves = [&](const json& given) {
    return change_event(event, given.dump(), {.policy = policy, .now = kNow, .language = base::Language::En})
        ->moves_end;
  };
  EXPECT_EQ(wrong_fields({{"title", "Anders"}}, event, false), Names{});
  EXPECT_FALSE(moves({{"title", "Anders"}}));
  EXPECT_EQ(wrong_fields({{"ends", "2026-11-22T23:00:00Z"}}, event, false), Names{});
  EXPECT_TRUE(moves({{"ends", "2026-11-22T23:00:00Z"}}));
  EXPECT_TRUE(moves({{"runs_on", true}}));
  EXPECT_EQ(wrong_fields({{"ends", "2026-11-22T14:00:00Z"}}, event, false), Names{"#/ends"}) << "now is over";
  EXPECT_EQ(wrong_fields({{"starts", "2026-11-22T13:00:00Z"}}, event, false), Names{"#/starts"});
  EXPECT_EQ(wrong_fields({{"measured", !event.measured}}, event, false), Names{"#/measured"});
  EXPECT_EQ(wrong_fields({{"fields", {"post"}}}, event, false), Names{"#/fields"});
  event.ends = kNow;
  EXPECT_EQ(wrong_fields({{"ends", "2026-11-22T23:00:00Z"}}, event, false), Names{"#/ends"}) << "it is over";
}

TEST(EventJson, RefusesWhatIsNoObject) {
  const auto policy = example();
  for (const auto* text : {"", "[]", "{", "null", "\"x\""}) {
    const auto change =
        change_event({}, text, {.policy = policy, .now = kNow, .language = base::Language::En});
    EXPECT_EQ(change.error().code, base::Code::Invalid) << text;
  }
}

TEST(Form, AsksWhatTheEventAsksAndSaysWhatIsMissing) {
  const auto policy = example();
  Event event;
  event.fields = {"called", "post", "shelf", "gone-from-the-policy"};
  const auto asked = asked_fields(policy, event);
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_FALSE(asked[2].required);
  const auto read = [&](const char* body) {
    return read_form(asked, *http::parse_form(body), base::Language::En);
  };
  const auto good = read("called=+An+&post=an%40x.example&shelf=low&extra=1");
  EXPECT_TRUE(good.wrong.empty());
  ASSERT_EQ(good.fields.size(), 3U);
  EXPECT_EQ(good.value_of(policy::FieldType::Name), "An");
  const auto bad = read("called=&post=nowhere&shelf=middle");
  ASSERT_EQ(bad.wrong.size(), 3U);
  EXPECT_EQ(bad.wrong[0].name, "called");
  EXPECT_EQ(bad.wrong[1].name, "post");
  EXPECT_EQ(bad.wrong[2].name, "shelf");
  const auto name_of = [](std::size_t length) {
    return "post=a%40x.example&called=" + std::string(length, 'n');
  };
  EXPECT_TRUE(read(name_of(fields::kFieldLengthMax).c_str()).wrong.empty());
  EXPECT_EQ(read(name_of(fields::kFieldLengthMax + 1).c_str()).wrong.size(), 1U);
}

TEST(VideoSource, IsMediaOverHttpsAlone) {
  for (const auto* right :
       {"https://v.example/a.m3u8", "https://v.example:8443/x/a.mp4?token=1", "https://v.example/a.webm"})
    EXPECT_TRUE(is_video_address(right, false)) << right;
  for (const auto* wrong : {"http://v.example/a.m3u8", "https://v.example/", "https://v.example/a.html",
                            "javascript:alert(1)//a.mp4", "https://user@v.example/a.mp4",
                            "https://v.example/a.mp4#x", "https:///a.mp4", "//v.example/a.mp4",
                            "https://v.example/a.mp4;script-src *", "https://v.example/a b.mp4",
                            "https://*/a.mp4", "https://v.example*8443/a.mp4", "https://v.example/a\".mp4"})
    EXPECT_FALSE(is_video_address(wrong, false)) << wrong;
  EXPECT_TRUE(is_video_address("http://127.0.0.1:9/a.mp4", true));
  EXPECT_EQ(origin_of("https://v.example:8443/x/a.mp4?token=1"), "https://v.example:8443");
  EXPECT_TRUE(is_playlist("https://v.example/a.m3u8?x=.mp4"));
  EXPECT_FALSE(is_playlist("https://v.example/a.mp4"));
}

TEST(VideoSource, IsNotLookedForInAPrivateNetwork) {
  for (const auto* address : {"https://127.0.0.1:1/a.mp4", "https://10.0.0.1/a.mp4", "https://[::1]:1/a.mp4",
                              "https://169.254.169.254/a.mp4", "https://[::ffff:127.0.0.1]:1/a.mp4"})
    EXPECT_EQ(examine_source(address, "https://events.example", false), SourceProblem::PrivateNetwork)
        << address;
  EXPECT_EQ(examine_source("http://127.0.0.1:1/a.mp4", "https://events.example", true),
            SourceProblem::NoAnswer);
}

TEST(Origins, AreOurOwnAndTheProperties) {
  Origins origins("https://events.example");
  origins.set({1}, {"https://a.example"});
  origins.set({2}, {"https://b.example"});
  EXPECT_EQ(*origins.of({1}), (Names{"https://a.example", "https://events.example"}));
  EXPECT_EQ(*origins.of({9}), Names{"https://events.example"});
  EXPECT_EQ(origins.all()->size(), 3U);
  origins.set({1}, {});
  EXPECT_EQ(origins.all()->size(), 2U);
}

TEST(Calendar, FoldsWithoutCuttingCharacters) {
  Event event;
  event.property = {7};
  event.slug = "open-dag";
  event.title = "Één dag; over, water " + std::string(80, 'x') + "é";
  event.description = "Regel\nTwee";
  event.starts = kNow;
  event.ends = kNow + std::chrono::hours{1};
  event.created = kNow;
  const auto file = calendar_file(event, "https://events.example/e/open-dag");
  EXPECT_NE(file.find("DTSTART:20261122T140000Z\r\n"), std::string::npos) << file;
  EXPECT_NE(file.find("\\; over\\, water"), std::string::npos);
  EXPECT_NE(file.find("DESCRIPTION:Regel\\nTwee\r\n"), std::string::npos);
  std::string_view rest = file;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    ASSERT_NE(end, std::string_view::npos);
    EXPECT_LE(end, 75U);
    EXPECT_NE(static_cast<unsigned char>(rest[0]) & 0xC0, 0x80)
        << "a line begins with the middle of a character";
    if (rest[0] == ' ') EXPECT_NE(static_cast<unsigned char>(rest[1]) & 0xC0, 0x80);
    rest.remove_prefix(end + 2);
  }
}

}  // namespace
}  // namespace surfaces::events
