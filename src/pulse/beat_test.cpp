#include "pulse/beat.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "pulse/limits.h"

namespace pulse {
namespace {

using base::Code;

struct BeatTest : testing::Test {
  BeatParser parser;

  /// "" for a message that is taken, else what is wrong with it; marks what is too large.
  std::string error(std::string_view bytes) {
    const auto parsed = parser.parse(bytes);
    if (parsed) return "";
    if (parsed.error().code == Code::TooLarge) return "too large: " + parsed.error().message;
    EXPECT_EQ(parsed.error().code, Code::Invalid);
    return parsed.error().message;
  }
};

std::string with_beats(std::size_t count) {
  std::string beats;
  for (std::size_t i = 0; i < count; ++i) beats += i == 0 ? "[0,1]" : ",[0,1]";
  return R"({"t":"x","n":1,"b":[)" + beats + "]}";
}

std::string with_marks(std::size_t count, std::string_view kind, std::string_view value) {
  std::string marks;
  for (std::size_t i = 0; i < count; ++i)
    marks += fmt::format(R"({}[0,"{}","{}"])", i == 0 ? "" : ",", kind, value);
  return R"({"t":"x","n":1,"b":[[0,1]],"m":[)" + marks + "]}";
}

TEST_F(BeatTest, ReadsTheContractsExample) {
  const auto parsed =
      parser.parse(R"({"t": "<token>", "n": 12, "b": [[5000, 3], [0, -1]], "m": [[1200, "click", "play"]]})");
  ASSERT_TRUE(parsed);
  const BeatMessage& message = **parsed;
  EXPECT_EQ(message.token, "<token>");
  EXPECT_EQ(message.first_number, 12U);
  ASSERT_EQ(message.beats.size(), 2U);
  EXPECT_EQ(message.beats[0].age_ms, 5000);
  EXPECT_EQ(message.beats[0].facts, 3);
  EXPECT_EQ(message.beats[1].age_ms, 0);
  EXPECT_EQ(message.beats[1].facts, kGoingAway);
  ASSERT_EQ(message.marks.size(), 1U);
  EXPECT_EQ(message.marks[0].age_ms, 1200);
  EXPECT_EQ(message.marks[0].kind, "click");
  EXPECT_EQ(message.marks[0].value, "play");
  EXPECT_EQ(message.first_mark_number(), 14U);
  EXPECT_EQ(message.last_number(), 14U);
}

TEST_F(BeatTest, TakesKeysInAnyOrderAndIgnoresOthers) {
  const auto parsed = parser.parse(
      " {\"x\":{\"t\":[1,-2.5e+3,{\"\\u00e9\":null}],\"y\":\"\\n\"},\r\n\"b\":[ [0 , 127] ],"
      "\"z\":[],\"n\":1,\"w\":123456789012345678901234567890,\"t\":\"a\\u0062c\",\"v\":[true,false,0]}\t");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ((*parsed)->token, "abc");
  EXPECT_EQ((*parsed)->beats[0].facts, 127);
  EXPECT_TRUE((*parsed)->marks.empty());
}

TEST_F(BeatTest, ForgetsTheMessageBefore) {
  ASSERT_EQ(error(R"({"t":"x","n":7,"b":[[0,1],[0,2]],"m":[[0,"a","b"]]})"), "");
  const auto parsed = parser.parse(R"({"t":"y","n":8,"b":[[0,5]]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)->token, "y");
  EXPECT_EQ((*parsed)->beats.size(), 1U);
  EXPECT_TRUE((*parsed)->marks.empty());
  EXPECT_EQ(error(R"({"n":8,"b":[[0,5]]})"), "t: the token is a string");
}

TEST_F(BeatTest, RefusesWhatIsNotJson) {
  for (const std::string_view wrong : {"",
                                       " ",
                                       "{",
                                       "}",
                                       "{]",
                                       R"({"t":"x","n":1,"b":[[0,1]])",
                                       R"({"t":"x","n":1,"b":[[0,1]]}})",
                                       R"({"t":"x","n":1,"b":[[0,1]]}{})",
                                       R"({"t":"x","n":1,"b":[[0,1]]} x)",
                                       R"({"t":"x","n":1,"b":[[0,1]],})",
                                       R"({"t":"x" "n":1,"b":[[0,1]]})",
                                       R"({"t":"x","n":1,"b":[[0,1],]})",
                                       R"({t:"x","n":1,"b":[[0,1]]})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":tru})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":nulll})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":[1,,2]})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":01})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":1.})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":-})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":1e})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":"\q"})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":{"a"}})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":{"a":1,}})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":'a'})",
                                       R"({"t":"x","n":1,"b":[[0,1]],"x":})",
                                       "{\"t\":\"x\ny\",\"n\":1,\"b\":[[0,1]]}"}) {
    EXPECT_NE(error(wrong), "") << wrong;
  }
  EXPECT_EQ(error(""), "the message is not valid JSON");
  EXPECT_EQ(error("{"), "the message is not valid JSON");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]]} x)"), "the message is not valid JSON");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]]}{})"), "the message is not valid JSON: text after its end");
  EXPECT_EQ(error("[1]"), "the message is a JSON object");
  EXPECT_EQ(error("\"t\""), "the message is a JSON object");
  EXPECT_EQ(error(std::string{"{\"t\":\"\xff\"}"}), "the message is not UTF-8");
  EXPECT_EQ(error(std::string{"{\"t\":\"\xed\xa0\x80\"}"}), "the message is not UTF-8");
  EXPECT_NE(error(R"({"t":"\ud800","n":1,"b":[[0,1]]})"), "");
}

