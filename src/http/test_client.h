// A client for tests that sends exactly the bytes it is told to, over plain TCP or TLS.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/files.h"
#include "http/headers.h"

namespace http {

/// Waits for a condition that another thread brings about; a defect fails the test after a while.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 4'000; ++i) {
    if (condition()) return true;
    // tidy: allow sleep, because it is the condition that ends the wait.
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

struct Answer {
  int status = 0;  ///< 0: the connection ended before a whole answer
  Headers headers;
  std::string body;

  std::string header(std::string_view name) const { return std::string{headers.get(name).value_or("")}; }
};

/// Blocking, with a bound of 20 s on each read so that a defect fails a test and does not hang it.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port, const std::string& address = "127.0.0.1");
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  /// TLS with these bounds on the version; false if the handshake fails.
  bool start_tls(int version_min, int version_max);
  /// The common name of the server's certificate.
  std::string certificate_name() const;
  int tls_version() const;

  void send(std::string_view bytes);
  /// Reads one answer; `head` if it answers HEAD and so has no body.
  Answer read(bool head = false);
  Answer get(std::string_view target, std::string_view more_headers = {});
  Answer post(std::string_view target, std::string_view body, std::string_view more_headers = {});
  /// True if the server ends the connection without another byte.
  bool is_closed();

 private:
  bool fill();

  int socket_ = -1;
  std::string buffer_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

/// A numeric IPv4 address of this machine that is no loopback one, by which it reaches itself without
/// leaving; none when it has no network at all.
std::optional<std::string> own_address();
/// Whether this machine has IPv6 at all.
bool has_ipv6();

/// A folder of its own for a test, removed at the end.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  const base::Path& path() const { return path_; }

 private:
  base::Path path_;
};

/// Writes a self-signed certificate for `name` with its key: `folder`/cert.pem and `folder`/key.pem.
void write_certificate(const base::Path& folder, const std::string& name);

}  // namespace http
