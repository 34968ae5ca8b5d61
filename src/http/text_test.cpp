// Tables for everything that reads or writes small texts.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/address.h"
#include "http/cookie.h"
#include "http/date.h"
#include "http/form.h"
#include "http/json_body.h"
#include "http/limits.h"
#include "http/negotiate.h"
#include "http/percent.h"
#include "http/problem.h"
#include "http/range.h"
#include "http/request.h"
#include "http/security.h"

namespace http {
namespace {

using namespace std::string_literals;

TEST(Percent, decodes_strictly) {
  struct Row {
    std::string in;
    std::optional<std::string> out;
  };
  const Row rows[] = {{"", ""},          {"a%20b", "a b"},     {"%c3%A9", "é"},    {"a+b", "a+b"},
                      {"%", {}},         {"%2", {}},           {"%2x", {}},        {"%zz", {}},
                      {"%00", {}},       {"%7f", {}},          {"%ff", {}},        {"%c0%af", {}},
                      {"%ed%a0%80", {}}, {"%f4%90%80%80", {}}, {"%0a", "\n"},      {"%f0%9f%98%80", "😀"},
                      {"%1b", {}},       {"%e2%82", {}},       {"100%25", "100%"}, {"%25", "%"}};
  for (const auto& row : rows) {
    const auto decoded = percent_decode(row.in);
    EXPECT_EQ(decoded.has_value(), row.out.has_value()) << row.in;
    if (decoded && row.out) EXPECT_EQ(*decoded, *row.out) << row.in;
  }
  EXPECT_EQ(percent_decode("a+b%2B", Plus::IsSpace).value(), "a b+");
  EXPECT_EQ(percent_encode("a b/é~"), "a%20b%2F%C3%A9~");
}

TEST(JsonBody, is_an_object_and_no_deeper_than_a_stack_bears) {
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth - 1, '[') + "1" + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(read_json_object(nested(kJsonDepthMax)));
  EXPECT_FALSE(read_json_object(nested(kJsonDepthMax + 1)));
  EXPECT_EQ(read_json_object(nested(500'000)).error().code, base::Code::Invalid);
  EXPECT_EQ(read_json_object(nested(kJsonDepthMax).substr(0, 80)).error().code, base::Code::Invalid);
  // Brackets in a text, and behind what is closed again, nest nothing.
  EXPECT_TRUE(read_json_object(R"({"a":"\\\"[[{{","b":")" + std::string(1'000, '[') + R"("})"));
  std::string many = R"({"a":[)";
  for (int i = 0; i < 1'000; ++i) many += "[],{},";
  EXPECT_TRUE(read_json_object(many + "1]}"));
  for (const auto* text : {"", "1", "[]", "null", "{", R"({"a":})", "{} {}", "\xff"})
    EXPECT_EQ(read_json_object(text).error().code, base::Code::Invalid) << text;
}

TEST(Form, parses_and_writes) {
  const auto form = parse_form("a=1&b=x+y&a=2&empty=&flag&=v&&c=%26").value();
  EXPECT_EQ(form.get("a"), "1");
  EXPECT_EQ(form.all("a"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(form.text("b"), "x y");
  EXPECT_EQ(form.get("empty"), "");
  EXPECT_EQ(form.get("flag"), "");
  EXPECT_EQ(form.get(""), "v");
  EXPECT_EQ(form.get("c"), "&");
  EXPECT_FALSE(form.has("d"));
  EXPECT_EQ(write_form(parse_form("a=x+y&b=%26").value()), "a=x%20y&b=%26");
  EXPECT_EQ(parse_form("a=%").error().code, base::Code::Invalid);
}

TEST(Form, takes_fields_up_to_the_limit) {
  std::string text;
  for (std::size_t i = 0; i < kFormFieldsMax; ++i) text += "a=1&";
  EXPECT_EQ(parse_form(text).value().fields().size(), kFormFieldsMax);
  EXPECT_EQ(parse_form(text + "a=1").error().code, base::Code::TooLarge);
}

TEST(Form, wants_its_content_type) {
  auto request = make_request(Method::Post, "/", "a=1").value();
  EXPECT_EQ(parse_form(request).error().code, base::Code::Invalid);
  request.headers.add("content-type", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
  EXPECT_EQ(parse_form(request).value().text("a"), "1");
}

TEST(Cookie, is_found) {
  EXPECT_EQ(find_cookie("a=1; b=2", "b"), "2");
  EXPECT_EQ(find_cookie("a=1;b=\"2\"", "b"), "2");
  EXPECT_EQ(find_cookie("a=1; a=2", "a"), "1");
  EXPECT_EQ(find_cookie("ab=1", "a"), std::nullopt);
  EXPECT_EQ(find_cookie("a", "a"), std::nullopt);
  EXPECT_EQ(find_cookie("a=b=c", "a"), "b=c");
  EXPECT_EQ(find_cookie("", "a"), std::nullopt);
  std::string many;
  for (std::size_t i = 0; i + 1 < kCookiesMax; ++i) many += "x=1; ";
  EXPECT_EQ(find_cookie(many + "a=1", "a"), "1");
  EXPECT_EQ(find_cookie(many + "x=1; a=1", "a"), std::nullopt);
}

TEST(Cookie, is_written_by_the_rules_of_its_prefix) {
  EXPECT_EQ(write_cookie({.name = "__Host-sid", .value = "abc"}).value(),
            "__Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
  EXPECT_EQ(write_cookie({.name = "a",
                          .value = "1",
                          .path = "/x",
                          .domain = "example.org",
                          .max_age = std::chrono::seconds{0},
                          .secure = false,
                          .http_only = false,
                          .same_site = SameSite::Lax})
                .value(),
            "a=1; Path=/x; Domain=example.org; Max-Age=0; SameSite=Lax");
  const Cookie refused[] = {
      {.name = "", .value = "1"},
      {.name = "a b", .value = "1"},
      {.name = "a", .value = "1;2"},
      {.name = "a", .value = "é"},
      {.name = "a", .value = "1", .path = "x"},
      {.name = "a", .value = "1", .path = "/;"},
      {.name = "a", .value = "1", .domain = "x\r\ny"},
      {.name = "__Host-a", .value = "1", .secure = false},
      {.name = "__Host-a", .value = "1", .domain = "example.org"},
      {.name = "__Host-a", .value = "1", .path = "/x"},
      {.name = "__Secure-a", .value = "1", .secure = false},
      {.name = "a", .value = "1", .secure = false, .same_site = SameSite::None},
  };
  for (const auto& cookie : refused) EXPECT_FALSE(write_cookie(cookie)) << cookie.name << cookie.value;
}

TEST(Address, reads_writes_and_compares) {
  for (const auto* text : {"127.0.0.1", "192.0.2.1", "::1", "2001:db8::1"})
    EXPECT_EQ(to_text(parse_address(text).value()), text);
  for (const auto* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "::g", "1.2.3.4:5", "[::1]", "fe80::1%eth0"})
    EXPECT_FALSE(parse_address(text)) << text;
  EXPECT_EQ(parse_address("::ffff:192.0.2.1"), parse_address("192.0.2.1"));
  EXPECT_TRUE(parse_address("127.9.9.9")->is_loopback());
  EXPECT_TRUE(parse_address("::1")->is_loopback());
  EXPECT_FALSE(parse_address("::2")->is_loopback());
  EXPECT_FALSE(parse_address("128.0.0.1")->is_loopback());
}

TEST(Network, contains_what_its_prefix_says) {
  const auto in = [](std::string_view network, std::string_view address) {
    return Network::parse(network).value().contains(parse_address(address).value());
  };
  EXPECT_TRUE(in("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(in("192.0.2.128/25", "192.0.2.255"));
  EXPECT_FALSE(in("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(in("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(in("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(in("0.0.0.0/0", "192.0.2.2"));
  EXPECT_FALSE(in("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  for (const auto* text : {"", "x", "10.0.0.0/33", "10.0.0.1/8", "::/129", "10.0.0.0/", "10.0.0.0/-1"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(Forwarded, believes_trusted_proxies_alone) {
  const Networks trusted{Network::parse("10.0.0.0/8").value(), Network::parse("127.0.0.1").value()};
  struct Row {
    const char* peer;
    std::vector<const char*> fields;
    const char* client;
  };
  const Row rows[] = {
      {"192.0.2.9", {"198.51.100.1"}, "192.0.2.9"},                    // the peer is nobody we trust
      {"10.0.0.1", {}, "10.0.0.1"},                                    // it asks for itself
      {"10.0.0.1", {"198.51.100.1"}, "198.51.100.1"},                  //
      {"10.0.0.1", {"203.0.113.7, 198.51.100.1"}, "198.51.100.1"},     // the left one is the client's word
      {"10.0.0.1", {"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},        // two proxies
      {"10.0.0.1", {"198.51.100.1", "10.0.0.2"}, "198.51.100.1"},      // in two fields
      {"10.0.0.1", {"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},                // all trusted: the leftmost
      {"10.0.0.1", {"198.51.100.1, nonsense"}, "10.0.0.1"},            // an end that is no address
      {"10.0.0.1", {"198.51.100.1, nonsense, 10.0.0.2"}, "10.0.0.2"},  //
      {"10.0.0.1", {"198.51.100.1:4711"}, "198.51.100.1"},             // with a port
      {"10.0.0.1", {"[2001:db8::1]:4711"}, "2001:db8::1"},             //
      {"10.0.0.1", {"2001:db8::1"}, "2001:db8::1"},                    //
      {"10.0.0.1", {""}, "10.0.0.1"},
  };
  for (const auto& row : rows) {
    Headers headers;
    for (const auto* field : row.fields) headers.add("X-Forwarded-For", field);
    EXPECT_EQ(to_text(read_forwarded(headers, parse_address(row.peer).value(), trusted).client), row.client);
  }
  Headers headers;
  headers.add("X-Forwarded-Proto", "http, https");
  headers.add("X-Forwarded-Host", "a.example, b.example");
  const auto believed = read_forwarded(headers, parse_address("10.0.0.1").value(), trusted);
  EXPECT_EQ(believed.secure, true);
  EXPECT_EQ(believed.host, "b.example");
  const auto stranger = read_forwarded(headers, parse_address("192.0.2.1").value(), trusted);
  EXPECT_EQ(stranger.secure, std::nullopt);
  EXPECT_EQ(stranger.host, "");
}

TEST(Forwarded, looks_at_so_many_entries) {
  const Networks trusted{Network::parse("10.0.0.0/8").value()};
  const auto client_behind = [&](std::size_t proxies) {
    std::string list = "198.51.100.1";
    for (std::size_t i = 0; i < proxies; ++i) list += ", 10.0.0.2";
    Headers headers;
    headers.add("x-forwarded-for", list);
    return to_text(read_forwarded(headers, parse_address("10.0.0.1").value(), trusted).client);
  };
  EXPECT_EQ(client_behind(kForwardedMax - 1), "198.51.100.1");
  EXPECT_EQ(client_behind(kForwardedMax), "10.0.0.2");
}

TEST(Negotiate, chooses_a_language) {
  using base::Language;
  struct Row {
    const char* header;
    Language language;
  };
  const Row rows[] = {{"", Language::Nl},
                      {"fr", Language::Fr},
                      {"FR-be", Language::Fr},
                      {"es, en;q=0.5", Language::En},
                      {"en;q=0.5, de;q=0.7", Language::De},
                      {"en, de", Language::En},
                      {"fr;q=0, en;q=0.1", Language::En},
                      {"*", Language::Nl},
                      {"fr;q=2, de;q=x", Language::Nl},
                      {"fro, french", Language::Nl},
                      {"de;q=0.999,fr;q=1.000", Language::Fr}};
  for (const auto& row : rows)
    EXPECT_EQ(negotiate_language(row.header, Language::Nl), row.language) << row.header;
}

TEST(Negotiate, knows_encodings_and_pages) {
  auto request = make_request(Method::Get, "/").value();
  EXPECT_FALSE(accepts_encoding(request, "br"));
  EXPECT_FALSE(accepts_html(request));
  request.headers.add("Accept-Encoding", "gzip, br;q=0");
  request.headers.add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
  EXPECT_TRUE(accepts_encoding(request, "gzip"));
  EXPECT_FALSE(accepts_encoding(request, "br"));
  EXPECT_TRUE(accepts_html(request));
}

TEST(Date, goes_both_ways) {
  const auto at = base::parse_rfc3339("2026-11-22T14:00:00.999Z").value();
  EXPECT_EQ(write_date(at), "Sun, 22 Nov 2026 14:00:00 GMT");
  EXPECT_EQ(parse_date("Sun, 22 Nov 2026 14:00:00 GMT"), std::chrono::floor<std::chrono::seconds>(at));
  for (const auto* text :
       {"", "Mon, 22 Nov 2026 14:00:00 GMT", "Sun, 31 Feb 2026 14:00:00 GMT", "Sun, 22 Nov 2026 24:00:00 GMT",
        "Sunday, 22-Nov-26 14:00:00 GMT", "Sun, 22 nov 2026 14:00:00 GMT", "Sun, 22 Nov 2026 14:00:00 CET"})
    EXPECT_FALSE(parse_date(text)) << text;
}

TEST(Range, reads_one_range) {
  using Kind = ByteRange::Kind;
  struct Row {
    const char* header;
    std::uint64_t size;
    Kind kind;
    std::uint64_t first, count;
  };
  const Row rows[] = {
      {"bytes=0-0", 10, Kind::Part, 0, 1},          {"bytes=2-", 10, Kind::Part, 2, 8},
      {"bytes=-3", 10, Kind::Part, 7, 3},           {"bytes=-30", 10, Kind::Part, 0, 10},
      {"bytes=5-99", 10, Kind::Part, 5, 5},         {"Bytes=9-9", 10, Kind::Part, 9, 1},
      {"bytes=10-", 10, Kind::Unsatisfiable, 0, 0}, {"bytes=-0", 10, Kind::Unsatisfiable, 0, 0},
      {"bytes=0-", 0, Kind::Unsatisfiable, 0, 0},   {"bytes=5-4", 10, Kind::Whole, 0, 10},
      {"bytes=0-1,3-4", 10, Kind::Whole, 0, 10},    {"bytes=", 10, Kind::Whole, 0, 10},
      {"bytes=-", 10, Kind::Whole, 0, 10},          {"bytes=a-b", 10, Kind::Whole, 0, 10},
      {"lines=0-1", 10, Kind::Whole, 0, 10},        {"bytes=0-18446744073709551616", 10, Kind::Whole, 0, 10}};
  for (const auto& row : rows) {
    const auto range = parse_range(row.header, row.size);
    EXPECT_EQ(range.kind, row.kind) << row.header;
    EXPECT_EQ(range.first, row.first) << row.header;
    EXPECT_EQ(range.size, row.count) << row.header;
  }
}

TEST(Conditions, decide_between_answers) {
  struct Row {
    const char* name;
    const char* value;
    int status;
  };
  const Row rows[] = {{"If-None-Match", "\"x\"", 304},
                      {"If-None-Match", "W/\"x\"", 304},
                      {"If-None-Match", "\"y\", \"x\"", 304},
                      {"If-None-Match", "*", 304},
                      {"If-None-Match", "\"y\"", 200},
                      {"If-Match", "\"x\"", 200},
                      {"If-Match", "W/\"x\"", 412},
                      {"If-Match", "\"y\"", 412},
                      {"If-Modified-Since", "Sun, 22 Nov 2026 14:00:00 GMT", 304},
                      {"If-Modified-Since", "Sun, 22 Nov 2026 13:59:59 GMT", 200},
                      {"If-Modified-Since", "yesterday", 200},
                      {"If-Unmodified-Since", "Sun, 22 Nov 2026 13:59:59 GMT", 412},
                      {"If-Unmodified-Since", "Sun, 22 Nov 2026 14:00:00 GMT", 200}};
  for (const auto& row : rows) {
    auto request = make_request(Method::Get, "/").value();
    request.headers.add(row.name, row.value);
    auto response =
        Response::text("hello").with("ETag", "\"x\"").with("Last-Modified", "Sun, 22 Nov 2026 14:00:00 GMT");
    apply_conditions(request, response);
    EXPECT_EQ(response.status, row.status) << row.name << " " << row.value;
  }
}

TEST(Target, is_taken_apart_or_refused) {
  const auto request = make_request(Method::Get, "/a%20b/%c3%a9?q=x+y&z").value();
  EXPECT_EQ(request.path, "/a b/é");
  EXPECT_EQ(request.query.text("q"), "x y");
  for (const auto* target : {"", "a", "*", "/a%2Fb", "/a%2fb", "/a\\b", "/%5c", "/../x", "/a/./b", "/a/..",
                             "/%2e%2e/x", "/a%00", "/a%0a", "/a#b", "/a b", "/%ff", "/?a=%", "/%"})
    EXPECT_FALSE(make_request(Method::Get, target)) << target;
  EXPECT_TRUE(make_request(Method::Get, "/...a/.b/c."));
}

TEST(SameSite, follows_the_table) {
  struct Row {
    const char* fetch_site;
    const char* origin;
    bool secure;
    bool same;
  };
  const Row rows[] = {{"same-origin", nullptr, true, true},
                      {"none", nullptr, true, true},
                      {"same-site", nullptr, true, false},
                      {"cross-site", nullptr, true, false},
                      {"cross-site", "https://app.example", true, false},  // the stricter one decides
                      {"nonsense", nullptr, true, false},
                      {nullptr, "https://app.example", true, true},
                      {nullptr, "https://APP.example:443", true, true},
                      {nullptr, "http://app.example", true, false},
                      {nullptr, "http://app.example", false, true},
                      {nullptr, "https://app.example:8443", true, false},
                      {nullptr, "https://evil.example", true, false},
                      {nullptr, "https://app.example.evil.example", true, false},
                      {nullptr, "null", true, false},
                      {nullptr, "", true, false},
                      {nullptr, nullptr, true, false}};
  for (const auto& row : rows) {
    auto request = make_request(Method::Post, "/").value();
    request.host = "app.example";
    request.secure = row.secure;
    if (row.fetch_site != nullptr) request.headers.add("Sec-Fetch-Site", row.fetch_site);
    if (row.origin != nullptr) request.headers.add("Origin", row.origin);
    EXPECT_EQ(is_same_site(request), row.same)
        << (row.fetch_site ? row.fetch_site : "-") << " " << (row.origin ? row.origin : "-");
  }
}

TEST(Origins, are_allowed_by_name) {
  const std::vector<std::string> allowed{"https://shop.example"};
  auto request = make_request(Method::Options, "/").value();
  EXPECT_EQ(preflight(request, allowed, "POST", "content-type").status, 403);
  request.headers.add("Origin", "https://shop.example");
  const auto yes = preflight(request, allowed, "POST", "content-type");
  EXPECT_EQ(yes.status, 204);
  EXPECT_EQ(yes.headers.get("access-control-allow-origin"), "https://shop.example");
  EXPECT_EQ(yes.headers.get("access-control-allow-methods"), "POST");
  EXPECT_EQ(yes.headers.get("cross-origin-resource-policy"), "cross-origin");
  request.headers.set("Origin", "https://shop.example.evil.example");
  const auto no = preflight(request, allowed, "POST", "");
  EXPECT_EQ(no.status, 403);
  EXPECT_EQ(no.headers.get("vary"), "Origin");
  EXPECT_FALSE(no.headers.has("access-control-allow-origin"));
}

TEST(PagePolicy, admits_more_where_asked) {
  const PolicySource more[] = {
      {"media-src", "https://video.example"}, {"frame-src", "'self'"}, {"frame-ancestors", "'self'"}};
  const auto policy = page_policy("abc", more);
  EXPECT_NE(policy.find("default-src 'none';"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'self' 'nonce-abc';"), std::string::npos);
  EXPECT_NE(policy.find("media-src 'self' https://video.example;"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'self'"), std::string::npos);
  EXPECT_NE(policy.find("; frame-src 'self'"), std::string::npos);
  EXPECT_EQ(page_policy("").find("nonce"), std::string::npos);
}

TEST(Problem, has_its_shape) {
  auto problem = to_problem({base::Code::Invalid, "two things are wrong"});
  problem.errors = {{pointer_to({"name"}), "is missing"}, {pointer_to({"b", "0"}), "is \"odd\""}};
  const auto response = to_response(problem);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.get("content-type"), "application/problem+json");
  EXPECT_EQ(response.body_text(),
            R"({"type":"/problems/invalid","title":"The request is malformed","status":400,)"
            R"("detail":"two things are wrong","errors":[{"detail":"is missing","pointer":"#/name"},)"
            R"({"detail":"is \"odd\"","pointer":"#/b/0"}]})");
  EXPECT_EQ(pointer_to({"a/b~c", "d e"}), "#/a~1b~0c/d%20e");
  EXPECT_EQ(to_response(base::Error{base::Code::TooMany, "x"}).headers.get("retry-after"), "5");
  EXPECT_EQ(to_response(base::Error{base::Code::Unavailable, "x"}).status, 503);
  // What is for the operator stays inside.
  EXPECT_EQ(to_response(base::Error{base::Code::Internal, "secret"}).body_text().find("secret"),
            std::string::npos);
  EXPECT_EQ(to_response(base::Error{base::Code::Corrupt, "secret"}).body_text().find("secret"),
            std::string::npos);
  for (const auto& kind : problem_kinds()) EXPECT_NE(reason_phrase(kind.status), "Unknown") << kind.slug;
}

TEST(Headers, keep_line_ends_out_and_compare_without_case) {
  Headers headers;
  headers.add("X-A", "1\r\nSet-Cookie: b=2");
  EXPECT_EQ(headers.get("x-a"), "1  Set-Cookie: b=2");
  headers.add("x-a", "2");
  headers.set("X-A", headers.get("x-a").value());
  EXPECT_EQ(headers.size(), 1u);
  headers.add("Connection", "keep-alive, Upgrade");
  EXPECT_TRUE(headers.has_token("connection", "upgrade"));
  EXPECT_FALSE(headers.has_token("connection", "grade"));
  headers.remove("x-A");
  EXPECT_FALSE(headers.has("X-A"));
}

TEST(Download, names_its_file) {
  EXPECT_EQ(Response::text("").as_download("a.csv").headers.get("content-disposition"),
            "attachment; filename=\"a.csv\"");
  EXPECT_EQ(Response::text("").as_download("é\".csv").headers.get("content-disposition"),
            "attachment; filename=\"___.csv\"; filename*=UTF-8''%C3%A9%22.csv");
}

}  // namespace
}  // namespace http
