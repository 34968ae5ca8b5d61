// A certificate comes from whoever holds one: no bytes may do more than be refused.
#include "base/check.h"
#include "base/random.h"
#include "retention/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static base::SeededRandom random(1);
  static const auto key = crypto::SigningKey::draw(random);
  const auto text = base::as_text({data, size});
  // Nothing that was not signed is believed.
  CHECK(!retention::verify_certificate(text, key.public_key()));
  if (const auto parsed = retention::parse_certificate_key(text)) CHECK(retention::to_text(*parsed) == text);
  if (const auto made = retention::sign_certificate(text, key))
    CHECK(made->size() > retention::kCertificateBytesMax ||
          retention::verify_certificate(*made, key.public_key()));
  return 0;
}