TEST_F(BeatTest, RefusesKeysGivenTwice) {
  EXPECT_EQ(error(R"({"t":"x","t":"x","n":1,"b":[[0,1]]})"), "t: given twice");
  EXPECT_EQ(error(R"({"t":"x","n":1,"n":1,"b":[[0,1]]})"), "n: given twice");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]],"\u0062":[[0,1]]})"), "b: given twice");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]],"m":[],"m":[]})"), "m: given twice");
}

TEST_F(BeatTest, SaysWhichPartIsMissingOrOfTheWrongType) {
  EXPECT_EQ(error("{}"), "t: the token is a string");
  EXPECT_EQ(error(R"({"t":5,"n":1,"b":[[0,1]]})"), "t: the token is a string");
  EXPECT_EQ(error(R"({"t":null,"n":1,"b":[[0,1]]})"), "t: the token is a string");
  const std::string n = "n: the number of the first beat is an integer from 1 to 2^53-1";
  EXPECT_EQ(error(R"({"t":"x","b":[[0,1]]})"), n);
  for (const auto* number : {"0", "-1", "1.0", "1e3", "\"1\"", "9007199254740992", "99999999999999999999",
                             "true", "null", "[]", "01", "+1"})
    EXPECT_EQ(error(fmt::format(R"({{"t":"x","n":{},"b":[[0,1]]}})", number)), n) << number;
  for (const auto* beats : {"{}", "null", "5", "\"b\"", "[]"})
    EXPECT_EQ(error(fmt::format(R"({{"t":"x","n":1,"b":{}}})", beats)), "b: an array of 1 to 256 beats")
        << beats;
  EXPECT_EQ(error(R"({"t":"x","n":1})"), "b: an array of 1 to 256 beats");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]],"m":{}})"), "m: an array of marks");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]],"m":null})"), "m: an array of marks");
  EXPECT_EQ(error(R"({"t":"x","n":1,"b":[[0,1]],"m":[]})"), "");
}

TEST_F(BeatTest, SaysWhatIsWrongWithABeatAndWhere) {
  const auto beat = [this](std::string_view text) {
    return error(fmt::format(R"({{"t":"x","n":1,"b":[[0,1],{}]}})", text));
  };
  EXPECT_EQ(beat("[9007199254740991,-1]"), "");
  EXPECT_EQ(beat("[-0,-0]"), "");
  for (const auto* text : {"5", "{}", "[]", "[0]", "[0,1,2]", "null"})
    EXPECT_EQ(beat(text), "b[1]: a beat is [age_ms, facts]") << text;
  for (const auto* age : {"-1", "0.5", "5.0", "\"0\"", "9007199254740992", "1e2", "[]", "null", "true"})
    EXPECT_EQ(beat(fmt::format("[{},1]", age)), "b[1]: age_ms is an integer from 0 to 2^53-1") << age;
  for (const auto* facts : {"-2", "128", "1.0", "\"1\"", "256", "null", "[1]", "4294967297"})
    EXPECT_EQ(beat(fmt::format("[0,{}]", facts)), "b[1]: facts are 0 to 127, or -1") << facts;
}

