#include "rights/multipart.h"

#include <fmt/format.h>

namespace rights {
namespace {

using base::Code;
using base::Result;

Result<std::string_view> boundary_of(std::string_view content_type) {
  constexpr std::string_view kName = "boundary=";
  const auto at = content_type.find(kName);
  if (!content_type.starts_with("multipart/form-data") || at == std::string_view::npos)
    return base::fail(Code::Invalid, "The form is to be sent as multipart/form-data.");
  auto boundary = content_type.substr(at + kName.size());
  if (boundary.starts_with('"')) {
    boundary.remove_prefix(1);
    boundary = boundary.substr(0, boundary.find('"'));
  } else {
    boundary = boundary.substr(0, boundary.find_first_of("; \t"));
  }
  // RFC 2046 §5.1.1
  if (boundary.empty() || boundary.size() > 70)
    return base::fail(Code::Invalid, "The form's boundary has 1 to 70 characters.");
  return boundary;
}

}  // namespace

Result<std::string_view> first_file(std::string_view content_type, std::string_view body) {
  ASSIGN_OR_RETURN(const auto boundary, boundary_of(content_type));
  const auto first = fmt::format("--{}\r\n", boundary);
  const auto next = fmt::format("\r\n--{}", boundary);
  if (!body.starts_with(first))
    return base::fail(Code::Invalid, "The form does not begin with its boundary.");
  body.remove_prefix(first.size());
  while (true) {
    const auto head_end = body.find("\r\n\r\n");
    if (head_end == std::string_view::npos)
      return base::fail(Code::Invalid, "A part of the form has no end of its head.");
    const auto head = body.substr(0, head_end);
    auto content = body.substr(head_end + 4);
    // An empty part's delimiter follows its head at once.
    const auto end = body.find(next, head_end + 2);
    if (end == std::string_view::npos) return base::fail(Code::Invalid, "The form is cut off.");
    content = end < head_end + 4 ? std::string_view{} : body.substr(head_end + 4, end - head_end - 4);
    if (head.find("filename=") != std::string_view::npos) return content;
    body.remove_prefix(end + next.size());
    if (!body.starts_with("\r\n")) return std::string_view{};
    body.remove_prefix(2);
  }
}

}  // namespace rights
