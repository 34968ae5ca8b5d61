#include "mail/smtp.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/check.h"
#include "base/loopback.h"
#include "base/mutex.h"
#include "mail/message.h"

namespace mail {
namespace {

using base::Code;
using base::fail;
using base::Result;

/// What is seen of one mail's conversation.
struct Conversation {
  std::string_view rest{};      ///< of the mail, not yet handed to libcurl
  bool handed_over = false;     ///< all of it is
  int last_code = 0;            ///< of the server's last reply, 0 without one
  int final_code = 0;           ///< of its reply to the whole mail
  bool signed_in = false;       ///< it has accepted user and password
  std::string enhanced_code{};  ///< "5.1.1" (RFC 3463), where the last reply gives one
};

std::size_t give_mail(char* to, std::size_t size, std::size_t count, void* user) {
  auto& conversation = *static_cast<Conversation*>(user);
  const auto length = std::min(size * count, conversation.rest.size());
  std::copy_n(conversation.rest.begin(), length, to);
  conversation.rest.remove_prefix(length);
  if (conversation.rest.empty()) conversation.handed_over = true;
  return length;
}

/// "5.1.1 …" as "5.1.1".
std::string enhanced_code(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789.");
  const auto code = text.substr(0, end);
  return code.size() >= 5 && code.size() <= 9 && std::ranges::count(code, '.') == 2 ? std::string{code}
                                                                                    : std::string{};
}

/// Called for each line that the server says.
std::size_t take_reply(char* from, std::size_t size, std::size_t count, void* user) {
  auto& conversation = *static_cast<Conversation*>(user);
  const std::string_view line{from, size * count};
  const bool digits =
      line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), [](char c) { return c >= '0' && c <= '9'; });
  // A line "250-…" is followed by more of the same reply.
  if (!digits || (line.size() > 3 && line[3] == '-')) return size * count;
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  // The answer to QUIT, with which libcurl ends a conversation that failed, says nothing about the mail.
  if (code == 221) return size * count;
  conversation.last_code = code;
  if (code == 235) conversation.signed_in = true;
  conversation.enhanced_code = line.size() > 4 ? enhanced_code(line.substr(4)) : std::string{};
  if (conversation.handed_over && conversation.final_code == 0) conversation.final_code = code;
  return size * count;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

/// 530 and its neighbours refuse us and not this mail: a matter for whoever configures the server.
bool refuses_us(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }
bool refuses_mail(int code) { return code >= 500 && code < 600 && !refuses_us(code); }

Delivery judge(CURLcode result, const Conversation& seen) {
  const auto reason = [&](int code) {
    auto text =
        code == 0 ? std::string{curl_easy_strerror(result)} : fmt::format("the server answered {}", code);
    if (code != 0 && !seen.enhanced_code.empty()) text += " " + seen.enhanced_code;
    return text;
  };
  if (const int code = seen.final_code; code != 0) {
    if (code >= 200 && code < 300) return {Outcome::Accepted, code, {}};
    return {refuses_mail(code) ? Outcome::Permanent : Outcome::Temporary, code, reason(code)};
  }
  if (seen.handed_over) return {Outcome::Unknown, 0, reason(0)};
  // libcurl answers "send error" when MAIL, RCPT or DATA is refused, and others before that.
  if (result == CURLE_SEND_ERROR && refuses_mail(seen.last_code))
    return {Outcome::Permanent, seen.last_code, reason(seen.last_code)};
  return {Outcome::Temporary, seen.last_code, reason(seen.last_code >= 400 ? seen.last_code : 0)};
}

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class Smtp final : public Transport {
 public:
  Smtp(SmtpSettings settings, PasswordSource ask_password, CURL* handle)
      : ask_password_(std::move(ask_password)), settings_(std::move(settings)), handle_(handle) {}

  Delivery send(std::string_view from, std::string_view to, std::string_view rendered) override {
    CHECK(is_address(from) && is_address(to));
    base::Lock lock(mutex_);
    if (ask_password_) {
      auto password = ask_password_();
      if (!password) return {Outcome::Temporary, 0, password.error().message};
      settings_.password = *std::move(password);
    }
    bool reused = false;
    auto delivery = converse(from, to, rendered, false, reused);
    // A kept connection may have ended since: that says nothing about the server or the mail.
    const bool gone = delivery.outcome == Outcome::Temporary && (delivery.code < 400 || delivery.code == 421);
    if (reused && gone) delivery = converse(from, to, rendered, true, reused);
    return delivery;
  }

  /// Once: a conversation that says who we are, and no more.
  Result<void> sign_in() {
    base::Lock lock(mutex_);
    Conversation seen;
    begin("localhost", seen);
    curl_easy_setopt(handle_.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
    const auto result = curl_easy_perform(handle_.get());
    if (seen.signed_in) return {};
    if (refuses_us(seen.last_code))
      return fail(Code::Denied,
                  fmt::format("the mail server refuses this user and password ({})", seen.last_code));
    if (result == CURLE_OK) return fail(Code::Unavailable, "the mail server asks nobody for a password");
    return fail(Code::Unavailable,
                fmt::format("the mail server cannot be asked: {}",
                            seen.last_code >= 400 ? fmt::format("it answered {}", seen.last_code)
                                                  : curl_easy_strerror(result)));
  }

 private:
  Delivery converse(std::string_view from, std::string_view to, std::string_view rendered, bool fresh,
                    bool& reused) REQUIRES(mutex_);
  /// Sets what every conversation has, and forgets what the last one had.
  void begin(std::string_view greeting, Conversation& seen) REQUIRES(mutex_);
  void set_security() REQUIRES(mutex_);

  const PasswordSource ask_password_;
  base::Mutex mutex_;
  SmtpSettings settings_ GUARDED_BY(mutex_);
  std::unique_ptr<CURL, FreeHandle> handle_ GUARDED_BY(mutex_);
};

void Smtp::set_security() {
  CURL* const handle = handle_.get();
  const auto security = settings_.security;
  const bool checked = security == Security::StartTls || security == Security::Tls;
  const long use = checked ? CURLUSESSL_ALL : security == Security::None ? CURLUSESSL_NONE : CURLUSESSL_TRY;
  curl_easy_setopt(handle, CURLOPT_USE_SSL, use);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, checked ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, checked ? 2L : 0L);
  if (!settings_.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, settings_.ca_file.c_str());
  if (settings_.user.empty()) return;
  curl_easy_setopt(handle, CURLOPT_USERNAME, settings_.user.c_str());
  curl_easy_setopt(handle, CURLOPT_PASSWORD, settings_.password.c_str());
}

void Smtp::begin(std::string_view greeting, Conversation& seen) {
  CURL* const handle = handle_.get();
  // Keeps connections and the TLS session; everything else is set anew.
  curl_easy_reset(handle);
  const auto scheme = settings_.security == Security::Tls ? "smtps" : "smtp";
  const bool bare_ipv6 = settings_.host.contains(':') && !settings_.host.starts_with('[');
  const auto host = bare_ipv6 ? fmt::format("[{}]", settings_.host) : settings_.host;
  const auto url = fmt::format("{}://{}:{}/{}", scheme, host, settings_.port, greeting);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_reply);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &seen);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
  set_security();
}

