// What `hartslag serve` is told, on the command line or in a file of `name value` lines.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace app {

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

struct Options {
  base::Path data;                           ///< --data
  base::Path policy;                         ///< --policy
  std::optional<base::Path> master_key;      ///< --master-key
  Address listen{"127.0.0.1", 8080};         ///< --listen
  std::optional<Address> listen_plain;       ///< --listen-plain: sends the world to https
  Address listen_local{"127.0.0.1", 8081};   ///< --listen-local: health and metrics
  std::string origin;                        ///< --origin; http://localhost:<port> when left out
  std::string organisation = "Hartslag";     ///< --organisation
  std::optional<base::Path> certificate;     ///< --tls-certificate
  std::optional<base::Path> key;             ///< --tls-key
  std::vector<std::string> trusted_proxies;  ///< --trusted-proxy, may be repeated
  std::string smtp;                          ///< --smtp; a maildir in the data folder when left out
  base::Path mail_password_hook;             ///< --mail-password-hook; nobody tells the server when left out
  std::string mail_from;                     ///< --mail-from
  std::string witness;                       ///< --witness; nobody when left out
  int journal_months = 36;                   ///< --journal-months
  std::optional<int> clock_descriptor;       ///< --clock-fd
  bool demo = false;                         ///< --demo

  /// Only this machine can reach it.
  bool is_local() const;
  /// The host of the origin, without its port.
  std::string host() const;
};

/// Errors: Invalid, naming the option and what it wants. `--config FILE` is read where it stands.
base::Result<Options> parse_options(std::span<const std::string_view> arguments, base::Files& files);

/// What each option is, for `hartslag serve --help`.
std::string_view options_help();

}  // namespace app
