#include "app/privacy_pages.h"

#include <fmt/format.h>

#include <array>
#include <expected>
#include <ranges>

#include "app/pages.h"
#include "policy/cookie_page.h"
#include "policy/diff.h"
#include "policy/register.h"

namespace app {
namespace {

using base::Language;
using base::Result;
using http::Request;
using http::Response;

constexpr std::string_view kRoot = "/privacy";

/// What all three pages are made of.
struct Privacy {
  House& house;
  std::array<std::vector<policy::VersionEntry>, base::kLanguages.size()> history;
  std::vector<policy::ReportDefinition> reports;
};

policy::NoticeContext context_of(const Privacy& privacy, Language language) {
  policy::NoticeContext context;
  context.history = privacy.history[static_cast<std::size_t>(language)];
  context.reports = privacy.reports;
  context.organisation = privacy.house.options.organisation;
  context.pages_root = kRoot;
  return context;
}

Response page_of(const House& house, const Request& request, const policy::Document& document) {
  auto values = page::frame(house.site, document.language, document.title, request.path);
  values.set("document", policy::to_html(document));
  return page::answer(pages::document, document.language, values);
}

Result<Response> notice_page(const Privacy& privacy, const Request& request) {
  const auto language = page::choose_language(privacy.house.site, request);
  const auto document = policy::notice(*privacy.house.policy, language, context_of(privacy, language));
  return page_of(privacy.house, request, document);
}

Result<Response> cookies_page(const Privacy& privacy, const Request& request) {
  const auto language = page::choose_language(privacy.house.site, request);
  const auto document = policy::cookie_page(*privacy.house.policy, language, context_of(privacy, language));
  return page_of(privacy.house, request, document);
}

/// Of the operator: a processor where each property has a controller of its own.
policy::RegisterRole own_role(const policy::Policy& policy) {
  const auto& parties = policy.parties();
  const bool is_processor = parties.processor && (!parties.controller || parties.controller->name.empty());
  return is_processor ? policy::RegisterRole::Processor : policy::RegisterRole::Controller;
}

Result<Response> register_page(const Privacy& privacy, const Request& request) {
  const auto language = page::choose_language(privacy.house.site, request);
  const auto& policy = *privacy.house.policy;
  const auto context = context_of(privacy, language);
  const auto made = policy::register_of(policy, own_role(policy), language, context);
  return page_of(privacy.house, request, policy::to_document(made, context));
}

}  // namespace

std::vector<policy::ReportDefinition> handed_over(const policy::Policy& policy,
                                                  const std::vector<retention::ReportDefinition>& reports) {
  const auto& controller = policy.parties().controller;
  std::vector<policy::ReportDefinition> all;
  if (!controller || !controller->name.empty()) return all;
  for (const auto& report : reports) all.push_back({report.name, report.columns, report.receiver});
  return all;
}

std::vector<policy::VersionEntry> told_history(const std::vector<consent::NoticePeriod>& periods,
                                               Language language) {
  std::vector<policy::VersionEntry> all;
  // An older text may be in a language that this program no longer reads: what changed cannot be told then.
  auto later = std::expected<policy::Policy, std::vector<policy::Problem>>{std::unexpect};
  for (const auto& one : std::views::reverse(periods)) {
    auto read = policy::Policy::parse(one.text);
    if (later && read) {
      auto& changes = all.back().changes.emplace();
      for (auto& change : policy::diff(*read, *later, language)) {
        if (change.whom != policy::Concerned::Officer) changes.push_back(std::move(change.sentence));
      }
    }
    all.push_back({one.version, one.begun, std::nullopt});
    later = std::move(read);
  }
  return all;
}

Result<void> add_privacy_pages(http::Router& router, House& house) {
  const auto privacy = std::make_shared<Privacy>(Privacy{house, {}, {}});
  ASSIGN_OR_RETURN(const auto periods, house.notices->periods());
  for (const auto language : base::kLanguages)
    privacy->history[static_cast<std::size_t>(language)] = told_history(periods, language);
  for (const auto& surface : house.surfaces) {
    const auto reports = handed_over(*house.policy, surface.reports);
    privacy->reports.insert(privacy->reports.end(), reports.begin(), reports.end());
  }
  const auto add = [&](std::string path, Result<Response> (*handler)(const Privacy&, const Request&)) {
    router.get(std::move(path), [privacy, handler](Request& request) { return handler(*privacy, request); });
  };
  add("/privacy", notice_page);
  add("/privacy/cookies", cookies_page);
  add("/privacy/register", register_page);
  return {};
}

}  // namespace app
