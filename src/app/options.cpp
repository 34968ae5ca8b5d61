#include "app/options.h"

#include <fmt/format.h>

#include <array>
#include <functional>

#include "base/bytes.h"
#include "base/loopback.h"
#include "base/number.h"
#include "journal/witness.h"

namespace app {
namespace {

using base::Code;
using base::Result;

constexpr std::uint64_t kConfigBytesMax = 64 * 1024;
constexpr int kJournalMonthsMax = 1200;

std::unexpected<base::Error> wrong(std::string_view option, std::string_view wanted) {
  return base::fail(Code::Invalid, fmt::format("{} wants {}", option, wanted));
}

Result<Address> parse_address(std::string_view option, std::string_view text) {
  const auto colon = text.rfind(':');
  Address address;
  if (colon == std::string_view::npos) return wrong(option, "an address and a port, as in 127.0.0.1:8080");
  const auto port = base::parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) return wrong(option, "a port from 0 to 65535 after the colon");
  address.port = *port;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = host.empty() ? "::" : std::string{host};
  return address;
}

using Setter = Result<void> (*)(Options&, std::string_view option, std::string_view value);

struct Known {
  std::string_view name;
  Setter set;
};

constexpr std::array kKnown{
    Known{"--data",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.data = value;
            return {};
          }},
    Known{"--policy",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.policy = value;
            return {};
          }},
    Known{"--master-key",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.master_key = value;
            return {};
          }},
    Known{"--listen",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            ASSIGN_OR_RETURN(options.listen, parse_address(option, value));
            return {};
          }},
    Known{"--listen-plain",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            ASSIGN_OR_RETURN(options.listen_plain, parse_address(option, value));
            return {};
          }},
    Known{"--listen-local",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            ASSIGN_OR_RETURN(options.listen_local, parse_address(option, value));
            return {};
          }},
    Known{"--origin",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            if (!(value.starts_with("https://") || value.starts_with("http://")) || value.ends_with('/'))
              return wrong(option, "https://host, without a slash at its end");
            options.origin = value;
            return {};
          }},
    Known{"--organisation",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.organisation = value;
            return {};
          }},
    Known{"--tls-certificate",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.certificate = value;
            return {};
          }},
    Known{"--tls-key",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.key = value;
            return {};
          }},
    Known{"--trusted-proxy",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.trusted_proxies.emplace_back(value);
            return {};
          }},
    Known{"--smtp",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.smtp = value;
            return {};
          }},
    Known{"--mail-password-hook",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            options.mail_password_hook = value;
            if (!options.mail_password_hook.is_absolute()) return wrong(option, "a program's whole path");
            return {};
          }},
    Known{"--mail-from",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            options.mail_from = value;
            return {};
          }},
    Known{"--witness",
          [](Options& options, std::string_view, std::string_view value) -> Result<void> {
            RETURN_IF_ERROR(journal::check_witness_url(value));
            options.witness = value;
            return {};
          }},
    Known{"--journal-months",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            const auto months = base::parse_number<int>(value);
            if (!months || *months < 1 || *months > kJournalMonthsMax)
              return wrong(option, "a number of months from 1 to 1200");
            options.journal_months = *months;
            return {};
          }},
    Known{"--clock-fd",
          [](Options& options, std::string_view option, std::string_view value) -> Result<void> {
            const auto descriptor = base::parse_number<int>(value);
            if (!descriptor || *descriptor < 3)
              return wrong(option, "the number of an inherited descriptor, 3 or more");
            options.clock_descriptor = descriptor;
            return {};
          }},
};

Result<void> set(Options& options, std::string_view name, std::string_view value) {
  for (const auto& known : kKnown) {
    if (known.name == name) return known.set(options, name, value);
  }
  return base::fail(Code::Invalid, fmt::format("{} is no option; see hartslag serve --help", name));
}

