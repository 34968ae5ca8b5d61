// Each shipped policy, in each language, as notice, cookie page and register: all facts are there, in every
// form.
#include "policy/notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "html/template.h"
#include "policy/cookie_page.h"
#include "policy/register.h"

namespace policy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Policy shipped(const std::string& name) {
  std::ifstream file(std::string{HARTSLAG_SOURCE} + "/policies/" + name + ".yaml");
  std::stringstream text;
  text << file.rdbuf();
  auto policy = Policy::parse(text.str());
  if (!policy) {
    for (const auto& problem : policy.error()) ADD_FAILURE() << to_text(name, problem);
    std::abort();
  }
  return *std::move(policy);
}

/// What a reader sees of HTML: its tags taken out, its escapes undone.
std::string read_html(std::string_view html) {
  std::string text;
  bool inside = false;
  for (const char c : html) {
    if (c == '<') inside = true;
    if (!inside) text += c;
    if (c == '>') {
      inside = false;
      text += '\n';
    }
  }
  for (const auto& [escape, plain] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at + 1))
      text.replace(at, escape.size(), plain);
  }
  return text;
}

/// What a reader sees of Markdown: its backslashes taken out.
std::string read_markdown(std::string_view markdown) {
  std::string text;
  for (std::size_t i = 0; i < markdown.size(); ++i) {
    if (markdown[i] == '\\' && i + 1 < markdown.size()) ++i;
    text += markdown[i];
  }
  return text;
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

void add_words(std::vector<std::string>& to, const Line& line) {
  for (const auto& piece : line.pieces) to.push_back(piece.text);
}

/// Every word that the document holds.
std::vector<std::string> words_of(const Document& document) {
  std::vector<std::string> all{document.title};
  for (const auto& block : document.blocks) {
    if (const auto* heading = std::get_if<Heading>(&block)) all.push_back(heading->text);
    if (const auto* paragraph = std::get_if<Paragraph>(&block)) add_words(all, paragraph->line);
    if (const auto* list = std::get_if<List>(&block)) {
      for (const auto& item : list->items) add_words(all, item);
    }
    if (const auto* definitions = std::get_if<Definitions>(&block)) {
      for (const auto& [word, lines] : definitions->entries) {
        all.push_back(word);
        for (const auto& line : lines) add_words(all, line);
      }
    }
    if (const auto* table = std::get_if<Table>(&block)) {
      all.insert(all.end(), table->header.begin(), table->header.end());
      for (const auto& row : table->rows) {
        for (const auto& cell : row) add_words(all, cell);
      }
    }
  }
  return all;
}

NoticeContext some_context(const Policy& policy) {
  NoticeContext context;
  context.history = {{policy.version(), base::instant_from_ms(1'793'455'200'000), {}}};
  context.reports = {{"notice.report.viewers", {"email", "share"}, "organiser"}};
  context.pages_root = "/privacy";
  return context;
}

class ShippedPolicies : public ::testing::TestWithParam<std::tuple<const char*, base::Language>> {
 protected:
  const Policy policy_ = shipped(std::get<0>(GetParam()));
  const base::Language language_ = std::get<1>(GetParam());
  const NoticeContext context_ = some_context(policy_);
};

TEST_P(ShippedPolicies, html_and_markdown_hold_all_that_the_document_says) {
  for (const auto& document :
       {notice(policy_, language_, context_), cookie_page(policy_, language_, context_),
        to_document(register_of(policy_, RegisterRole::Controller, language_, context_), context_),
        to_document(register_of(policy_, RegisterRole::Processor, language_, context_), context_)}) {
    const auto html = read_html(to_html(document));
    const auto markdown = read_markdown(to_markdown(document));
    for (const auto& words : words_of(document)) {
      EXPECT_THAT(html, HasSubstr(words));
      EXPECT_THAT(markdown, HasSubstr(one_line(words)));
    }
  }
}

TEST_P(ShippedPolicies, the_notice_says_everything_that_the_policy_says) {
  const auto html = to_html(notice(policy_, language_, context_));
  const auto text = read_html(html);
  const auto says = [&](const Texts& texts) { EXPECT_THAT(text, HasSubstr(texts.in(language_))); };
  for (const auto& purpose : policy_.purposes()) says(purpose.says);
  for (const auto& field : policy_.fields()) says(field.label);
  for (const auto& recipient : policy_.recipients()) {
    says(recipient.does);
    EXPECT_THAT(text, HasSubstr(recipient.called));
    EXPECT_THAT(html, HasSubstr("href=\"" + recipient.policy + "\""));
  }
  for (const auto& place : policy_.places()) says(place.says);
  for (const auto& system : policy_.systems()) says(system.says);
  for (const auto& decision : policy_.decisions()) {
    says(decision.says);
    says(decision.logic);
  }
  for (const auto& rule : policy_.consents()) {
    says(rule.asks);
    if (rule.costs) says(*rule.costs);
  }
  for (const auto& entry : policy_.glossary()) says(entry.means);
  for (const auto& right : policy_.rights().list) {
    if (!right.says.empty()) says(right.says);
  }
  EXPECT_THAT(text, HasSubstr(policy_.version()));
  EXPECT_THAT(text, HasSubstr(policy_.parties().privacy_contact));
  ASSERT_TRUE(policy_.parties().authority);
  EXPECT_THAT(html, HasSubstr("href=\"" + policy_.parties().authority->complaints + "\""));
}

TEST_P(ShippedPolicies, no_word_of_the_language_is_left_without_words) {
  // A key or a word of the policy's own language that nobody translated would show as it is written there.
  const auto text = read_html(to_html(notice(policy_, language_, context_))) +
                    read_html(to_html(cookie_page(policy_, language_, context_)));
  EXPECT_THAT(text, Not(HasSubstr("{")));
  EXPECT_THAT(text, Not(HasSubstr("notice.")));
  EXPECT_THAT(text, Not(HasSubstr("event end")));
  EXPECT_THAT(text, Not(HasSubstr("legitimate-interest")));
  EXPECT_THAT(text, Not(HasSubstr("self-managed")));
}

TEST_P(ShippedPolicies, the_cookie_page_lists_every_stored_item) {
  const auto text = read_html(to_html(cookie_page(policy_, language_, context_)));
  for (const auto& item : policy_.stored_items()) {
    EXPECT_THAT(text, HasSubstr(item.name));
    EXPECT_THAT(text, HasSubstr(item.says.in(language_)));
  }
}

TEST_P(ShippedPolicies, the_register_has_a_row_with_an_example_for_every_item) {
  const auto made = register_of(policy_, RegisterRole::Controller, language_, context_);
  std::size_t items = 0;
  for (const auto& datum : policy_.data()) items += datum.items.size();
  ASSERT_EQ(made.data.rows.size(), items);
  for (const auto& row : made.data.rows) {
    ASSERT_EQ(row.size(), made.data.columns.size());
    for (const auto& cell : row) EXPECT_FALSE(cell.empty()) << row[0] << ' ' << row[1];
  }
  EXPECT_EQ(made.processings.rows.size(), policy_.purposes().size());
  const auto csv = to_csv(made);
  for (const auto& field : policy_.fields()) EXPECT_THAT(csv, HasSubstr(field.label.in(language_)));
  const auto workbook = to_xlsx(made);
  ASSERT_TRUE(workbook) << workbook.error().message;
  EXPECT_TRUE(workbook->starts_with("PK"));
}

TEST_P(ShippedPolicies, the_json_ld_names_each_node_that_it_refers_to) {
  const auto whole = nlohmann::json::parse(to_json_ld(policy_, RegisterRole::Processor, language_, context_));
  std::set<std::string> named;
  for (const auto& node : whole["@graph"]) named.insert(node["@id"].get<std::string>());
  std::size_t processes = 0;
  const std::function<void(const nlohmann::json&)> walk = [&](const nlohmann::json& value) {
    if (value.is_object() && value.size() == 1 && value.contains("@id")) {
      const auto id = value["@id"].get<std::string>();
      EXPECT_TRUE(named.contains(id) || id.starts_with("eu-gdpr:")) << id;
    }
    if (value.is_structured()) {
      for (const auto& inner : value) walk(inner);
    }
  };
  for (const auto& node : whole["@graph"]) {
    walk(node);
    if (node["@type"] != "dpv:Process") continue;
    ++processes;
    EXPECT_TRUE(node["dpv:hasLegalBasis"]["@id"].get<std::string>().starts_with("eu-gdpr:A6-1-"));
  }
  EXPECT_EQ(processes, policy_.purposes().size());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedPolicies,
                         ::testing::Combine(::testing::Values("videoevent", "festival", "tours", "calls",
                                                              "bureau"),
                                            ::testing::ValuesIn(base::kLanguages)));

TEST(Document, escapes_and_leads_nowhere_dangerous) {
  Document document{.title = "<T> & *co*", .blocks = {}};
  document.say(Line{{"a <b>"}, {"x", "javascript:alert(1)"}, {"y", "//elsewhere.example"}, {"z", "/here"}});
  document.table({.caption = "c|d", .header = {"h"}, .rows = {{Line{"one\ntwo | three"}}}});
  const auto html = to_html(document);
  EXPECT_THAT(html, HasSubstr("<h1>&lt;T&gt; &amp; *co*</h1>"));
  EXPECT_THAT(html, HasSubstr("a &lt;b&gt;xy<a href=\"/here\">z</a>"));
  EXPECT_THAT(html, Not(HasSubstr("javascript")));
  const auto markdown = to_markdown(document);
  EXPECT_THAT(markdown, HasSubstr("# \\<T\\> & \\*co\\*"));
  EXPECT_THAT(markdown, HasSubstr("| one two \\| three |"));
  EXPECT_THAT(markdown, Not(HasSubstr("javascript")));
}

TEST(Notice, tells_what_changed_and_when) {
  const auto policy = shipped("videoevent");
  NoticeContext context;
  context.history = {{"2026-12-01-b", base::instant_from_ms(1'796'125'500'000), {{"Minder bewaard."}}},
                     {"2026-11-01-a", base::instant_from_ms(1'793'455'200'000), {}}};
  const auto text = read_html(to_html(notice(policy, base::Language::Nl, context)));
  EXPECT_THAT(text, HasSubstr("Laatst gewijzigd op dinsdag 1 december 2026 om 12:45 (CET)"));
  EXPECT_THAT(text, HasSubstr("Ten opzichte van versie 2026-11-01-a"));
  EXPECT_THAT(text, HasSubstr("Minder bewaard."));
}

TEST(Notice, lists_every_field_of_every_report) {
  const auto policy = shipped("videoevent");
  NoticeContext context;
  context.reports = {{"notice.report.viewers", {"email", "share", "a_new_column"}, "organiser"}};
  const auto text = read_html(to_html(notice(policy, base::Language::Nl, context)));
  for (const char* column : {"email", "share", "a_new_column"}) EXPECT_THAT(text, HasSubstr(column));
  EXPECT_THAT(text, HasSubstr("welk deel van het evenement u actief keek"));
}

TEST(Notice, names_the_policy_of_whoever_decides) {
  NoticeContext context;
  context.controller_name = "Zorgnet";
  context.controller_policy = "https://zorgnet.example/privacy";
  const auto html = to_html(notice(shipped("videoevent"), base::Language::Nl, context));
  EXPECT_THAT(html, HasSubstr("<a href=\"https://zorgnet.example/privacy\">Privacybeleid van Zorgnet</a>"));
}

TEST(Notice, a_transfer_outside_the_area_carries_its_ground) {
  const auto text = read_html(to_html(notice(shipped("calls"), base::Language::En, {})));
  EXPECT_THAT(text, HasSubstr("United Kingdom, outside the European Economic Area. Ground: a decision that"));
}

}  // namespace
}  // namespace policy
