#include "app/site.h"

#include <fmt/format.h>

#include "app/pages.h"
#include "html/asset.h"
#include "html/template.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;

constexpr std::size_t kMailsShownMax = 200;

Response asset_response(const html::Asset& asset, const Request& request) {
  auto data = asset.identity;
  std::string_view encoding;
  if (!asset.brotli.empty() && http::accepts_encoding(request, "br")) {
    data = asset.brotli;
    encoding = "br";
  } else if (!asset.gzip.empty() && http::accepts_encoding(request, "gzip")) {
    data = asset.gzip;
    encoding = "gzip";
  }
  auto response = Response::asset(asset.content_type, data, encoding, asset.etag);
  response.headers.set("Vary", "Accept-Encoding");
  response.headers.set("Cache-Control",
                       asset.immutable ? "public, max-age=31536000, immutable" : "public, max-age=300");
  // The heartbeat script is there for pages elsewhere too.
  if (!asset.immutable) response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return response;
}

Result<Response> serve_asset(const Request& request, std::string_view path) {
  const auto* asset = html::find_asset(path);
  if (asset == nullptr) return base::fail(Code::NotFound, "There is nothing at this address.");
  return asset_response(*asset, request);
}

/// The staff application is one page; what follows /staff/ is its own to read.
Result<Response> staff_shell(const Request& request) {
  const auto* shell = html::find_asset("staff.html");
  if (shell == nullptr) return base::fail(Code::NotFound, "The staff application is not built in.");
  auto response = asset_response(*shell, request);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<Response> start_page(House& house, const Request& request) {
  const auto language = page::choose_language(house.site, request);
  auto values = page::frame(house.site, language, house.options.organisation, "/");
  values.show(house.options.demo ? "demo" : "quiet");
  if (house.options.demo) {
    ASSIGN_OR_RETURN(const auto events, house.events->all());
    const auto now = house.clock->now();
    for (const auto& event : events) {
      const auto state = state_at(event, now);
      if (state == surfaces::events::State::Draft) continue;
      const bool ended = state == surfaces::events::State::Ended;
      values.add("event")
          .set("title", event.title)
          .set("when", texts::period(language, event.starts, event.ends, event.time_zone))
          .set("watch", fmt::format("/e/{}", event.slug))
          .set("organise", fmt::format("/staff/e/{}/{}", event.slug, ended ? "report" : "live"))
          .show(ended ? "ended" : "running");
    }
  }
  return page::answer(pages::start, language, values);
}

Result<Response> mail_list(House& house, const Request& request) {
  const auto language = page::choose_language(house.site, request);
  auto values = page::frame(house.site, language, texts::get(language, texts::Key::DemoMails), request.path);
  ASSIGN_OR_RETURN(const auto names, house.maildir->list());
  values.show("empty", names.empty());
  for (std::size_t i = 0; i < names.size() && i < kMailsShownMax; ++i) {
    const auto mail = house.maildir->read(names[i]);
    if (!mail) continue;
    values.add("mail")
        .set("url", fmt::format("/demo/mail/{}", names[i]))
        .set("subject", mail->message.subject)
        .set("to", mail->message.to.address)
        .set("date", mail->date);
  }
  return page::answer(pages::mails, language, values);
}

/// A mail's text, with its addresses made into links.
void show_text(html::Values& values, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto& shown = values.add("line");
    const auto link = std::min(line.find("http"), line.size());
    const auto link_end = std::min(line.find_first_of(" >)", link), line.size());
    shown.set("before", line.substr(0, link)).set("after", line.substr(link_end));
    if (link < line.size()) shown.add("link").set("url", line.substr(link, link_end - link));
  }
}

Result<Response> mail_page(House& house, const Request& request) {
  const auto language = page::choose_language(house.site, request);
  ASSIGN_OR_RETURN(const auto mail, house.maildir->read(request.parameter("mail")));
  auto values = page::frame(house.site, language, mail.message.subject, request.path);
  values.set("subject", mail.message.subject).set("to", mail.message.to.address).set("date", mail.date);
  show_text(values, mail.message.text);
  return page::answer(pages::mail, language, values);
}

/// A person at a browser reads a page, a program reads problem+json.
std::optional<Response> error_page(const House& house, const Request& request, const http::Problem& problem) {
  if (!http::accepts_html(request) || request.path.starts_with("/api/") || request.path.starts_with("/v1/"))
    return std::nullopt;
  const auto language = page::choose_language(house.site, request);
  const char* kind = problem.slug == "gone"  ? "gone"
                     : problem.status == 429 ? "too_many"
                     : problem.status >= 500 ? "unavailable"
                                             : "not_found";
  auto values =
      page::frame(house.site, language, texts::get(language, texts::Key::ProblemNotFoundTitle), request.path);
  values.show(kind);
  return page::answer(pages::problem, language, values, problem.status);
}

}  // namespace

void add_site(http::Router& router, House& house) {
  const auto with = [&house](Result<Response> (*handler)(House&, const Request&)) {
    return [&house, handler](Request& request) { return handler(house, request); };
  };
  router.get("/assets/{path...}", [](Request& request) {
    return serve_asset(request, fmt::format("assets/{}", request.parameter("path")));
  });
  router.get("/beacon.js", [](Request& request) { return serve_asset(request, "beacon.js"); });
  router.get("/staff", [](Request&) -> Result<Response> { return Response::redirect(308, "/staff/"); });
  router.get("/staff/", [](Request& request) { return staff_shell(request); });
  router.get("/staff/{path...}", [](Request& request) { return staff_shell(request); });
  router.get("/", with(start_page));
  if (house.options.demo && house.maildir) {
    router.get("/demo", [](Request&) -> Result<Response> { return Response::redirect(308, "/"); });
    router.get("/demo/mail", with(mail_list));
    router.get("/demo/mail/{mail}", with(mail_page));
  }
  router.set_error_page([&house](const Request& request, const http::Problem& problem) {
    return error_page(house, request, problem);
  });
}

}  // namespace app
