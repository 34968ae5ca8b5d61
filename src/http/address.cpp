#include "http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "http/headers.h"
#include "http/limits.h"
#include "http/token.h"

namespace http {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// An address, perhaps with a port: "192.0.2.1:80", "[2001:db8::1]:80", "[2001:db8::1]".
std::optional<Address> parse_with_port(std::string_view text) {
  const auto is_port = [](std::string_view port) {
    const auto number = parse_decimal(port);
    return number && *number <= 65535;
  };
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto behind = text.substr(end + 1);
    if (!behind.empty() && (behind.front() != ':' || !is_port(behind.substr(1)))) return std::nullopt;
    return parse_address(text.substr(1, end - 1));
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return parse_address(text);
}

/// The last item of the last field of that name.
std::string_view last_item(const Headers& headers, std::string_view name) {
  std::string_view last;
  for (const auto field : headers)
    if (equal_ignoring_case(field.name, name)) last = field.value;
  const auto comma = last.rfind(',');
  return trim(comma == std::string_view::npos ? last : last.substr(comma + 1));
}

}  // namespace

bool Address::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

bool Address::is_loopback() const {
  if (is_v4()) return bytes[12] == 127;
  return bytes[15] == 1 && std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; });
}

std::string to_text(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  if (address.is_v4())
    inet_ntop(AF_INET, address.bytes.data() + 12, text, sizeof text);
  else
    inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
}

std::optional<Address> parse_address(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = 0;
  Address address;
  if (text.find(':') != std::string_view::npos) {
    if (inet_pton(AF_INET6, terminated, address.bytes.data()) != 1) return std::nullopt;
    return address;
  }
  std::copy(kMapped.begin(), kMapped.end(), address.bytes.begin());
  if (inet_pton(AF_INET, terminated, address.bytes.data() + 12) != 1) return std::nullopt;
  return address;
}

base::Result<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  if (!base) return base::fail(base::Code::Invalid, "A network begins with an address.");
  Network network;
  network.base_ = *base;
  if (slash == std::string_view::npos) return network;
  const auto bits = parse_decimal(text.substr(slash + 1));
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  if (!bits || *bits > (v4 ? 32u : 128u))
    return base::fail(base::Code::Invalid, "A network's prefix is a number of bits.");
  network.bits_ = static_cast<unsigned>(*bits) + (v4 ? 96 : 0);
  for (unsigned bit = network.bits_; bit < 128; ++bit)
    if ((network.base_.bytes[bit / 8] >> (7 - bit % 8)) & 1)
      return base::fail(base::Code::Invalid, "A network's address has bits behind its prefix.");
  return network;
}

bool Network::contains(const Address& address) const {
  const auto whole = bits_ / 8;
  if (!std::equal(base_.bytes.begin(), base_.bytes.begin() + whole, address.bytes.begin())) return false;
  if (bits_ % 8 == 0) return true;
  return ((base_.bytes[whole] ^ address.bytes[whole]) >> (8 - bits_ % 8)) == 0;
}

bool contains(std::span<const Network> networks, const Address& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(address); });
}

Forwarded read_forwarded(const Headers& headers, const Address& peer, std::span<const Network> trusted) {
  Forwarded forwarded{peer, std::nullopt, {}};
  if (trusted.empty() || !contains(trusted, peer)) return forwarded;

  // Several fields of the name are one list. Only its last entries count, since the walk goes left.
  std::vector<std::string_view> entries;
  for (const auto field : headers) {
    if (!equal_ignoring_case(field.name, "x-forwarded-for")) continue;
    auto rest = field.value;
    while (!rest.empty()) entries.push_back(take_until(rest, ','));
  }
  std::size_t looked_at = 0;
  while (!entries.empty() && looked_at++ < kForwardedMax && contains(trusted, forwarded.client)) {
    const auto next = parse_with_port(entries.back());
    if (!next) break;
    forwarded.client = *next;
    entries.pop_back();
  }

  const auto scheme = last_item(headers, "x-forwarded-proto");
  if (!scheme.empty()) forwarded.secure = equal_ignoring_case(scheme, "https");
  forwarded.host = last_item(headers, "x-forwarded-host");
  return forwarded;
}

}  // namespace http