Delivery Smtp::converse(std::string_view from, std::string_view to, std::string_view rendered, bool fresh,
                        bool& reused) {
  CURL* const handle = handle_.get();
  Conversation seen{.rest = rendered};
  // What we greet with is the sender's domain, since a host's own name is nobody's business.
  begin(from.substr(from.rfind('@') + 1), seen);
  const auto sender = fmt::format("<{}>", from);
  const std::unique_ptr<curl_slist, FreeList> recipients{
      curl_slist_append(nullptr, fmt::format("<{}>", to).c_str())};
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(rendered.size()));
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_mail);
  curl_easy_setopt(handle, CURLOPT_READDATA, &seen);

  const auto result = curl_easy_perform(handle);
  long connections = 0;
  curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &connections);
  reused = connections == 0;
  return judge(result, seen);
}

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// Nothing when the URL has no such part.
Result<std::optional<std::string>> url_part(CURLU* url, CURLUPart part, CURLUcode absent) {
  char* text = nullptr;
  const auto code = curl_url_get(url, part, &text, CURLU_URLDECODE);
  if (code == absent) return std::optional<std::string>{};
  if (code != CURLUE_OK) return fail(Code::Invalid, "the mail server's address cannot be read");
  std::string out{text};
  curl_free(text);
  return std::optional{std::move(out)};
}

