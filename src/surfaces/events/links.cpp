#include "surfaces/events/links.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "credentials/limits.h"
#include "credentials/session_keys.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "surfaces/events/limits.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Bytes;
using base::Code;
using base::Result;

constexpr std::uint8_t kDoorVersion = 1;
constexpr std::size_t kDoorSize = 1 + crypto::kSealOverhead + 16;
constexpr std::size_t kPassSize = 8 + 16;
static_assert(kPassLife < credentials::kSessionKeyLinger, "a key that was replaced outlives what it signed");

Bytes place_of(base::PropertyNumber property, std::string_view use) {
  Bytes place(use.begin(), use.end());
  base::append_le(place, property.value);
  return place;
}

Result<crypto::SecretKey> door_key(vault::KeyStore& keys, base::PropertyNumber property) {
  return keys.find_or_create(vault::KeyName::service(property, "door"));
}

crypto::KeyRing pass_keys(const credentials::SessionKeys& keys, base::PropertyNumber property) {
  return keys.derive(fmt::format("media_pass/{}", property.value));
}

}  // namespace

bool opens_broadcast(const Event& event, const Holder& holder) {
  switch (event.opens_by) {
    case OpensBy::Form: return !holder.personal;
    case OpensBy::Link: return holder.personal;
    case OpensBy::Both: return true;
  }
  return false;
}

Result<std::string> Links::door(base::PropertyNumber property, base::PersonId person) {
  ASSIGN_OR_RETURN(const auto key, door_key(keys_, property));
  Bytes door{kDoorVersion};
  const auto sealed = crypto::seal(key, person.bytes, place_of(property, "door"), random_);
  door.insert(door.end(), sealed.begin(), sealed.end());
  return base::to_base64url(door);
}

Result<std::optional<Holder>> Links::holder(base::PropertyNumber property, std::string_view link) {
  const auto bytes = base::from_base64url(link);
  if (!bytes) return std::nullopt;
  if (bytes->size() != kDoorSize || bytes->front() != kDoorVersion) {
    ASSIGN_OR_RETURN(const auto person, vault_.person_of_link(property, link));
    if (!person) return std::nullopt;
    return Holder{*person, true};
  }
  auto key = door_key(keys_, property);
  if (!key && key.error().code == Code::Gone) return std::nullopt;
  if (!key) return base::fail(key.error());
  const auto opened =
      crypto::open_sealed(*key, base::ByteView{*bytes}.subspan(1), place_of(property, "door"));
  base::PersonId person;
  if (!opened || opened->size() != person.bytes.size()) return std::nullopt;
  std::ranges::copy(*opened, person.bytes.begin());
  // The door itself knows nothing of an erasure: the vault does.
  const auto found = vault_.find(person);
  if (found) return Holder{person, false};
  if (found.error().code == Code::Gone || found.error().code == Code::NotFound) return std::nullopt;
  return base::fail(found.error());
}

std::string Links::pass(base::PropertyNumber property) {
  Bytes pass;
  base::append_le(pass, base::to_ms(clock_.now() + kPassLife));
  const auto mac = crypto::short_mac(pass_keys(session_keys_, property).current, pass);
  pass.insert(pass.end(), mac.begin(), mac.end());
  return base::to_base64url(pass);
}

Result<void> Links::check_pass(base::PropertyNumber property, std::string_view pass) {
  const auto nothing = [] { return base::fail(Code::NotFound, "There is nothing at this address."); };
  const auto bytes = base::from_base64url(pass);
  if (!bytes || bytes->size() != kPassSize) return nothing();
  const base::ByteView view{*bytes};
  if (base::instant_from_ms(base::load_le<std::int64_t>(bytes->data())) < clock_.now()) return nothing();
  const auto keys = pass_keys(session_keys_, property);
  const auto is_signed_by = [&](const crypto::SecretKey& key) {
    return crypto::equal(view.subspan(8), crypto::short_mac(key, view.first(8)));
  };
  if (!is_signed_by(keys.current) && !std::ranges::any_of(keys.previous, is_signed_by)) return nothing();
  return {};
}

}  // namespace surfaces::events
