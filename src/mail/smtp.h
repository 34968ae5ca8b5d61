// Sends through an SMTP server, over libcurl. The connection is kept between mails while it is used.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mail/transport.h"

namespace mail {

enum class Security {
  None,           ///< no encryption: loopback only
  Opportunistic,  ///< STARTTLS where offered, without checking whose certificate it is; no password
  StartTls,       ///< STARTTLS or nothing, certificate checked
  Tls,            ///< TLS from the first byte (port 465), certificate checked
};

struct SmtpSettings {
  std::string host;
  int port = 587;
  Security security = Security::StartTls;
  std::string user;  ///< empty: no sign-in
  std::string password;
  std::string ca_file;  ///< empty: the system's certificates
  std::chrono::milliseconds connect_timeout{10'000};
  /// For one mail as a whole, from the connection to the answer.
  std::chrono::milliseconds timeout{60'000};
};

/// Reads "smtp://user@host:port", "smtp+opportunistic://…", "smtp+plain://127.0.0.1:25" and "smtps://…"; the
/// user is percent-encoded. "smtp" alone means StartTls. Errors: Invalid, for a password in it too: an
/// address stands in configurations, lists of processes and logs.
base::Result<SmtpSettings> parse_smtp(std::string_view url);

/// Is asked for the password before each mail, so that one that was replaced counts at once.
using PasswordSource = std::function<base::Result<std::string>()>;

/// With a source, the settings' own password counts for nothing; an error of it lets mails wait.
/// Errors: Invalid if the settings would show a mail or a password in clear to the network: None for
/// a host that is not loopback, a password without StartTls, Tls or loopback.
base::Result<std::unique_ptr<Transport>> open_smtp(SmtpSettings settings, PasswordSource password = {});

/// Signs in over a connection of its own and sends nothing. Errors: Invalid as open_smtp; Denied when the
/// server refuses user and password; Unavailable when it cannot be asked, or asks nobody for a password.
base::Result<void> sign_in(SmtpSettings settings);

}  // namespace mail
