#include "surfaces/events/video_source.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/private_network.h"

namespace surfaces::events {
namespace {

constexpr std::array<std::string_view, 3> kEndings{".m3u8", ".mp4", ".webm"};
constexpr long kTimeoutSeconds = 10;
constexpr std::size_t kProbeBytesMax = 64 * 1024;

/// The parts of "scheme://host[:port]/path[?query]"; empty host when it is not of that form.
struct Parts {
  std::string_view scheme;
  std::string_view host;  ///< with port
  std::string_view path;  ///< without query
};

Parts take_apart(std::string_view address) {
  const auto colon = address.find("://");
  if (colon == std::string_view::npos) return {};
  auto rest = address.substr(colon + 3);
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || slash == 0) return {};
  const auto host = rest.substr(0, slash);
  auto path = rest.substr(slash);
  path = path.substr(0, path.find('?'));
  return {address.substr(0, colon), host, path};
}

bool is_clean(std::string_view address) {
  return std::ranges::none_of(address, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) > 126 || c == '"' ||
           c == '\'' || c == '<' || c == '>' || c == '\\' || c == '#' || c == '@' || c == ';' || c == ',';
  });
}

struct Probe {
  bool local_only = false;
  bool refused_private = false;
  bool sets_cookie = false;
  /// The values of Access-Control-Allow-Origin; a browser refuses an answer that has several.
  std::vector<std::string> admitted = {};
  std::string head = {};
};

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& probe = *static_cast<Probe*>(user);
  if (!probe.local_only && base::is_private_network(address->addr)) {
    probe.refused_private = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The value of the header line, if it has that name; `name` is in lower case.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !std::ranges::equal(line.substr(0, colon), name, {}, lower))
    return std::nullopt;
  auto value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(kBlank), value.size()));
  return value.substr(0, value.find_last_not_of(kBlank) + 1);
}

std::size_t take_header(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& probe = *static_cast<Probe*>(user);
  const std::string_view line{data, size * count};
  if (value_of(line, "set-cookie")) probe.sets_cookie = true;
  if (const auto origin = value_of(line, "access-control-allow-origin")) probe.admitted.emplace_back(*origin);
  return size * count;
}

bool admits(const Probe& probe, std::string_view origin) {
  return probe.admitted.size() == 1 && (probe.admitted.front() == "*" || probe.admitted.front() == origin);
}

std::size_t take_body(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& head = static_cast<Probe*>(user)->head;
  head.append(data, std::min(size * count, kProbeBytesMax - head.size()));
  // Enough is known; curl reports the short count as an error that is expected below.
  return head.size() < kProbeBytesMax ? size * count : 0;
}

/// By content, since servers lie about types: a playlist's first line, an ISO box, an EBML header.
bool is_media(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const bool iso = head.size() >= 12 && (head.substr(4, 4) == "ftyp" || head.substr(4, 4) == "styp" ||
                                         head.substr(4, 4) == "moov");
  return head.starts_with("#EXTM3U") || iso || head.starts_with("\x1A\x45\xDF\xA3");
}

}  // namespace

bool is_video_address(std::string_view address, bool local_only) {
  const auto parts = take_apart(address);
  if (parts.host.empty() || !is_clean(address)) return false;
  // In the page's policy an asterisk would allow every host.
  if (parts.host.find_first_of("?*") != std::string_view::npos) return false;
  if (parts.scheme != "https" && !(local_only && parts.scheme == "http")) return false;
  return std::ranges::any_of(kEndings, [&](auto ending) { return parts.path.ends_with(ending); });
}

std::string origin_of(std::string_view address) {
  const auto parts = take_apart(address);
  std::string origin{parts.scheme};
  origin += "://";
  origin += parts.host;
  return origin;
}

bool is_origin(std::string_view text, bool local_only) {
  if (!text.starts_with("https://") && !(local_only && text.starts_with("http://"))) return false;
  const auto host = text.substr(text.find("://") + 3);
  return !host.empty() && is_clean(text) && host.find_first_of("/?*") == std::string_view::npos &&
         std::ranges::none_of(host, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_playlist(std::string_view address) { return take_apart(address).path.ends_with(".m3u8"); }

SourceProblem examine_source(const std::string& address, const std::string& page_origin, bool local_only) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return SourceProblem::NoAnswer;
  Probe probe{.local_only = local_only};
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, ("Origin: " + page_origin).c_str()), curl_slist_free_all);
  const auto set = [&](auto option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, address.c_str());
  set(CURLOPT_PROTOCOLS_STR, local_only ? "https,http" : "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_TIMEOUT, kTimeoutSeconds);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_RANGE, "0-4095");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &probe);
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, &probe);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, &probe);
  const auto result = curl_easy_perform(curl.get());
  if (probe.refused_private) return SourceProblem::PrivateNetwork;
  const bool stopped_early = result == CURLE_WRITE_ERROR && probe.head.size() == kProbeBytesMax;
  if (result != CURLE_OK && !stopped_early) return SourceProblem::NoAnswer;
  if (probe.sets_cookie) return SourceProblem::SetsCookie;
  if (!is_media(probe.head)) return SourceProblem::NotMedia;
  return admits(probe, page_origin) ? SourceProblem::None : SourceProblem::NotShared;
}

}  // namespace surfaces::events
