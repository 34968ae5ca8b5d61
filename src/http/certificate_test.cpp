#include "http/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "http/limits.h"

namespace http {
namespace {

using base::Code;
using ::testing::ElementsAre;

class CertificateTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path write(const std::string& content) {
    std::ofstream{folder_ / "file.pem", std::ios::binary} << content;
    return folder_ / "file.pem";
  }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("hartslag-certificate-" + std::to_string(getpid()));
  base::OsFiles files_;
};

TEST_F(CertificateTest, IsRead) {
  const auto file = folder_ / "made.pem";
  const auto command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=x "
      "-addext "
      "subjectAltName=DNS:Events.example,DNS:*.tours.example,IP:192.0.2.1 -keyout /dev/null -out " +
      file.string() + " 2>/dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe): of one thread
  const auto certificate = read_certificate(files_, file).value();
  EXPECT_EQ(certificate.until - certificate.from, std::chrono::days{30});
  EXPECT_THAT(certificate.names, ElementsAre("events.example", "*.tours.example"));
}

TEST_F(CertificateTest, IsForItsNamesAlone) {
  const Certificate certificate{.from = {}, .until = {}, .names = {"events.example", "*.tours.example"}};
  for (const auto* host : {"events.example", "a.tours.example"})
    EXPECT_TRUE(is_for(certificate, host)) << host;
  for (const auto* host : {"", "example", "x.events.example", "tours.example", ".tours.example",
                           "a.b.tours.example", "events.example.org"})
    EXPECT_FALSE(is_for(certificate, host)) << host;
  EXPECT_FALSE(is_for({}, "events.example"));
}

TEST_F(CertificateTest, WhatIsNoneIsTold) {
  EXPECT_EQ(read_certificate(files_, folder_ / "none").error().code, Code::NotFound);
  EXPECT_EQ(read_certificate(files_, write("no certificate")).error().code, Code::Invalid);
  EXPECT_EQ(read_certificate(files_, write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                .error()
                .code,
            Code::Invalid);
  EXPECT_EQ(read_certificate(files_, write(std::string(kCertificateBytesMax, 'x'))).error().code,
            Code::Invalid);
  EXPECT_EQ(read_certificate(files_, write(std::string(kCertificateBytesMax + 1, 'x'))).error().code,
            Code::TooLarge);
}

}  // namespace
}  // namespace http
