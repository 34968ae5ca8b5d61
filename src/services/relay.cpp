#include "services/relay.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/private_network.h"
#include "base/trim.h"
#include "crypto/secret_key.h"
#include "http/percent.h"
#include "services/limits.h"

namespace services {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

void wipe(std::string& text) { crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

struct Exchange {
  bool local_only = false;
  bool is_private = false;
  bool is_too_large = false;
  /// Compressed, say, although nobody asked for it: what it holds cannot be seen.
  bool is_coded = false;
  std::string body = {};
};

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (!exchange.local_only && base::is_private_network(address->addr)) {
    exchange.is_private = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

std::size_t take_header(const char* data, std::size_t size, std::size_t count, void* user) {
  const auto line = lower(std::string{data, size * count});
  constexpr std::string_view kCoding = "content-encoding:";
  if (line.starts_with(kCoding) && base::trimmed(std::string_view{line}.substr(kCoding.size())) != "identity")
    static_cast<Exchange*>(user)->is_coded = true;
  return size * count;
}

std::size_t take_body(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.body.size() + size * count > kAnswerMax) {
    exchange.is_too_large = true;
    return 0;
  }
  exchange.body.append(data, size * count);
  return size * count;
}

/// The lines and the body that a request has because of the secret; wiped when they go.
struct Dressed {
  std::string line = {};
  std::string body;
  std::string type;

  Dressed(const Declared& declared, const credentials::Secret& secret, const Question& question)
      : body(question.body), type(question.type) {
    const auto& [in, name] = declared.puts;
    if (in == In::Basic) {
      auto pair = fmt::format("{}:{}", name, secret.text());
      line = fmt::format("Authorization: Basic {}", base::to_base64(base::as_bytes(pair)));
      wipe(pair);
    } else if (in == In::Bearer) {
      line = fmt::format("Authorization: Bearer {}", secret.text());
    } else if (in == In::Header) {
      line = fmt::format("{}: {}", name, secret.text());
    } else {
      body = fmt::format("{}{}{}={}", body, body.empty() ? "" : "&", http::percent_encode(name),
                         http::percent_encode(secret.text()));
      type = kForm;
    }
  }
  ~Dressed() {
    wipe(line);
    wipe(body);
  }
  Dressed(const Dressed&) = delete;
  Dressed& operator=(const Dressed&) = delete;
};

using Lines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

void add_line(Lines& lines, const std::string& line) {
  lines.reset(curl_slist_append(lines.release(), line.c_str()));
}

std::string hexadecimal(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Result<Answer> read_answer(CURL* curl, CURLcode result, Exchange& exchange) {
  if (exchange.is_private) return fail(Code::Unavailable, "The service lies in a network that is not asked.");
  if (exchange.is_too_large)
    return fail(Code::TooLarge, fmt::format("The service answers with more than {} bytes.", kAnswerMax));
  if (result != CURLE_OK)
    return fail(Code::Unavailable,
                fmt::format("The service does not answer: {}.", curl_easy_strerror(result)));
  if (exchange.is_coded)
    return fail(Code::Denied,
                "The service's answer is in a coding that nobody asked for, so it is withheld.");
  Answer answer{.status = 0, .type = {}, .body = std::move(exchange.body)};
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.type = type;
  return answer;
}

}  // namespace

bool holds_secret(std::string_view text, std::string_view secret, std::string_view user) {
  const auto in_small = lower(std::string{text});
  // Without the quotes.
  const auto quoted = nlohmann::json(secret).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  const auto pair = fmt::format("{}:{}", user, secret);
  for (const auto& way : {std::string{secret}, quoted.substr(1, quoted.size() - 2)}) {
    if (contains(text, way)) return true;
  }
  for (const auto& way : {lower(http::percent_encode(secret)), hexadecimal(secret)}) {
    if (contains(in_small, way)) return true;
  }
  // What stands before it shifts the letters of base64: the whole groups of three within are the same.
  for (const std::string_view whole : {std::string_view{secret}, std::string_view{pair}}) {
    for (std::size_t shift = 0; shift < 3 && whole.size() >= shift + 6; ++shift) {
      const auto inner = whole.substr(shift, (whole.size() - shift) / 3 * 3);
      if (contains(text, base::to_base64(base::as_bytes(inner))) ||
          contains(text, base::to_base64url(base::as_bytes(inner))))
        return true;
    }
  }
  return false;
}

Result<Answer> ask_service(const Declared& declared, const credentials::Secret& secret,
                           const Question& question, bool local_only) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return fail(Code::Internal, "libcurl does not begin");
  const Dressed dressed(declared, secret, question);
  auto address = declared.origin + question.path;
  if (!question.query.empty()) address += "?" + question.query;
  Lines lines(nullptr, curl_slist_free_all);
  if (!dressed.line.empty()) add_line(lines, dressed.line);
  if (!dressed.type.empty()) add_line(lines, "Content-Type: " + dressed.type);
  Exchange exchange{.local_only = local_only};
  const auto set = [&](auto option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, address.c_str());
  set(CURLOPT_PROTOCOLS_STR, local_only ? "https,http" : "https");
  set(CURLOPT_CUSTOMREQUEST, question.method.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, static_cast<long>(kAnswerWithin.count()));
  if (question.method != "GET") {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(dressed.body.size()));
    set(CURLOPT_POSTFIELDS, dressed.body.data());
  }
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &exchange);
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, &exchange);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &exchange);
  const auto result = curl_easy_perform(curl.get());
  // libcurl keeps copies of the lines.
  for (auto* one = lines.get(); one != nullptr; one = one->next)
    crypto::wipe({reinterpret_cast<std::uint8_t*>(one->data), std::string_view{one->data}.size()});
  ASSIGN_OR_RETURN(auto answer, read_answer(curl.get(), result, exchange));
  if (holds_secret(answer.body, secret.text(), declared.puts.name) ||
      holds_secret(answer.type, secret.text(), declared.puts.name))
    return fail(Code::Denied, "The service's answer holds the credential, so it is withheld.");
  return answer;
}

Result<void> try_secret(const Declared& declared, const credentials::Secret& secret, bool local_only) {
  if (declared.check.empty()) return {};
  const auto* method = declared.puts.in == In::Field ? "POST" : "GET";
  ASSIGN_OR_RETURN(const auto answer,
                   ask_service(declared, secret, {.method = method, .path = declared.check}, local_only));
  if (answer.status / 100 == 2) return {};
  if (answer.status == 401 || answer.status == 403)
    return fail(Code::Denied, "The service does not take this credential.");
  return fail(Code::Unavailable, fmt::format("The service answers {} to the check.", answer.status));
}

Result<void> change_secret(const Declared& declared, const credentials::Secret& present,
                           std::string_view next, bool local_only) {
  const auto& change = *declared.change;
  Question question{
      .method = change.method,
      .path = change.path,
      .type = std::string{kForm},
      .body = fmt::format("{}={}", http::percent_encode(change.field), http::percent_encode(next))};
  const auto answer = ask_service(declared, present, question, local_only);
  wipe(question.body);
  // What it answers is not looked at: it may well say the new one again.
  if (!answer && answer.error().code != Code::Denied) return fail(answer.error());
  if (!answer || answer->status / 100 == 2) return {};
  return fail(Code::Unavailable, fmt::format("The service answers {} to the change.", answer->status));
}

}  // namespace services
