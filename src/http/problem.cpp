#include "http/problem.h"

#include <array>
#include <nlohmann/json.hpp>

#include "http/percent.h"

namespace http {

namespace {

using base::Code;

struct Row {
  Code code;
  int status;
  std::string_view slug;
  std::string_view title;
};

// Gone is 403 and not 410: the contract of the beat tells a page whose session was withdrawn, anonymised or
// erased with 403 that it shall stop, and a code has one status.
constexpr std::array<Row, 13> kCodes{{
    {Code::Invalid, 400, "invalid", "The request is malformed"},
    {Code::Unauthenticated, 401, "unauthenticated", "Sign in first"},
    {Code::Denied, 403, "denied", "Not allowed"},
    {Code::StepUp, 403, "step-up", "Show your second factor again"},
    {Code::Acknowledge, 403, "acknowledge", "There is something to acknowledge first"},
    {Code::NotFound, 404, "not-found", "Nothing is here"},
    {Code::Conflict, 409, "conflict", "The present state does not admit this"},
    {Code::Gone, 403, "gone", "Withdrawn, anonymised or erased"},
    {Code::TooLarge, 413, "too-large", "Too large"},
    {Code::TooMany, 429, "too-many", "Too many requests"},
    {Code::Unavailable, 503, "unavailable", "Not available at the moment"},
    {Code::Corrupt, 500, "corrupt", "Stored data is damaged"},
    {Code::Internal, 500, "internal", "Internal error"},
}};

constexpr std::array<ProblemKind, 10> kStatuses{{
    {"method-not-allowed", 405, "This method is not allowed here"},
    {"not-acceptable", 406, "Not available in an acceptable form"},
    {"timeout", 408, "The request took too long to arrive"},
    {"precondition-failed", 412, "A precondition does not hold"},
    {"unsupported-media-type", 415, "Content of this type is not taken"},
    {"range-not-satisfiable", 416, "The range lies outside"},
    {"upgrade-required", 426, "This address speaks WebSocket"},
    {"header-too-large", 431, "The header fields are too large"},
    {"not-implemented", 501, "Not implemented"},
    {"version-not-supported", 505, "This version of HTTP is not supported"},
}};

const Row& row_of(Code code) {
  for (const auto& row : kCodes)
    if (row.code == code) return row;
  return kCodes.back();
}

}  // namespace

std::string pointer_to(std::initializer_list<std::string_view> members) {
  std::string pointer = "#";
  for (const auto member : members) {
    std::string escaped;
    for (const char c : member) {
      if (c == '~') {
        escaped += "~0";
      } else if (c == '/') {
        escaped += "~1";
      } else {
        escaped += c;
      }
    }
    pointer += '/' + percent_encode(escaped);
  }
  return pointer;
}

int status_of(Code code) { return row_of(code).status; }
std::string_view slug_of(Code code) { return row_of(code).slug; }

Problem to_problem(const base::Error& error, int retry_after_s) {
  const auto& row = row_of(error.code);
  Problem problem{row.status, row.slug, row.title, {}, {}, std::nullopt};
  if (error.code != Code::Internal && error.code != Code::Corrupt) problem.detail = error.message;
  if (error.code == Code::TooMany || error.code == Code::Unavailable) problem.retry_after_s = retry_after_s;
  return problem;
}

Problem problem_of_status(int status, std::string detail) {
  for (const auto& kind : kStatuses)
    if (kind.status == status) return {status, kind.slug, kind.title, std::move(detail), {}, std::nullopt};
  return {};
}

Response to_response(const Problem& problem) {
  nlohmann::ordered_json json{{"type", "/problems/" + std::string{problem.slug}},
                              {"title", problem.title},
                              {"status", problem.status}};
  if (!problem.detail.empty()) json["detail"] = problem.detail;
  for (const auto& error : problem.errors)
    json["errors"].push_back({{"detail", error.detail}, {"pointer", error.pointer}});
  // A detail may quote what somebody sent, which need not be UTF-8.
  auto text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  auto response = Response::bytes("application/problem+json", std::move(text), problem.status);
  if (problem.retry_after_s) response.headers.add("Retry-After", std::to_string(*problem.retry_after_s));
  return response;
}

Response to_response(const base::Error& error) { return to_response(to_problem(error)); }

std::vector<ProblemKind> problem_kinds() {
  std::vector<ProblemKind> kinds;
  for (const auto& row : kCodes) kinds.push_back({row.slug, row.status, row.title});
  kinds.insert(kinds.end(), kStatuses.begin(), kStatuses.end());
  return kinds;
}

}  // namespace http
