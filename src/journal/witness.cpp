#include "journal/witness.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "journal/limits.h"
#include "journal/queries.h"

namespace journal {

using base::Code;
using base::fail;
using base::Result;

namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

bool is_loopback(std::string_view host) {
  const auto name = host.substr(0, host.find_first_of(":/"));
  return name == "localhost" || host.starts_with("[::1]") ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos);
}

struct Answer {
  long status = 0;
  std::string body;
};

std::size_t take_body(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = static_cast<Answer*>(user)->body;
  const auto length = size * count;
  // A short count ends the transfer.
  if (body.size() + length > kWitnessAnswerBytesMax) return 0;
  body.append(data, length);
  return length;
}

Result<Answer> post_text(const std::string& url, const std::string& text) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const std::unique_ptr<CURL, FreeHandle> curl{ready ? curl_easy_init() : nullptr};
  if (!curl) return fail(Code::Unavailable, "no memory to ask the witness");
  const std::unique_ptr<curl_slist, FreeList> headers{
      curl_slist_append(nullptr, "Content-Type: text/plain; charset=utf-8")};
  Answer answer;
  const auto set = [&](auto option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, static_cast<long>(kWitnessTimeout.count()));
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDS, text.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(text.size()));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &answer);
  const auto result = curl_easy_perform(curl.get());
  if (result != CURLE_OK)
    return fail(Code::Unavailable,
                fmt::format("the witness cannot be asked: {}", curl_easy_strerror(result)));
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

/// Lines that are signature lines, one and more.
bool are_signatures(std::string_view lines) {
  if (lines.empty() || !lines.ends_with('\n')) return false;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    const auto line = parse_signature_line(lines.substr(0, end));
    if (!line || to_line(*line) != lines.substr(0, end + 1)) return false;
    lines.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace

Result<void> check_witness_url(std::string_view url) {
  const auto rest = url.substr(std::min(url.find("://"), url.size()));
  const auto host = rest.substr(std::min<std::size_t>(3, rest.size()));
  const bool is_clean =
      url.find_first_of(" \t\r\n\"<>\\#?@") == std::string_view::npos && !url.ends_with('/');
  const bool is_secure = url.starts_with("https://") || (url.starts_with("http://") && is_loopback(host));
  if (!is_secure || !is_clean || host.empty() || host.starts_with('/'))
    return fail(Code::Invalid, "a witness is https://host/path, without a slash at its end");
  return {};
}

Result<WitnessRequest> witness_request(const Publisher& publisher, std::uint64_t old_size) {
  const auto note = publisher.checkpoint_note();
  ASSIGN_OR_RETURN(const auto checkpoint, open_checkpoint(note, publisher.verifier_key()));
  ASSIGN_OR_RETURN(const auto proof, publisher.prove_consistency(old_size, checkpoint.size));
  auto text = fmt::format("old {}\n", old_size);
  for (const auto& hash : proof) text += base::to_base64(hash) + '\n';
  return WitnessRequest{.text = text + '\n' + note, .size = checkpoint.size};
}

Witness::Witness(sql::Database& control, const Publisher& publisher, std::string url)
    : control_(control), publisher_(publisher), url_(std::move(url)) {}

Result<void> Witness::keep(std::uint64_t size, const std::string& signatures) {
  RETURN_IF_ERROR(control_.run(
      queries::set_witness,
      {{"url", url_}, {"seen_size", static_cast<std::int64_t>(size)}, {"signatures", signatures}}));
  return {};
}

Result<void> Witness::send() {
  ASSIGN_OR_RETURN(const auto known, control_.maybe(queries::witness, {{"url", url_}}));
  const auto seen = known ? static_cast<std::uint64_t>(known->integer("seen_size")) : 0;
  if (known && seen == publisher_.checkpoint().size && !known->text("signatures").empty()) return {};
  return post(seen, true);
}

Result<void> Witness::post(std::uint64_t old_size, bool may_repeat) {
  const auto request = witness_request(publisher_, old_size);
  if (!request && request.error().code == Code::Invalid)
    return fail(Code::Conflict,
                fmt::format("the witness saw {} entries, and the journal has fewer", old_size));
  if (!request) return fail(request.error());
  ASSIGN_OR_RETURN(const auto answer, post_text(url_ + "/add-checkpoint", request->text));
  if (answer.status == 200) {
    if (!are_signatures(answer.body))
      return fail(Code::Unavailable, "the witness answered with something else than signatures");
    return keep(request->size, answer.body);
  }
  if (answer.status == 409 && may_repeat) {
    std::uint64_t seen = 0;
    const auto* end = answer.body.data() + answer.body.size();
    const auto read = std::from_chars(answer.body.data(), end, seen);
    if (read.ec == std::errc{} && std::to_string(seen) + '\n' == answer.body) return post(seen, false);
  }
  if (answer.status == 422)
    return fail(Code::Conflict, "the witness saw another journal than this one: somebody should look");
  return fail(Code::Unavailable, fmt::format("the witness answered {}", answer.status));
}

Result<std::string> Witness::cosignatures() const {
  ASSIGN_OR_RETURN(const auto known, control_.maybe(queries::witness, {{"url", url_}}));
  const auto size = publisher_.checkpoint().size;
  if (!known || static_cast<std::uint64_t>(known->integer("seen_size")) != size) return std::string{};
  return known->text("signatures");
}

}  // namespace journal
