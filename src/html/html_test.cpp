#include <gtest/gtest.h>

#include "html/asset.h"
#include "html/template.h"

namespace html {
namespace {

constexpr Template kPage{"test/page",
                         {R"({{%AUTOESCAPE context="HTML"}}<p title="{{title}}">{{greeting}}</p>)"
                          R"({{#row}}<a href="{{url}}">{{name}}</a>{{/row}})",
                          "fr", "en", "de"}};

TEST(Template, EscapesForThePlaceWhereAValueStands) {
  Values values;
  values.set("title", "\"quoted\"").set("greeting", "<script>");
  values.add("row").set("url", "javascript:alert(1)").set("name", "one");
  values.add("row").set("url", "https://a.example/?b=1&c=2").set("name", "two & three");
  const auto page = render(kPage, base::Language::Nl, values);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_EQ(page.find("javascript:"), std::string::npos);
  EXPECT_NE(page.find("title=\"&quot;quoted&quot;\""), std::string::npos) << page;
  EXPECT_NE(page.find("https://a.example/?b=1&amp;c=2"), std::string::npos) << page;
  EXPECT_NE(page.find("two &amp; three"), std::string::npos);
}

TEST(Template, HasATextForEachLanguage) {
  EXPECT_EQ(render(kPage, base::Language::Fr, {}), "fr");
  EXPECT_EQ(render(kPage, base::Language::De, {}), "de");
}

TEST(Template, JsonCannotLeaveItsScriptElement) {
  EXPECT_EQ(json_for_script(R"({"a":"</script>&\u2028"})"), R"({"a":"\u003c/script\u003e\u0026\u2028"})");
  EXPECT_EQ(json_for_script("\xE2\x80\xA8|\xE2\x80\xA9"), "\\u2028|\\u2029");
}

TEST(Assets, AreFoundByPath) {
  ASSERT_FALSE(assets().empty());
  for (const auto& asset : assets()) {
    EXPECT_EQ(find_asset(asset.path), &asset);
    EXPECT_FALSE(asset.identity.empty()) << asset.path;
    EXPECT_FALSE(asset.content_type.empty()) << asset.path;
  }
  EXPECT_EQ(find_asset("assets/none.js"), nullptr);
  EXPECT_EQ(find_asset(""), nullptr);
}

}  // namespace
}  // namespace html