struct Scheme {
  std::string_view name;
  Security security;
  int port;
};

constexpr std::array kSchemes{Scheme{"smtp", Security::StartTls, 587},
                              Scheme{"smtp+opportunistic", Security::Opportunistic, 25},
                              Scheme{"smtp+plain", Security::None, 25}, Scheme{"smtps", Security::Tls, 465}};

}  // namespace

Result<SmtpSettings> parse_smtp(std::string_view text) {
  const auto malformed = [] {
    return fail(Code::Invalid,
                "a mail server is written as in smtp://user@host:587; smtps, smtp+plain and "
                "smtp+opportunistic are the other ways");
  };
  const std::unique_ptr<CURLU, FreeUrl> url{curl_url()};
  if (!url) return fail(Code::Unavailable, "no memory");
  if (curl_url_set(url.get(), CURLUPART_URL, std::string{text}.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
      CURLUE_OK)
    return malformed();
  ASSIGN_OR_RETURN(auto name, url_part(url.get(), CURLUPART_SCHEME, CURLUE_NO_SCHEME));
  const auto scheme = std::ranges::find(kSchemes, name.value_or(""), &Scheme::name);
  if (scheme == kSchemes.end()) return malformed();
  SmtpSettings settings;
  settings.security = scheme->security;
  settings.port = scheme->port;
  ASSIGN_OR_RETURN(auto host, url_part(url.get(), CURLUPART_HOST, CURLUE_NO_HOST));
  ASSIGN_OR_RETURN(auto port, url_part(url.get(), CURLUPART_PORT, CURLUE_NO_PORT));
  ASSIGN_OR_RETURN(auto user, url_part(url.get(), CURLUPART_USER, CURLUE_NO_USER));
  ASSIGN_OR_RETURN(auto password, url_part(url.get(), CURLUPART_PASSWORD, CURLUE_NO_PASSWORD));
  ASSIGN_OR_RETURN(auto path, url_part(url.get(), CURLUPART_PATH, CURLUE_NO_FRAGMENT));
  ASSIGN_OR_RETURN(auto query, url_part(url.get(), CURLUPART_QUERY, CURLUE_NO_QUERY));
  if (!host || host->empty() || query || (path && *path != "/" && !path->empty())) return malformed();
  settings.host = *host;
  // libcurl has made sure that a port is a number up to 65535.
  if (port) settings.port = std::stoi(*port);
  settings.user = user.value_or("");
  if (password)
    return fail(Code::Invalid,
                "a password does not stand in the mail server's address, where lists of processes and "
                "configurations show it: hartslag credentials set mail takes it");
  if (settings.port == 0) return malformed();
  return settings;
}

namespace {

Result<std::unique_ptr<Smtp>> open(SmtpSettings settings, PasswordSource password) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const bool loopback = base::is_loopback(settings.host);
  const bool checked = settings.security == Security::StartTls || settings.security == Security::Tls;
  if (settings.security == Security::None && !loopback)
    return fail(Code::Invalid,
                "mail without encryption goes to a server on this machine only: use smtp:// or smtps://");
  if (!settings.user.empty() && !checked && !loopback)
    return fail(Code::Invalid,
                "a mail server's password is sent over checked TLS only: use smtp:// or smtps://");
  CURL* const handle = ready ? curl_easy_init() : nullptr;
  if (handle == nullptr) return fail(Code::Unavailable, "no memory for the mail transport");
  return std::make_unique<Smtp>(std::move(settings), std::move(password), handle);
}

}  // namespace

Result<std::unique_ptr<Transport>> open_smtp(SmtpSettings settings, PasswordSource password) {
  return open(std::move(settings), std::move(password));
}

Result<void> sign_in(SmtpSettings settings) {
  ASSIGN_OR_RETURN(const auto smtp, open(std::move(settings), {}));
  return smtp->sign_in();
}

}  // namespace mail
