#include "services/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/limits.h"
#include "services/relay.h"

namespace services {
namespace {

using nlohmann::json;
using ::testing::StartsWith;

json shop() {
  return {{"origin", "https://tickets.example"},
          {"puts", {{"in", "basic"}, {"name", "lichtbeeld"}}},
          {"tasks", {{{"name", "orders"}, {"method", "GET"}, {"path", "/api/orders"}}}},
          {"check", "/api/me"},
          {"change", {{"method", "POST"}, {"path", "/api/password"}, {"field", "password"}}}};
}

TEST(Declared, IsReadAndWrittenAsItIs) {
  const auto declared = read_declared(shop()).value();
  EXPECT_EQ(to_json(declared), shop());
  EXPECT_EQ(find_task(declared, "orders")->path, "/api/orders");
  EXPECT_EQ(find_task(declared, "refunds"), nullptr);
}

std::string refusal(const json& given) {
  const auto declared = read_declared(given);
  return declared ? "taken" : declared.error().message;
}

TEST(Declared, SaysWhatIsWrong) {
  const auto with = [](const char* pointer, json value) {
    auto given = shop();
    given[json::json_pointer(pointer)] = std::move(value);
    return refusal(given);
  };
  EXPECT_THAT(with("/puts/in", "cookie"), StartsWith("puts.in: "));
  EXPECT_THAT(with("/puts/name", ""), StartsWith("puts.name: "));
  EXPECT_THAT(with("/puts/name", "a:b"), StartsWith("puts.name: "));
  EXPECT_THAT(with("/puts", json{{"in", "header"}, {"name", "Host"}}), StartsWith("puts.name: "));
  EXPECT_THAT(with("/puts", json{{"in", "header"}, {"name", "X-Key\r\nHost"}}), StartsWith("puts.name: "));
  EXPECT_EQ(with("/puts", json{{"in", "header"}, {"name", "X-Key"}}), "taken");
  EXPECT_THAT(with("/puts", json{{"in", "field"}, {"name", "key"}}), StartsWith("tasks.0.method: "));
  EXPECT_THAT(with("/tasks/0/method", "TRACE"), StartsWith("tasks.0.method: "));
  EXPECT_THAT(with("/tasks/0/path", "/api/../admin"), StartsWith("tasks.0.path: "));
  EXPECT_THAT(with("/tasks/0/name", "Orders"), StartsWith("tasks.0.name: "));
  EXPECT_THAT(with("/tasks/1", shop()["tasks"][0]), StartsWith("tasks.1.name: "));
  EXPECT_THAT(with("/tasks", json::array()), StartsWith("tasks: "));
  EXPECT_THAT(with("/check", ""), StartsWith("check: "));
  EXPECT_THAT(with("/change/method", "GET"), StartsWith("change.method: "));
  EXPECT_EQ(with("/change", json()), "taken");
}

TEST(Declared, HasAsManyTasksAsItsLimit) {
  auto given = shop();
  given["tasks"].clear();
  for (std::size_t i = 0; i < kTasksMax; ++i)
    given["tasks"].push_back({{"name", "task " + std::to_string(i)}, {"method", "GET"}, {"path", "/a"}});
  EXPECT_EQ(refusal(given), "taken");
  given["tasks"].push_back({{"name", "one more"}, {"method", "GET"}, {"path", "/a"}});
  EXPECT_THAT(refusal(given), StartsWith("tasks: "));
}

TEST(Name, HasItsLengthsAndLetters) {
  EXPECT_TRUE(is_name("ticket shop 2"));
  EXPECT_TRUE(is_name(std::string(kNameMin, 'a')));
  EXPECT_TRUE(is_name(std::string(kNameMax, 'a')));
  for (const auto& wrong :
       {std::string(kNameMin - 1, 'a'), std::string(kNameMax + 1, 'a'), std::string{"Shop"},
        std::string{"a  shop"}, std::string{"shop "}, std::string{"2shops"}, std::string{"shop/x"}})
    EXPECT_FALSE(is_name(wrong)) << wrong;
}

TEST(Task, HoldsItsPathAndWhatIsBelowIt) {
  const Task task{"orders", "GET", "/api/orders"};
  for (const auto* within : {"/api/orders", "/api/orders/7", "/api/orders/7/lines", "/api/orders/a~b:c@d"})
    EXPECT_TRUE(is_within(task, within)) << within;
  for (const auto* outside :
       {"/api/ordersx", "/api", "/api/orders/", "/api/orders/..", "/api/orders/../users", "/api/orders/./x",
        "/api/orders//x", "/api/orders/%2e%2e/users", "/api/orders/a?b", "/api/orders#x", "/api/orders/a b",
        "/api/orders/..;/users", "/api/orders/\\..\\users", "//api/orders", "api/orders", ""})
    EXPECT_FALSE(is_within(task, outside)) << outside;
  EXPECT_TRUE(is_within(task, "/api/orders/" + std::string(kPathMax - 12, 'a')));
  EXPECT_FALSE(is_within(task, "/api/orders/" + std::string(kPathMax - 11, 'a')));
  EXPECT_TRUE(is_query("a=1&b=%20c"));
  EXPECT_FALSE(is_query("a=1\r\nHost: x"));
  EXPECT_FALSE(is_query("a=1#b"));
}

TEST(Answer, ThatHoldsTheSecretIsRecognised) {
  constexpr std::string_view kSecret = "gl/ijbaan\"7?";
  const auto holds = [&](std::string_view text) { return holds_secret(text, kSecret, "lichtbeeld"); };
  EXPECT_TRUE(holds("you sent gl/ijbaan\"7? to me"));
  EXPECT_TRUE(holds(R"({"password":"gl/ijbaan\"7?"})"));
  EXPECT_TRUE(holds("gl%2fijbaan%227%3F"));
  EXPECT_TRUE(holds("676C2F696A6261616E22373F"));
  for (const std::string before : {"", "x", "xy", "xyz", "lichtbeeld:"})
    EXPECT_TRUE(holds("Basic " + base::to_base64(base::as_bytes(before + std::string{kSecret})))) << before;
  EXPECT_FALSE(holds("gl/ijbaan"));
  EXPECT_FALSE(holds(base::to_base64(base::as_bytes("lichtbeeld:iets anders"))));
}

}  // namespace
}  // namespace services
