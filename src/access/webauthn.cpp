#include "access/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "access/limits.h"
#include "crypto/hash.h"

namespace staff {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Result;

std::unexpected<base::Error> refused() {
  return base::fail(Code::Denied, "this passkey does not count here");
}

struct FreeCredential {
  void operator()(fido_cred_t* one) const { fido_cred_free(&one); }
};
struct FreeAssertion {
  void operator()(fido_assert_t* one) const { fido_assert_free(&one); }
};
using Credential = std::unique_ptr<fido_cred_t, FreeCredential>;
using Assertion = std::unique_ptr<fido_assert_t, FreeAssertion>;

/// Made in our page, for this challenge, and not within somebody else's page.
bool is_ours(const RelyingParty& party, std::string_view type, std::string_view challenge, ByteView bytes) {
  if (bytes.size() > kClientDataBytes) return false;
  const auto data = nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  if (!data.is_object() || challenge.empty()) return false;
  const auto is = [&](const char* name, std::string_view wanted) {
    const auto found = data.find(name);
    return found != data.end() && found->is_string() && found->get_ref<const std::string&>() == wanted;
  };
  const auto crossed = data.find("crossOrigin");
  return is("type", type) && is("challenge", challenge) && is("origin", party.origin) &&
         (crossed == data.end() || *crossed == false) && !data.contains("topOrigin");
}

Bytes copy(const unsigned char* begin, std::size_t size) {
  return begin == nullptr ? Bytes{} : Bytes{begin, begin + size};
}

/// Nothing if the data are of another algorithm, or none at all.
Credential read_as(int algorithm, ByteView authenticator_data) {
  Credential credential{fido_cred_new()};
  if (credential == nullptr || fido_cred_set_type(credential.get(), algorithm) != FIDO_OK ||
      fido_cred_set_authdata_raw(credential.get(), authenticator_data.data(), authenticator_data.size()) !=
          FIDO_OK)
    return {};
  return credential;
}

/// The first 32 bytes of authenticator data are the SHA-256 of the party's id.
bool is_for(const RelyingParty& party, ByteView authenticator_data) {
  const auto wanted = crypto::sha256(base::as_bytes(party.id));
  return authenticator_data.size() > wanted.size() &&
         std::memcmp(authenticator_data.data(), wanted.data(), wanted.size()) == 0;
}

/// As libfido2 takes it; nothing for bytes that are no key.
class PublicKey {
 public:
  explicit PublicKey(const PasskeyKey& key) : algorithm_(key.algorithm) {
    const auto* bytes = key.bytes.data();
    const auto size = key.bytes.size();
    switch (algorithm_) {
      case COSE_ES256:
        es256_ = es256_pk_new();
        good_ = es256_ != nullptr && es256_pk_from_ptr(es256_, bytes, size) == FIDO_OK;
        break;
      case COSE_RS256:
        rs256_ = rs256_pk_new();
        good_ = rs256_ != nullptr && rs256_pk_from_ptr(rs256_, bytes, size) == FIDO_OK;
        break;
      case COSE_EDDSA:
        eddsa_ = eddsa_pk_new();
        good_ = eddsa_ != nullptr && eddsa_pk_from_ptr(eddsa_, bytes, size) == FIDO_OK;
        break;
      default: break;
    }
  }
  PublicKey(const PublicKey&) = delete;
  PublicKey& operator=(const PublicKey&) = delete;
  ~PublicKey() {
    es256_pk_free(&es256_);
    rs256_pk_free(&rs256_);
    eddsa_pk_free(&eddsa_);
  }

  bool verifies(const fido_assert_t* assertion) const {
    return good_ && fido_assert_verify(assertion, 0, algorithm_, get()) == FIDO_OK;
  }

 private:
  const void* get() const {
    if (es256_ != nullptr) return es256_;
    if (rs256_ != nullptr) return rs256_;
    return eddsa_;
  }

  int algorithm_;
  bool good_ = false;
  es256_pk_t* es256_ = nullptr;
  rs256_pk_t* rs256_ = nullptr;
  eddsa_pk_t* eddsa_ = nullptr;
};

bool takes(int status) { return status == FIDO_OK; }

}  // namespace

RelyingParty RelyingParty::of(std::string_view origin) {
  auto host = origin.substr(origin.find("://") == std::string_view::npos ? 0 : origin.find("://") + 3);
  // An address of numbers in brackets is no host that passkeys know; it stays what it is, and none counts
  // there.
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  return {.origin = std::string{origin}, .id = std::string{host}};
}

Result<NewPasskey> read_new_passkey(const RelyingParty& party, std::string_view challenge,
                                    ByteView client_data, ByteView authenticator_data) {
  if (!is_ours(party, "webauthn.create", challenge, client_data) ||
      authenticator_data.size() > kAuthenticatorDataBytes || !is_for(party, authenticator_data))
    return refused();
  for (const int algorithm : kPasskeyAlgorithms) {
    const auto credential = read_as(algorithm, authenticator_data);
    if (credential == nullptr) continue;
    NewPasskey made{
        .credential = copy(fido_cred_id_ptr(credential.get()), fido_cred_id_len(credential.get())),
        .key = {.algorithm = algorithm,
                .bytes =
                    copy(fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get()))},
        .counter = fido_cred_sigcount(credential.get())};
    const bool somebody_was_there = (fido_cred_flags(credential.get()) & kUserPresent) != 0;
    if (!somebody_was_there || made.credential.empty() || made.credential.size() > kCredentialBytes ||
        made.key.bytes.empty())
      return refused();
    return made;
  }
  return refused();
}

Result<std::uint32_t> check_passkey(const RelyingParty& party, std::string_view challenge,
                                    const PasskeyKey& key, const ShownPasskey& shown) {
  if (!is_ours(party, "webauthn.get", challenge, shown.client_data) ||
      shown.authenticator_data.size() > kAuthenticatorDataBytes || shown.signature.size() > kSignatureBytes)
    return refused();
  const Assertion assertion{fido_assert_new()};
  auto* one = assertion.get();
  if (one == nullptr || !takes(fido_assert_set_count(one, 1)) ||
      !takes(fido_assert_set_rp(one, party.id.c_str())) ||
      !takes(fido_assert_set_clientdata(one, shown.client_data.data(), shown.client_data.size())) ||
      !takes(fido_assert_set_authdata_raw(one, 0, shown.authenticator_data.data(),
                                          shown.authenticator_data.size())) ||
      !takes(fido_assert_set_sig(one, 0, shown.signature.data(), shown.signature.size())) ||
      !takes(fido_assert_set_up(one, FIDO_OPT_TRUE)))
    return refused();
  if (!PublicKey{key}.verifies(one)) return refused();
  return fido_assert_sigcount(one, 0);
}

}  // namespace staff