Result<void> read_config(Options& options, base::Files& files, std::string_view path) {
  ASSIGN_OR_RETURN(const auto bytes, base::read_file(files, path, kConfigBytesMax));
  auto rest = base::as_text(bytes);
  for (int line_number = 1; !rest.empty(); ++line_number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const auto space = line.find(' ');
    const auto name = fmt::format("--{}", line.substr(0, space));
    if (name == "--demo" && space == std::string_view::npos) {
      options.demo = true;
      continue;
    }
    if (space == std::string_view::npos)
      return base::fail(Code::Invalid,
                        fmt::format("{}:{}: a line is a name, a space and a value", path, line_number));
    auto done = set(options, name, line.substr(space + 1));
    if (!done)
      return base::fail(Code::Invalid, fmt::format("{}:{}: {}", path, line_number, done.error().message));
  }
  return {};
}

Result<void> check(const Options& options) {
  if (options.data.empty())
    return base::fail(Code::Invalid, "--data is needed: the folder where everything is kept");
  if (options.policy.empty()) return base::fail(Code::Invalid, "--policy is needed: the policy in force");
  if (options.certificate.has_value() != options.key.has_value())
    return base::fail(Code::Invalid, "--tls-certificate and --tls-key come together");
  if (options.clock_descriptor && !options.is_local())
    return base::fail(Code::Invalid, "--clock-fd is for tests: it wants every listener on loopback");
  if (!options.mail_password_hook.empty() && options.smtp.empty())
    return base::fail(Code::Invalid, "--mail-password-hook is for a mail server: --smtp");
  if (options.demo && !options.is_local())
    return base::fail(Code::Invalid,
                      "--demo wants every listener on loopback: its mails can be read by anybody");
  return {};
}

}  // namespace

std::string Options::host() const {
  const auto begin = origin.find("://") + 3;
  return origin.substr(begin, origin.find_first_of(":/", begin) - begin);
}

bool Options::is_local() const {
  return base::is_loopback(listen.host) && base::is_loopback(listen_local.host) &&
         (!listen_plain || base::is_loopback(listen_plain->host));
}

Result<Options> parse_options(std::span<const std::string_view> arguments, base::Files& files) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto name = arguments[i];
    if (name == "--demo") {
      options.demo = true;
      continue;
    }
    if (i + 1 == arguments.size()) return base::fail(Code::Invalid, fmt::format("{} wants a value", name));
    const auto value = arguments[++i];
    if (name == "--config") {
      RETURN_IF_ERROR(read_config(options, files, value));
    } else {
      RETURN_IF_ERROR(set(options, name, value));
    }
  }
  RETURN_IF_ERROR(check(options));
  return options;
}

std::string_view options_help() {
  return R"(hartslag serve --data FOLDER --policy FILE [option value]...

  --data FOLDER            where everything is kept but the master key
  --policy FILE            the policy in force (policies/videoevent.yaml is an example)
  --master-key FILE        the key above all keys; outside the data folder. Otherwise the systemd credential
                           "master-key", or the environment's HARTSLAG_MASTER_KEY
  --listen ADDRESS:PORT    the public side (127.0.0.1:8080)
  --listen-plain ADDRESS:PORT  plain HTTP: sends to https whoever is not on this machine or a trusted proxy
  --listen-local ADDRESS:PORT  /health and /metrics (127.0.0.1:8081)
  --origin URL             where the outside world reaches this installation (http://localhost:PORT)
  --organisation NAME      shown in the head of viewers' pages
  --tls-certificate FILE --tls-key FILE   PEM; read anew on SIGHUP
  --trusted-proxy NETWORK  whose X-Forwarded headers count; may be repeated
  --smtp URL               smtp://user@host:587; without it mails stay in FOLDER/mail. The user's password is
                           given once: hartslag credentials set mail
  --mail-password-hook PROGRAM  tells the mail server a new password, which it reads on standard input
  --mail-from ADDRESS      the sender of mails
  --witness URL            who is sent the journal's checkpoints: https://host/path (C2SP tlog-witness)
  --journal-months N       how long the journal's details are kept, the proofs for ever (36)
  --config FILE            the same names, one a line: "listen 0.0.0.0:443"
  --clock-fd N             for tests, on loopback only: two little-endian int64 in that file shift the
                           clocks, in ms: time that passed, and a step of the wall clock alone
  --demo                   on loopback only: a start page with every link, and the mails at /demo/mail
)";
}

}  // namespace app
