#include "vault/sealing.h"

#include "crypto/seal.h"

namespace vault {
namespace {

enum class Kind : std::uint8_t { Field = 1, Link = 2, Viewer = 3 };

base::Bytes place_of(Kind kind, base::PersonId person, std::string_view name) {
  base::Bytes place{static_cast<std::uint8_t>(kind)};
  place.insert(place.end(), person.bytes.begin(), person.bytes.end());
  base::append_le(place, static_cast<std::uint32_t>(name.size()));
  place.insert(place.end(), name.begin(), name.end());
  return place;
}

}  // namespace

base::Bytes field_place(base::PersonId person, std::string_view name, std::string_view policy_version) {
  auto place = place_of(Kind::Field, person, name);
  place.insert(place.end(), policy_version.begin(), policy_version.end());
  return place;
}

base::Bytes link_place(base::PersonId person) { return place_of(Kind::Link, person, ""); }

base::Bytes viewer_place(base::PersonId person, base::PropertyNumber property) {
  auto place = place_of(Kind::Viewer, person, "");
  base::append_le(place, property.value);
  return place;
}

std::string seal(const crypto::SecretKey& key, std::string_view value, const base::Bytes& place,
                 base::Random& random) {
  return base::to_base64(crypto::seal(key, base::as_bytes(value), place, random));
}

base::Result<std::string> unseal(const crypto::SecretKey& key, std::string_view sealed,
                                 const base::Bytes& place) {
  const auto bytes = base::from_base64(sealed);
  if (!bytes) return base::fail(base::Code::Corrupt, "a sealed value is no base64");
  ASSIGN_OR_RETURN(auto plain, crypto::open_sealed(key, *bytes, place));
  std::string value{base::as_text(plain)};
  crypto::wipe(plain);
  return value;
}

base::ViewerNumber draw_viewer(base::Random& random) {
  base::ViewerNumber viewer;
  while (!viewer) viewer.value = random.number();
  return viewer;
}

}  // namespace vault
