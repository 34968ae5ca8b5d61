// The archive around an answer, and its signature.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "rights/answer.h"

namespace rights {

std::string to_pem(const crypto::PublicKey& key) {
  // SEQUENCE { SEQUENCE { OID 1.3.101.112 } BIT STRING of 32 bytes }
  constexpr std::array<std::uint8_t, 12> kHead{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                               0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
  base::Bytes info{kHead.begin(), kHead.end()};
  info.insert(info.end(), key.begin(), key.end());
  return fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base::to_base64(info));
}

base::Result<std::string> sign_archive(std::vector<ZipMember> members, const crypto::SigningKey& key,
                                       std::string_view organisation, base::Instant at) {
  nlohmann::ordered_json manifest = {
      {"organisation", organisation},
      {"made", base::to_rfc3339(at)},
      {"verify",
       "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig"}};
  manifest["files"] = nlohmann::ordered_json::array();
  for (const auto& member : members) {
    manifest["files"].push_back({{"name", member.name},
                                 {"bytes", member.content.size()},
                                 {"sha256", base::to_hex(crypto::sha256(base::as_bytes(member.content)))}});
  }
  auto text = manifest.dump(2) + "\n";
  const auto signature = key.sign(base::as_bytes(text));
  members.push_back({"manifest.json", std::move(text)});
  members.push_back({"manifest.sig", std::string{base::as_text(signature)}});
  members.push_back({"key.pem", to_pem(key.public_key())});
  return write_zip(members, at);
}

}  // namespace rights
