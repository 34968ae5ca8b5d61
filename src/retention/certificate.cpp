#include "retention/certificate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"

namespace retention {
namespace {

using base::Code;
using base::fail;
using base::Result;
using nlohmann::json;

constexpr std::string_view kPrefix = "hartslag certificate 1\n";
constexpr std::string_view kKeyPrefix = "ed25519:";

/// Floating point has more than one spelling, and arrays are not needed.
bool is_plain(const json& value) {
  if (value.is_object())
    return std::ranges::all_of(value.items(), [](const auto& item) { return is_plain(item.value()); });
  return value.is_string() || value.is_number_integer() || value.is_boolean();
}

/// nlohmann orders keys by their bytes and escapes what JSON demands alone. Throws for broken UTF-8.
std::string spell(const json& statement) { return statement.dump(); }

Result<json> parse(std::string_view text) {
  if (text.size() > kCertificateBytesMax) return fail(Code::Invalid, "no certificate is as large as this");
  auto value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return fail(Code::Invalid, "this is no JSON object");
  return value;
}

template <std::size_t size>
Result<std::array<std::uint8_t, size>> fixed_bytes(std::string_view text, const char* what) {
  const auto bytes = base::from_base64url(text);
  std::array<std::uint8_t, size> out{};
  if (!bytes || bytes->size() != size) return fail(Code::Invalid, what);
  std::ranges::copy(*bytes, out.begin());
  return out;
}

}  // namespace

Result<std::string> sign_certificate(std::string_view statement, const crypto::SigningKey& key) {
  ASSIGN_OR_RETURN(const auto value, parse(statement));
  if (!is_plain(value)) return fail(Code::Invalid, "a statement holds texts, integers and truths alone");
  const auto signature = key.sign(base::as_bytes(std::string{kPrefix} + spell(value)));
  return json{{"certificate", value},
              {"key", to_text(key.public_key())},
              {"signature", base::to_base64url(signature)}}
             .dump(2) +
         "\n";
}

Result<std::string> verify_certificate(std::string_view certificate, const crypto::PublicKey& key) {
  ASSIGN_OR_RETURN(const auto value, parse(certificate));
  const auto statement = value.find("certificate");
  const auto given = value.find("signature");
  if (value.size() != 3 || statement == value.end() || !statement->is_object() || !is_plain(*statement) ||
      given == value.end() || !given->is_string() || !value.value("key", json()).is_string())
    return fail(Code::Invalid, "this is no certificate");
  ASSIGN_OR_RETURN(const auto signature,
                   (fixed_bytes<sizeof(crypto::Signature)>(given->get_ref<const std::string&>(),
                                                           "the signature is no Ed25519 signature")));
  if (!crypto::verify(key, base::as_bytes(std::string{kPrefix} + spell(*statement)), signature))
    return fail(Code::Denied, "this key did not sign this certificate, or it was changed");
  return spell(*statement);
}

std::string to_text(const crypto::PublicKey& key) {
  return std::string{kKeyPrefix} + base::to_base64url(key);
}

Result<crypto::PublicKey> parse_certificate_key(std::string_view text) {
  if (!text.starts_with(kKeyPrefix)) return fail(Code::Invalid, "a key begins with ed25519:");
  return fixed_bytes<sizeof(crypto::PublicKey)>(text.substr(kKeyPrefix.size()),
                                                "a key is 32 bytes, as base64url");
}

}  // namespace retention
