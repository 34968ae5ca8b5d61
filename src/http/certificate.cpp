#include "http/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "http/limits.h"

namespace http {
namespace {

using base::Code;
using base::fail;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* value) const {
    release(value);
  }
};

base::Result<base::Instant> to_instant(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    return fail(Code::Invalid, "the certificate says no time that there is");
  return base::instant_from_ms(std::int64_t{::timegm(&parts)} * 1000);
}

std::vector<std::string> names_of(const X509* certificate) {
  using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
  const Names all{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, /*crit=*/nullptr, /*idx=*/nullptr))};
  std::vector<std::string> names;
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto* text = ASN1_STRING_get0_data(name->d.dNSName);
    std::string host{text, text + ASN1_STRING_length(name->d.dNSName)};
    std::ranges::transform(host, host.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    names.push_back(std::move(host));
  }
  return names;
}

}  // namespace

base::Result<Certificate> read_certificate(base::Files& files, const base::Path& file) {
  ASSIGN_OR_RETURN(const auto pem, base::read_file(files, file, kCertificateBytesMax));
  const std::unique_ptr<BIO, Release<BIO_free>> memory{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  const std::unique_ptr<X509, Release<X509_free>> read{
      PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)};
  if (!read) return fail(Code::Invalid, file.string() + " holds no certificate");
  Certificate certificate;
  ASSIGN_OR_RETURN(certificate.from, to_instant(X509_get0_notBefore(read.get())));
  ASSIGN_OR_RETURN(certificate.until, to_instant(X509_get0_notAfter(read.get())));
  certificate.names = names_of(read.get());
  return certificate;
}

bool is_for(const Certificate& certificate, std::string_view host) {
  return std::ranges::any_of(certificate.names, [&](std::string_view name) {
    if (!name.starts_with("*.")) return name == host;
    const auto dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 && host.substr(dot) == name.substr(1);
  });
}

}  // namespace http
