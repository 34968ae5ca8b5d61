#include "app/local_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

namespace app {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr long kConnectTimeoutSeconds = 10;
/// Copying the databases takes a while before the first byte comes; after that less than one byte a second
/// for so long is the end.
constexpr long kSilenceSeconds = 600;
constexpr std::size_t kReasonBytesMax = 8 * 1024;

struct Transfer {
  CURL* curl = nullptr;
  const TakePiece* take = nullptr;
  LocalAnswer answer = {};
  std::string reason = {};  // the body of an answer that is an error
  base::Result<void> outcome = {};
};

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  constexpr std::string_view kName = "hartslag-bytes:";
  auto& transfer = *static_cast<Transfer*>(user);
  std::string line(data, size * count);
  for (auto& c : line) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (line.starts_with(kName)) {
    const auto from = line.find_first_not_of(' ', kName.size());
    if (from != std::string::npos)
      std::from_chars(line.data() + from, line.data() + line.size(), transfer.answer.bytes_total);
  }
  return size * count;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view piece(data, size * count);
  long status = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300 || !*transfer.take) {
    transfer.reason.append(
        piece.substr(0, kReasonBytesMax - std::min(kReasonBytesMax, transfer.reason.size())));
    return piece.size();
  }
  transfer.outcome = (*transfer.take)(base::as_bytes(piece), transfer.answer);
  return transfer.outcome ? piece.size() : 0;
}

std::unexpected<base::Error> refused(long status, const std::string& reason) {
  const auto json = nlohmann::json::parse(reason, nullptr, false);
  const auto detail =
      json.is_object() ? json.value("detail", json.value("title", std::string{})) : std::string{};
  const auto code = status == 409 ? Code::Conflict : status == 403 ? Code::Denied : Code::Unavailable;
  return fail(code, fmt::format("the program refuses it ({}): {}", status, detail));
}

/// A GET without a body.
Result<void> transfer_locally(const std::string& origin, std::string_view path,
                              std::optional<std::string_view> body, const TakePiece& take) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return fail(Code::Internal, "libcurl does not begin");
  Transfer transfer{.curl = curl.get(), .take = &take};
  const auto url = fmt::format("{}{}", origin, path);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/octet-stream"), curl_slist_free_all);
  const auto set = [&](auto option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectTimeoutSeconds);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, kSilenceSeconds);
  if (body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    set(CURLOPT_POSTFIELDS, body->data());
    set(CURLOPT_HTTPHEADER, headers.get());
  }
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &transfer);
  const auto result = curl_easy_perform(curl.get());
  RETURN_IF_ERROR(transfer.outcome);
  if (result != CURLE_OK) {
    const bool nobody = result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST;
    return fail(Code::Unavailable,
                nobody ? fmt::format("nobody answers at {}", origin)
                       : fmt::format("the program's answer was cut off: {}", curl_easy_strerror(result)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300) return refused(status, transfer.reason);
  return {};
}

}  // namespace

Result<void> get_locally(const std::string& origin, std::string_view path, const TakePiece& take) {
  return transfer_locally(origin, path, std::nullopt, take);
}

Result<std::string> get_text_locally(const std::string& origin, std::string_view path,
                                     std::size_t bytes_max) {
  std::string answer;
  RETURN_IF_ERROR(get_locally(origin, path, [&](base::ByteView piece, const LocalAnswer&) -> Result<void> {
    answer += base::as_text(piece);
    if (answer.size() > bytes_max) return fail(Code::TooLarge, "the answer is longer than it can be");
    return {};
  }));
  return answer;
}

Result<void> post_locally(const std::string& origin, std::string_view path, std::string_view body,
                          const TakePiece& take) {
  return transfer_locally(origin, path, body, take);
}

}  // namespace app
