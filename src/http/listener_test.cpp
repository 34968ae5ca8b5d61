// Where a server listens and whom it believes: addresses, TLS, proxies, redirects, start and stop.
#include <gtest/gtest.h>

#include <future>

#include "http/test_server.h"

namespace http {
namespace {

using namespace std::chrono_literals;

TEST_F(Http, believes_trusted_proxies) {
  options_.trusted_proxies = {Network::parse("127.0.0.1").value()};
  listeners_.emplace_back().https_authority = "app.example";
  start();
  TestClient client{port()};
  EXPECT_EQ(client.get("/who").body, "127.0.0.1 http://app.example loopback");
  const auto forwarded =
      client.get("/who",
                 "X-Forwarded-For: 203.0.113.1, 198.51.100.1\r\nX-Forwarded-Proto: https\r\n"
                 "X-Forwarded-Host: Pages.example\r\n");
  EXPECT_EQ(forwarded.body, "198.51.100.1 https://pages.example");
  EXPECT_EQ(forwarded.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
  const auto redirected =
      client.get("/who?a=b", "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: http\r\n");
  EXPECT_EQ(redirected.status, 308);
  EXPECT_EQ(redirected.header("location"), "https://app.example/who?a=b");
}

TEST_F(Http, believes_nobody_else) {
  start();
  TestClient client{port()};
  EXPECT_EQ(client.get("/who", "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n").body,
            "127.0.0.1 http://app.example loopback");
}

TEST_F(Http, speaks_tls_1_3_alone_and_reloads_certificates) {
  write_certificate(folder_.path(), "first.example");
  listeners_.resize(2);
  listeners_[0].tls = TlsFiles{folder_.path() / "cert.pem", folder_.path() / "key.pem"};
  start();
  TestClient old{port()};
  EXPECT_FALSE(old.start_tls(TLS1_2_VERSION, TLS1_2_VERSION));
  TestClient client{port()};
  ASSERT_TRUE(client.start_tls(TLS1_2_VERSION, 0));
  EXPECT_EQ(client.tls_version(), TLS1_3_VERSION);
  EXPECT_EQ(client.certificate_name(), "first.example");
  const auto answer = client.get("/who");
  EXPECT_EQ(answer.body, "127.0.0.1 https://app.example loopback");
  EXPECT_EQ(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
  EXPECT_EQ(client.get("/big").body.size(), 3'000'000u);
  EXPECT_EQ(client.post("/echo", std::string(500'000, 'x')).body.size(), 500'000u);

  write_certificate(folder_.path(), "second.example");
  EXPECT_TRUE(server_->reload_certificates());
  TestClient next{port()};
  ASSERT_TRUE(next.start_tls(TLS1_3_VERSION, 0));
  EXPECT_EQ(next.certificate_name(), "second.example");
  EXPECT_EQ(client.get("/hello").status, 200) << "those who were there stay";

  std::filesystem::remove(folder_.path() / "key.pem");
  EXPECT_FALSE(server_->reload_certificates());
  TestClient still{port()};
  ASSERT_TRUE(still.start_tls(TLS1_3_VERSION, 0));
  EXPECT_EQ(still.get("/hello", "Connection: close\r\n").status, 200);
  EXPECT_TRUE(still.is_closed());
  TestClient plain{port(1)};
  EXPECT_EQ(plain.get("/hello").status, 200);
}

TEST_F(Http, does_not_start_with_what_cannot_be_used) {
  const auto code_of = [&](ListenerOptions options) {
    options.router = std::make_shared<Router>();
    auto started = Server::start({.io_threads = 1, .workers = 1}, {std::move(options)}, clock_, random_);
    return started ? std::nullopt : std::optional{started.error().code};
  };
  EXPECT_EQ(code_of({.address = "localhost"}), base::Code::Invalid);
  EXPECT_EQ(code_of({.address = "203.0.113.255"}), base::Code::Invalid);
  EXPECT_EQ(code_of({.tls = TlsFiles{"/nowhere/cert.pem", "/nowhere/key.pem"}}), base::Code::Invalid);
  start();
  EXPECT_EQ(code_of({.port = port()}), base::Code::Conflict);
}

TEST_F(Http, finishes_what_is_in_flight_when_it_stops) {
  start();
  TestClient idle{port()};
  EXPECT_EQ(idle.get("/hello").status, 200);
  TestClient busy{port()};
  busy.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  auto reply = kept_.take();
  auto stopped = std::async(std::launch::async, [&] { return server_->stop(20s); });
  EXPECT_TRUE(idle.is_closed());
  reply.send(Response::text("last words"));
  const auto answer = busy.read();
  EXPECT_EQ(answer.body, "last words");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(busy.is_closed());
  EXPECT_EQ(stopped.get(), 0u);
}

TEST_F(Http, sends_whoever_comes_from_elsewhere_to_https) {
  const auto address = own_address();
  if (!address) GTEST_SKIP() << "this machine has no address but the loopback ones";
  listeners_.resize(4);
  for (auto& listener : listeners_) listener.address = "0.0.0.0";
  listeners_[0].https_authority = "app.example";
  listeners_[1].https_authority = "app.example:8443";
  listeners_[2].plain = PlainHttp::Anyone;
  start();
  TestClient stranger{port(0), *address};
  const auto redirected = stranger.get("/who?a=b", "X-Forwarded-Proto: https\r\n");
  EXPECT_EQ(redirected.status, 308) << "a proxy that nobody trusts is not believed";
  EXPECT_EQ(redirected.header("location"), "https://app.example/who?a=b");
  EXPECT_EQ(redirected.header("strict-transport-security"), "");
  EXPECT_TRUE(stranger.is_closed());
  const auto location_for = [&](std::string_view host) {
    TestClient client{port(1), *address};
    client.send("POST /echo HTTP/1.1\r\nHost: " + std::string{host} + "\r\nContent-Length: 2\r\n\r\nab");
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 308);
    return answer.header("location");
  };
  for (const auto* asked : {"app.example", "app.example:8080", "elsewhere.example", "[2001:db8::1]:8080"})
    EXPECT_EQ(location_for(asked), "https://app.example:8443/echo") << asked;
  TestClient lost{port(3), *address};
  EXPECT_EQ(lost.get("/who").status, 400) << "there is no name to be sent to";
  TestClient neighbour{port(0)};
  EXPECT_EQ(neighbour.get("/who").body, "127.0.0.1 http://app.example loopback");
  TestClient anyone{port(2), *address};
  EXPECT_EQ(anyone.get("/who").body, *address + " http://app.example");
}

TEST_F(Http, listens_on_ipv6_and_takes_ipv4_there_too) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  listeners_.resize(2);
  listeners_[0].address = "::1";
  listeners_[1].address = "::";
  start();
  TestClient alone{port(0), "::1"};
  EXPECT_EQ(alone.get("/who").body, "::1 http://app.example loopback");
  alone.send("GET /who HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
  EXPECT_EQ(alone.read().body, "::1 http://[::1]:8080 loopback");
  TestClient six{port(1), "::1"};
  EXPECT_EQ(six.get("/who").body, "::1 http://app.example loopback");
  TestClient four{port(1)};
  EXPECT_EQ(four.get("/who").body, "127.0.0.1 http://app.example loopback") << "written as what it is";
}

}  // namespace
}  // namespace http
