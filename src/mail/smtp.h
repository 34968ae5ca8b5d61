// Sends through an SMTP server, over libcurl. The connection is kept between mails while it is used.
#pragma once

#include <chrono>
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

/// Reads "smtp://user:password@host:port", "smtp+opportunistic://…", "smtp+plain://127.0.0.1:25" and
/// "smtps://…"; user and password are percent-encoded. "smtp" alone means StartTls. Errors: Invalid.
base::Result<SmtpSettings> parse_smtp(std::string_view url);

/// Errors: Invalid if the settings would show a mail or a password in clear to the network: None for
/// a host that is not loopback, a password without StartTls, Tls or loopback.
base::Result<std::unique_ptr<Transport>> open_smtp(SmtpSettings settings);

}  // namespace mail
