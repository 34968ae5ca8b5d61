// Everything that reads small texts from outside: forms, queries, cookies, percent-encoding, ranges, paths,
// forwarded addresses, dates, JSON, preferences. The first byte chooses which.
#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "http/address.h"
#include "http/cookie.h"
#include "http/date.h"
#include "http/form.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "http/percent.h"
#include "http/range.h"
#include "http/router.h"
#include "http/security.h"

namespace {

using namespace http;

const Router& router() {
  static const Router kRouter = [] {
    Router built;
    for (const auto* pattern :
         {"/", "/a/{n:number}", "/a/{s:slug}/b", "/a/{x}/{y}", "/s/{i:id}", "/f/{p...}"})
      built.get(pattern, {});
    return built;
  }();
  return kRouter;
}

void check_range(std::string_view text) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, UINT64_MAX}) {
    const auto range = parse_range(text, size);
    CHECK(range.size <= size && range.first <= size - range.size);
  }
}

void check_forwarded(std::string_view text) {
  const Networks trusted{*Network::parse("10.0.0.0/8")};
  Headers headers;
  headers.add("x-forwarded-for", text);
  headers.add("x-forwarded-host", text);
  const auto peer = *parse_address("10.0.0.1");
  (void)read_forwarded(headers, peer, trusted);
  CHECK(read_forwarded(headers, *parse_address("192.0.2.1"), trusted).client == *parse_address("192.0.2.1"));
  (void)Network::parse(text);
}

void check_target(std::string_view text) {
  Request request;
  if (!parse_target(text, request)) return;
  CHECK(is_utf8(request.path) && request.path.starts_with('/'));
  CHECK((request.path + "/").find("/../") == std::string::npos);
  (void)router().find(Method::Get, request.path, false, request.parameters);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 9) {
    case 0:
      if (const auto form = parse_form(text))
        CHECK(parse_form(write_form(*form))->fields() == form->fields());
      break;
    case 1:
      if (const auto decoded = percent_decode(text))
        CHECK(*percent_decode(percent_encode(*decoded)) == *decoded);
      break;
    case 2: (void)find_cookie(text, "a"); break;
    case 3: check_range(text); break;
    case 4: check_target(text); break;
    case 5: check_forwarded(text); break;
    case 6:
      if (const auto date = parse_date(text)) (void)write_date(*date);
      break;
    case 7: (void)read_json_object(text); break;
    default: (void)negotiate_language(text, base::Language::Nl);
  }
  return 0;
}