TEST_F(BeatTest, SaysWhatIsWrongWithAMarkAndWhere) {
  const auto mark = [this](std::string_view text) {
    return error(fmt::format(R"({{"t":"x","n":1,"b":[[0,1]],"m":[[0,"a",""],{}]}})", text));
  };
  for (const auto* text : {"5", "{}", "[]", "[0]", R"([0,"a"])", R"([0,"a","b",1])"})
    EXPECT_EQ(mark(text), "m[1]: a mark is [age_ms, kind, value]") << text;
  EXPECT_EQ(mark(R"([-1,"a","b"])"), "m[1]: age_ms is an integer from 0 to 2^53-1");
  EXPECT_EQ(mark(R"([0,1,"b"])"), "m[1]: kind and value are strings");
  EXPECT_EQ(mark(R"([0,"a",2])"), "m[1]: kind and value are strings");
  EXPECT_EQ(mark(R"([0,"","b"])"), "m[1]: a mark's kind is not empty");
}

TEST_F(BeatTest, HoldsItsLimitsAndNotOneMore) {
  EXPECT_EQ(error(with_beats(kMessageBeatsMax)), "");
  EXPECT_EQ(error(with_beats(kMessageBeatsMax + 1)), "too large: b: at most 256 beats");
  EXPECT_EQ(error(with_marks(kMessageMarksMax, "k", "v")), "");
  EXPECT_EQ(error(with_marks(kMessageMarksMax + 1, "k", "v")), "too large: m: at most 64 marks");
  EXPECT_EQ(error(with_marks(2, std::string(kMarkKindBytesMax, 'k'), "v")), "");
  EXPECT_EQ(error(with_marks(2, std::string(kMarkKindBytesMax + 1, 'k'), "v")),
            "too large: m[0]: a mark's kind has at most 64 bytes");
  EXPECT_EQ(error(with_marks(kMessageMarksMax, "k", std::string(kMarkValueBytesMax, 'v'))), "");
  EXPECT_EQ(error(with_marks(2, "k", std::string(kMarkValueBytesMax + 1, 'v'))),
            "too large: m[0]: a mark's value has at most 256 bytes");

  auto bytes = with_beats(1);
  bytes.append(kMessageBytesMax - bytes.size(), ' ');
  EXPECT_EQ(error(bytes), "");
  EXPECT_EQ(error(bytes + " "), "too large: a message has at most 65536 bytes");

  EXPECT_EQ(error(R"({"t":"x","n":9007199254740990,"b":[[0,1],[0,1]]})"), "");
  EXPECT_EQ(error(R"({"t":"x","n":9007199254740991,"b":[[0,1],[0,1]]})"),
            "n: the message's numbers end past 2^53-1");
  EXPECT_EQ(error(R"({"t":"x","n":9007199254740991,"b":[[0,1]],"m":[[0,"a","b"]]})"),
            "n: the message's numbers end past 2^53-1");
}

TEST_F(BeatTest, BoundsTheDepthOfWhatItIgnores) {
  const auto nested = [](int depth) {
    const auto inside = static_cast<std::size_t>(depth - 1);
    return R"({"t":"x","n":1,"b":[[0,1]],"x":)" + std::string(inside, '[') + std::string(inside, ']') + "}";
  };
  EXPECT_EQ(error(nested(kMessageDepthMax)), "");
  EXPECT_EQ(error(nested(kMessageDepthMax + 1)), "the message is nested too deeply");
  EXPECT_EQ(error(nested(30'000)), "the message is nested too deeply");
}

}  // namespace
}  // namespace pulse
