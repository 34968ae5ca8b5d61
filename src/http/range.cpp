#include "http/range.h"

#include "http/date.h"
#include "http/problem.h"
#include "http/token.h"

namespace http {

namespace {

/// Strong comparison for If-Match and If-Range, weak for If-None-Match (RFC 9110 §8.8.3.2).
enum class Compare { Strong, Weak };

bool same_tag(std::string_view a, std::string_view b, Compare compare) {
  const bool weak = a.starts_with("W/") || b.starts_with("W/");
  if (weak && compare == Compare::Strong) return false;
  if (a.starts_with("W/")) a.remove_prefix(2);
  if (b.starts_with("W/")) b.remove_prefix(2);
  return !a.empty() && a == b;
}

/// Entity tags hold no commas here, since ours do not; a foreign one with a comma matches nothing.
bool lists_tag(std::string_view list, std::string_view tag, Compare compare) {
  if (trim(list) == "*") return true;
  while (!list.empty())
    if (same_tag(take_until(list, ','), tag, compare)) return true;
  return false;
}

/// 304, 412, or 200 to go on (RFC 9110 §13.2.2).
int status_by_conditions(const Request& request, const Response& response) {
  const auto tag = response.headers.get("etag").value_or("");
  const auto modified = response.headers.get("last-modified");
  if (const auto match = request.header("if-match")) {
    if (!lists_tag(*match, tag, Compare::Strong)) return 412;
  } else if (const auto since = request.header("if-unmodified-since"); since && modified) {
    const auto limit = parse_date(*since);
    const auto at = parse_date(*modified);
    if (limit && at && *at > *limit) return 412;
  }
  if (const auto none_match = request.header("if-none-match")) {
    if (lists_tag(*none_match, tag, Compare::Weak) && (!tag.empty() || trim(*none_match) == "*")) return 304;
  } else if (const auto since = request.header("if-modified-since"); since && modified) {
    const auto limit = parse_date(*since);
    const auto at = parse_date(*modified);
    if (limit && at && *at <= *limit) return 304;
  }
  return 200;
}

bool range_still_applies(const Request& request, const Response& response) {
  const auto condition = request.header("if-range");
  if (!condition) return true;
  if (condition->starts_with('"') || condition->starts_with("W/"))
    return same_tag(*condition, response.headers.get("etag").value_or(""), Compare::Strong);
  const auto modified = response.headers.get("last-modified");
  return modified && *modified == *condition && parse_date(*condition).has_value();
}

Extent whole(const Response& response) {
  if (const auto* source = std::get_if<Source>(&response.body)) return {0, source->size, true};
  if (std::holds_alternative<Pull>(response.body)) return {0, 0, false};
  return {0, response.body_text().size(), true};
}

}  // namespace

ByteRange parse_range(std::string_view header, std::uint64_t size) {
  const ByteRange everything{ByteRange::Kind::Whole, 0, size};
  if (!equal_ignoring_case(header.substr(0, 6), "bytes=")) return everything;
  const auto range = trim(header.substr(6));
  const auto dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return everything;
  const auto first_text = range.substr(0, dash);
  const auto last_text = range.substr(dash + 1);
  if (first_text.empty()) {
    const auto suffix = parse_decimal(last_text);
    if (!suffix) return everything;
    if (*suffix == 0 || size == 0) return {ByteRange::Kind::Unsatisfiable, 0, 0};
    const auto count = std::min(*suffix, size);
    return {ByteRange::Kind::Part, size - count, count};
  }
  const auto first = parse_decimal(first_text);
  const auto last = last_text.empty() ? std::optional<std::uint64_t>{UINT64_MAX} : parse_decimal(last_text);
  if (!first || !last || *last < *first) return everything;
  if (*first >= size) return {ByteRange::Kind::Unsatisfiable, 0, 0};
  return {ByteRange::Kind::Part, *first, std::min(*last, size - 1) - *first + 1};
}

Extent apply_conditions(const Request& request, Response& response) {
  auto extent = whole(response);
  const bool reads = request.method == Method::Get || request.method == Method::Head;
  if (!reads || response.status != 200) return extent;

  const int status = status_by_conditions(request, response);
  if (status == 304) {
    response.status = 304;
    response.body = std::string{};
    response.headers.remove("content-type");
    return {};
  }
  if (status == 412) {
    response = to_response(problem_of_status(412));
    return whole(response);
  }
  if (!std::holds_alternative<Source>(response.body)) return extent;

  response.headers.set("Accept-Ranges", "bytes");
  const auto header = request.header("range");
  if (!header || request.method != Method::Get || !range_still_applies(request, response)) return extent;
  const auto range = parse_range(*header, extent.size);
  if (range.kind == ByteRange::Kind::Part) {
    response.status = 206;
    response.headers.set("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                              std::to_string(range.first + range.size - 1) + "/" +
                                              std::to_string(extent.size));
    return {range.first, range.size, true};
  }
  if (range.kind == ByteRange::Kind::Unsatisfiable) {
    const auto size = extent.size;
    response = to_response(problem_of_status(416));
    response.headers.add("Content-Range", "bytes */" + std::to_string(size));
    return whole(response);
  }
  return extent;
}

}  // namespace http
