// Each bound of a server at it and one past it, and peers who are slow, silent or too many.
#include <gtest/gtest.h>

#include <future>

#include "http/test_server.h"

namespace http {
namespace {

using namespace std::chrono_literals;

TEST_F(Http, holds_heads_to_their_limits) {
  options_.limits.header_bytes = 1'000;
  options_.limits.header_fields = 5;
  start();
  const auto head_of = [](std::size_t size) {
    std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\nX: ";
    return head + std::string(size - head.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(head_of(1'000).size(), 1'000u);
  for (const bool slowly : {false, true}) {
    const auto status = [&](std::size_t size) {
      TestClient client{port()};
      const auto head = head_of(size);
      client.send(std::string_view{head}.substr(0, slowly ? 700 : head.size()));
      if (slowly) {
        EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_received > 0; }));
        client.send(std::string_view{head}.substr(700));
      }
      return client.read().status;
    };
    EXPECT_EQ(status(1'000), 200);
    EXPECT_EQ(status(1'001), 431);
    EXPECT_EQ(status(100'000), 431);
  }
  const auto status_of_fields = [&](int fields) {
    std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < fields; ++i) head += "X: y\r\n";
    TestClient client{port()};
    client.send(head + "\r\n");
    return client.read().status;
  };
  EXPECT_EQ(status_of_fields(5), 200);
  EXPECT_EQ(status_of_fields(6), 431);
}

TEST_F(Http, holds_bodies_to_their_limits) {
  options_.limits.body_bytes = 100;
  start();
  const auto status = [&](std::string_view target, std::size_t size, bool chunked) {
    TestClient client{port()};
    const std::string body(size, 'x');
    if (!chunked) return client.post(target, body).status;
    client.send("POST " + std::string{target} + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char c : body) client.send("1\r\n" + std::string{c} + "\r\n");
    client.send("0\r\n\r\n");
    return client.read().status;
  };
  for (const bool chunked : {false, true}) {
    EXPECT_EQ(status("/echo", 100, chunked), 200);
    EXPECT_EQ(status("/echo", 101, chunked), 413);
    EXPECT_EQ(status("/small", 8, chunked), 204);
    EXPECT_EQ(status("/small", 9, chunked), 413);
  }
}

TEST_F(Http, holds_connections_to_their_limits) {
  options_.limits.connections_per_address = 2;
  start();
  TestClient first{port()};
  EXPECT_EQ(first.get("/hello").status, 200);
  {
    TestClient second{port()};
    EXPECT_EQ(second.get("/hello").status, 200);
    TestClient third{port()};
    EXPECT_TRUE(third.is_closed());
  }
  EXPECT_TRUE(eventually([&] { return server_->metrics().connections_open == 1; }));
  TestClient fourth{port()};
  EXPECT_EQ(fourth.get("/hello").status, 200);
  EXPECT_EQ(server_->metrics().connections_refused, 1u);
}

TEST_F(Http, holds_all_connections_to_their_limit) {
  options_.limits.connections = 1;
  start();
  TestClient first{port()};
  EXPECT_EQ(first.get("/hello").status, 200);
  TestClient second{port()};
  EXPECT_TRUE(second.is_closed());
}

TEST_F(Http, gives_up_on_slow_clients) {
  options_.limits.header_timeout = 1'000ms;
  options_.limits.keep_alive_timeout = 2'000ms;
  options_.limits.body_idle_timeout = 3'000ms;
  start();
  TestClient half_head{port()};
  half_head.send("GET /hello HT");
  TestClient silent{port()};
  TestClient half_body{port()};
  half_body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  TestClient idle{port()};
  EXPECT_EQ(idle.get("/hello").status, 200);
  EXPECT_TRUE(eventually([&] { return server_->metrics().requests_in_flight == 1; }));
  EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_received > 100; }));
  clock_.advance(1'500ms);
  EXPECT_EQ(half_head.read().status, 408);
  EXPECT_TRUE(silent.is_closed());
  clock_.advance(1'000ms);
  EXPECT_TRUE(idle.is_closed());
  clock_.advance(1'000ms);
  EXPECT_EQ(half_body.read().status, 408);
  EXPECT_EQ(server_->metrics().responses[3], 2u);
}

TEST_F(Http, wants_bodies_at_a_minimum_rate) {
  options_.io_threads = 1;
  options_.limits.keep_alive_timeout = 6'010ms;
  options_.limits.body_idle_timeout = 60'000ms;
  options_.limits.body_grace = 5'000ms;
  options_.limits.body_bytes_per_s_min = 100;
  start();
  TestClient idle{port()};
  EXPECT_EQ(idle.get("/hello").status, 200);
  TestClient client{port()};
  const auto before = server_->metrics().bytes_received;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n";
  client.send(head + std::string(601, 'x'));
  EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_received == before + head.size() + 601; }));
  // Whoever came first is looked at last: once the idle one is gone, the other was seen at that time too.
  clock_.advance(6'010ms);  // 601 bytes are due.
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(server_->metrics().timeouts, 0u);
  clock_.advance(10ms);
  EXPECT_EQ(client.read().status, 408);
  EXPECT_EQ(server_->metrics().timeouts, 1u);
}

TEST_F(Http, refuses_when_the_workers_are_busy) {
  std::promise<void> release;
  auto released = release.get_future().share();
  router_.get("/blocks", [released](Request&) -> base::Result<Response> {
    released.wait();
    return Response::no_content();
  });
  options_.workers = 1;
  options_.worker_queue_max = 1;
  start();
  TestClient first{port()};
  first.send("GET /blocks HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server_->metrics().workers_busy == 1; }));
  TestClient second{port()};
  second.send("GET /blocks HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server_->metrics().worker_queue == 1; }));
  TestClient third{port()};
  const auto refused = third.get("/hello");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "5");
  EXPECT_EQ(third.post("/now", "!").body, "now !") << "deferred handlers need no worker";
  release.set_value();
  EXPECT_EQ(first.read().status, 204);
  EXPECT_EQ(second.read().status, 204);
}

TEST_F(Http, waits_exactly_as_long_as_it_says) {
  options_.io_threads = 1;
  options_.limits.keep_alive_timeout = 999ms;
  options_.limits.header_timeout = 1'000ms;
  options_.limits.body_idle_timeout = 1'001ms;
  start();
  TestClient idle{port()};
  EXPECT_EQ(idle.get("/hello").status, 200);
  const auto received = server_->metrics().bytes_received;
  const std::string_view head = "GET /hello HT";
  const std::string_view body = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab";
  TestClient half_head{port()};
  half_head.send(head);
  TestClient half_body{port()};
  half_body.send(body);
  EXPECT_TRUE(
      eventually([&] { return server_->metrics().bytes_received == received + head.size() + body.size(); }));
  // Whoever came first is looked at last: once the idle one is gone, the others were seen at that time too.
  clock_.advance(999ms);
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(server_->metrics().timeouts, 0u);
  clock_.advance(1ms);
  EXPECT_EQ(half_head.read().status, 408);
  EXPECT_EQ(server_->metrics().timeouts, 1u);
  clock_.advance(1ms);
  EXPECT_EQ(half_body.read().status, 408);
  EXPECT_EQ(server_->metrics().timeouts, 2u);
}

TEST_F(Http, gives_up_on_clients_that_take_nothing) {
  // More than the system holds on the way, so that a part of it waits for the client.
  constexpr std::size_t kSize = 64'000'000;
  router_.get("/huge",
              [](Request&) -> base::Result<Response> { return Response::text(std::string(kSize, 'h')); });
  router_.get("/endless", [](Request&) -> base::Result<Response> {
    return Response::pull("text/csv", [](std::string& out) -> base::Result<void> {
      out.assign(kPieceBytes, 'e');
      return {};
    });
  });
  write_certificate(folder_.path(), "app.example");
  listeners_.resize(2);
  listeners_[1].tls = TlsFiles{folder_.path() / "cert.pem", folder_.path() / "key.pem"};
  // Time that goes by so fast would make a new connection of another thread look old.
  options_.io_threads = 1;
  start();
  std::uint64_t timeouts = 0;
  for (const std::size_t listener : {std::size_t{0}, std::size_t{1}}) {
    for (const auto* target : {"/huge", "/endless"}) {
      const auto sent = server_->metrics().bytes_sent;
      TestClient client{port(listener)};
      if (listener == 1) ASSERT_TRUE(client.start_tls(TLS1_3_VERSION, 0));
      client.send("GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n\r\n");
      // Each piece that still finds room begins the wait anew.
      EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_sent > sent; }));
      EXPECT_TRUE(eventually([&] {
        clock_.advance(1'000ms);
        return server_->metrics().timeouts > timeouts;
      })) << target;
      EXPECT_EQ(server_->metrics().timeouts, ++timeouts);
      EXPECT_TRUE(eventually([&] { return server_->metrics().connections_open == 0; }));
      EXPECT_LT(server_->metrics().bytes_sent - sent, kSize);
      EXPECT_EQ(client.read().status, 0) << "the end is missing";
    }
  }
}

}  // namespace
}  // namespace http
