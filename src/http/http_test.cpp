// A real server on loopback, and a client that sends exact bytes.
#include <gtest/gtest.h>

#include <future>

#include "base/clock.h"
#include "base/mutex.h"
#include "http/server.h"
#include "http/test_client.h"

namespace http {
namespace {

using namespace std::chrono_literals;

const base::Instant kStart = base::instant_from_ms(1'795'356'000'000);

/// Waits for a condition that another thread brings about; a defect fails the test after a while.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 4'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

/// Replies that a test answers when it likes.
struct Kept {
  void keep(Reply reply) {
    const base::Lock lock{mutex};
    replies.push_back(std::move(reply));
  }
  std::size_t size() {
    const base::Lock lock{mutex};
    return replies.size();
  }
  Reply take() {
    EXPECT_TRUE(eventually([&] { return size() > 0; }));
    const base::Lock lock{mutex};
    auto reply = std::move(replies.front());
    replies.erase(replies.begin());
    return reply;
  }
  base::Mutex mutex;
  std::vector<Reply> replies GUARDED_BY(mutex);
};

class Http : public testing::Test {
 protected:
  Http() { add_routes(); }

  void add_routes() {
    router_.get("/hello", [](Request& request) -> base::Result<Response> {
      return Response::text("hello " + std::string{request.query.text("name")});
    });
    router_.post("/echo", [](Request& request) -> base::Result<Response> {
      return Response::bytes("application/octet-stream", std::move(request.body));
    });
    router_.plain(
        Method::Post, "/small", [](Request&) -> base::Result<Response> { return Response::no_content(); }, 8);
    router_.get("/who", [](Request& request) -> base::Result<Response> {
      return Response::text(request.client_address + " " + request.origin() +
                            (request.loopback ? " loopback" : ""));
    });
    router_.get("/page",
                [](Request& request) -> base::Result<Response> { return Response::html(request.nonce()); });
    router_.get("/own", [](Request&) -> base::Result<Response> {
      return Response::text("x")
          .with("Cross-Origin-Resource-Policy", "cross-origin")
          .with("Cache-Control", "max-age=60")
          .with("Content-Security-Policy", "default-src 'self'");
    });
    router_.get("/missing", [](Request&) -> base::Result<Response> {
      return base::fail(base::Code::NotFound, "no such event");
    });
    router_.get("/throws", [](Request&) -> base::Result<Response> { throw std::runtime_error("x"); });
    router_.get("/big", [](Request&) -> base::Result<Response> {
      return Response::text(std::string(3'000'000, 'b'));
    });
    router_.get("/source", [](Request&) -> base::Result<Response> {
      return Response::source(
          "text/plain",
          Source{200'000,
                 [](std::uint64_t offset, std::span<std::uint8_t> out) -> base::Result<std::size_t> {
                   for (std::size_t i = 0; i < out.size(); ++i)
                     out[i] = static_cast<std::uint8_t>('a' + (offset + i) % 26);
                   return out.size();
                 }},
          "\"v1\"", kStart);
    });
    router_.get("/pull/{pieces:number}", [](Request& request) -> base::Result<Response> {
      return Response::pull(
          "text/csv",
          [left = request.number("pieces").value()](std::string& out) mutable -> base::Result<void> {
            if (left > 0) out = "piece;";
            if (left > 0) --left;
            return {};
          });
    });
    router_.get("/cut", [](Request&) -> base::Result<Response> {
      return Response::pull("text/csv", [first = true](std::string& out) mutable -> base::Result<void> {
        if (!std::exchange(first, false)) return base::fail(base::Code::Unavailable, "gone");
        out = "piece;";
        return {};
      });
    });
    router_.deferred(Method::Post, "/now", [](Request& request, Reply reply) {
      reply.send(Response::text("now " + request.body));
    });
    router_.deferred(Method::Get, "/later", [this](Request&, Reply reply) { kept_.keep(std::move(reply)); });
    router_.deferred(Method::Get, "/dropped", [](Request&, Reply) {});
    router_.upload(Method::Put, "/files/{name}", [this](Request& request) -> base::Result<Upload> {
      if (request.parameter("name") == "forbidden") return base::fail(base::Code::Denied, "not you");
      auto path = folder_.path() / std::string{request.parameter("name")};
      ASSIGN_OR_RETURN(auto sink, make_file_sink(
                                      files_, path,
                                      [](std::uint64_t size) -> base::Result<Response> {
                                        return Response::text(std::to_string(size), 201);
                                      },
                                      content_length(request),
                                      [this](std::uint64_t received, std::optional<std::uint64_t>) {
                                        EXPECT_GT(received, progress_.exchange(received));
                                      }));
      return Upload{std::move(sink), 300'000};
    });
  }

  void start() {
    if (options_.io_threads == 0) options_.io_threads = 2;
    if (options_.workers == 0) options_.workers = 2;
    auto router = std::make_shared<Router>(std::move(router_));
    if (listeners_.empty()) listeners_.emplace_back();
    for (auto& listener : listeners_) listener.router = router;
    auto started = Server::start(options_, listeners_, clock_, random_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = *std::move(started);
  }
  std::uint16_t port(std::size_t index = 0) const { return server_->ports()[index]; }

  TestFolder folder_;
  base::OsFiles files_;
  std::atomic<std::uint64_t> progress_ = 0;
  Kept kept_;
  Router router_;
  ServerOptions options_;
  std::vector<ListenerOptions> listeners_;
  base::ManualClock clock_{kStart};
  base::OsRandom random_;
  std::unique_ptr<Server> server_;
};

TEST_F(Http, answers_and_keeps_the_connection) {
  start();
  TestClient client{port()};
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.get("/hello?name=you+there");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello you there");
    EXPECT_EQ(answer.header("date"), "Sun, 22 Nov 2026 14:00:00 GMT");
    EXPECT_EQ(answer.header("connection"), "");
  }
  const auto last = client.get("/hello", "Connection: close\r\n");
  EXPECT_EQ(last.header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server_->metrics().requests, 4u);
  EXPECT_EQ(server_->metrics().responses[1], 4u);
}

TEST_F(Http, answers_requests_sent_ahead_in_their_order) {
  start();
  TestClient client{port()};
  std::string ahead;
  for (int i = 0; i < 50; ++i) {
    ahead += "POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n" + std::to_string(10 + i);
    ahead += "GET /hello?name=" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  client.send(ahead);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.read().body, "now " + std::to_string(10 + i));
    EXPECT_EQ(client.read().body, "hello " + std::to_string(i));
  }
}

TEST_F(Http, reads_a_request_byte_by_byte) {
  start();
  TestClient client{port()};
  for (const char c : std::string{"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: t\r\n\r\n"})
    client.send({&c, 1});
  EXPECT_EQ(client.read().body, "abcd");
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(Http, speaks_http_1_0) {
  start();
  TestClient client{port()};
  client.send("GET /pull/3 HTTP/1.0\r\n\r\n");
  const auto answer = client.read();
  EXPECT_EQ(answer.header("transfer-encoding"), "");
  EXPECT_EQ(answer.body, "piece;piece;piece;");
  TestClient kept{port()};
  kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.read().header("connection"), "keep-alive");
  EXPECT_EQ(kept.get("/hello").status, 200);
}

TEST_F(Http, refuses_what_is_malformed_or_ambiguous) {
  start();
  struct Row {
    const char* request;
    int status;
  };
  const Row rows[] = {
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hello?x=% HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400},
      {"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"\x16\x03\x01\x02\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
       400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabX\r\n0\r\n\r\n", 400},
  };
  for (const auto& row : rows) {
    TestClient client{port()};
    client.send(row.request);
    const auto answer = client.read();
    EXPECT_EQ(answer.status, row.status) << row.request;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json") << row.request;
  }
  TestClient client{port()};
  client.send("GET http://b.example/who HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read().body, "127.0.0.1 http://b.example loopback");
}

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

TEST_F(Http, continues_when_asked) {
  start();
  TestClient client{port()};
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("ok");
  EXPECT_EQ(client.read().body, "ok");
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
  options_.limits.body_idle_timeout = 60'000ms;
  options_.limits.body_grace = 5'000ms;
  options_.limits.body_bytes_per_s_min = 100;
  start();
  TestClient client{port()};
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + std::string(600, 'x'));
  EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_received > 600; }));
  clock_.advance(5'900ms);  // 590 bytes are due.
  client.send("x");
  EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_received > 601; }));
  EXPECT_EQ(server_->metrics().timeouts, 0u);
  clock_.advance(200ms);
  EXPECT_EQ(client.read().status, 408);
}

TEST_F(Http, knows_methods) {
  start();
  TestClient client{port()};
  EXPECT_EQ(client.get("/nowhere").status, 404);
  client.send("HEAD /hello?name=x HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "7");
  client.send("HEAD /pull/3 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read(true).header("transfer-encoding"), "chunked");
  const auto wrong = client.post("/hello", "");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "GET, HEAD, OPTIONS");
  client.send("OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto options = client.read();
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("allow"), "POST, OPTIONS");
}

TEST_F(Http, answers_errors_as_problems) {
  start();
  TestClient client{port()};
  const auto missing = client.get("/missing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.header("content-type"), "application/problem+json");
  EXPECT_EQ(
      missing.body,
      R"({"type":"/problems/not-found","title":"Nothing is here","status":404,"detail":"no such event"})");
  EXPECT_EQ(client.get("/throws").status, 500);
  EXPECT_EQ(client.get("/dropped").status, 500);
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(Http, gives_people_a_page_instead) {
  router_.set_error_page([](const Request&, const Problem& problem) -> std::optional<Response> {
    return Response::html("sorry: " + std::string{problem.slug}, problem.status);
  });
  start();
  TestClient client{port()};
  EXPECT_EQ(client.get("/missing", "Accept: text/html\r\n").body, "sorry: not-found");
  EXPECT_EQ(client.get("/nowhere", "Accept: text/html\r\n").body, "sorry: not-found");
  EXPECT_EQ(client.get("/nowhere", "Accept: application/json\r\n").header("content-type"),
            "application/problem+json");
}

TEST_F(Http, sends_security_headers) {
  start();
  TestClient client{port()};
  const auto plain = client.get("/hello");
  EXPECT_EQ(plain.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
  EXPECT_EQ(plain.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(plain.header("referrer-policy"), "no-referrer");
  EXPECT_EQ(plain.header("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(plain.header("cross-origin-resource-policy"), "same-origin");
  EXPECT_EQ(plain.header("cache-control"), "no-store");
  EXPECT_NE(plain.header("permissions-policy"), "");
  EXPECT_EQ(plain.header("strict-transport-security"), "");
  const auto page = client.get("/page");
  EXPECT_NE(page.header("content-security-policy").find("script-src 'self' 'nonce-" + page.body + "'"),
            std::string::npos);
  EXPECT_EQ(page.body.size(), 22u);
  EXPECT_NE(client.get("/page").body, page.body);
  const auto own = client.get("/own");
  EXPECT_EQ(own.header("cross-origin-resource-policy"), "cross-origin");
  EXPECT_EQ(own.header("cache-control"), "max-age=60");
  EXPECT_EQ(own.header("content-security-policy"), "default-src 'self'");
  for (const auto& answer : {client.get("/nowhere"), client.get("/missing")})
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
}

TEST_F(Http, serves_ranges) {
  start();
  TestClient client{port()};
  const auto whole = client.get("/source");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body.size(), 200'000u);
  EXPECT_EQ(whole.header("accept-ranges"), "bytes");
  const auto part = client.get("/source", "Range: bytes=70000-139999\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.header("content-range"), "bytes 70000-139999/200000");
  EXPECT_EQ(part.body, whole.body.substr(70'000, 70'000));
  EXPECT_EQ(client.get("/source", "Range: bytes=-5\r\n").body, whole.body.substr(199'995));
  const auto outside = client.get("/source", "Range: bytes=200000-\r\n");
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.header("content-range"), "bytes */200000");
  EXPECT_EQ(client.get("/source", "Range: bytes=0-1\r\nIf-Range: \"v1\"\r\n").status, 206);
  EXPECT_EQ(client.get("/source", "Range: bytes=0-1\r\nIf-Range: \"v0\"\r\n").status, 200);
  EXPECT_EQ(client.get("/source", "Range: bytes=0-1\r\nIf-Range: Sun, 22 Nov 2026 14:00:00 GMT\r\n").status,
            206);
  EXPECT_EQ(client.get("/source", "Range: bytes=0-1\r\nIf-Range: Sun, 22 Nov 2026 13:00:00 GMT\r\n").status,
            200);
  EXPECT_EQ(client.get("/source", "If-None-Match: \"v1\"\r\n").status, 304);
  client.send("HEAD /source HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read(true).header("content-length"), "200000");
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(Http, serves_files) {
  const auto path = folder_.path() / "video";
  ASSERT_TRUE(base::replace_file(files_, path, base::as_bytes("0123456789")));
  router_.get("/file", [this, path](Request&) -> base::Result<Response> {
    ASSIGN_OR_RETURN(std::shared_ptr<base::File> file, files_.open(path, base::OpenMode::Read));
    return Response::file("video/mp4", std::move(file));
  });
  start();
  TestClient client{port()};
  EXPECT_EQ(client.get("/file").body, "0123456789");
  EXPECT_EQ(client.get("/file", "Range: bytes=3-5\r\n").body, "345");
}

TEST_F(Http, streams_bodies_out) {
  start();
  TestClient client{port()};
  const auto pulled = client.get("/pull/1000");
  EXPECT_EQ(pulled.header("transfer-encoding"), "chunked");
  EXPECT_EQ(pulled.body.size(), 6'000u);
  EXPECT_EQ(client.get("/pull/0").body, "");
  EXPECT_EQ(client.get("/big").body.size(), 3'000'000u);
  EXPECT_EQ(client.get("/cut").status, 0) << "a body that fails has no end";
}

TEST_F(Http, lets_replies_come_later_from_any_thread) {
  start();
  TestClient client{port()};
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  auto reply = kept_.take();
  std::thread{[reply = std::move(reply)]() mutable { reply.send(Response::text("late")); }}.join();
  EXPECT_EQ(client.read().body, "late");
  EXPECT_EQ(client.read().body, "hello ");

  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  {
    const auto dropped = kept_.take();
  }
  EXPECT_EQ(client.read().status, 500);
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  kept_.take().send(base::fail(base::Code::Unavailable, "full"));
  EXPECT_EQ(client.read().header("retry-after"), "5");
}

TEST_F(Http, survives_replies_to_those_who_have_gone) {
  start();
  Reply after_client;
  Reply after_server;
  {
    TestClient client{port()};
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    after_client = kept_.take();
  }
  after_client.send(Response::text("nobody hears"));
  TestClient client{port()};
  client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
  after_server = kept_.take();
  EXPECT_EQ(server_->stop(0ms), 1u);
  server_.reset();
  after_server.send(Response::text("nobody hears"));
}

TEST_F(Http, takes_uploads) {
  start();
  TestClient client{port()};
  const auto put = [&](std::string_view name, std::size_t size, std::string_view more = {}) {
    progress_ = 0;
    client.send("PUT /files/" + std::string{name} + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                std::to_string(size) + "\r\n" + std::string{more} + "\r\n");
    client.send(std::string(size, 'u'));
    return client.read();
  };
  const auto taken = put("a", 300'000);
  EXPECT_EQ(taken.status, 201);
  EXPECT_EQ(taken.body, "300000");
  EXPECT_EQ(progress_, 300'000u);
  EXPECT_EQ(std::filesystem::file_size(folder_.path() / "a"), 300'000u);
  EXPECT_EQ(put("empty", 0).body, "0");
  client.send(
      "PUT /files/c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.read().body, "5");
  EXPECT_EQ(base::read_file(files_, folder_.path() / "c", 10).value().size(), 5u);
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(Http, refuses_uploads_and_leaves_nothing_of_them) {
  start();
  const auto status = [&](std::string_view name, std::size_t size, bool chunked) {
    progress_ = 0;
    TestClient client{port()};
    client.send("PUT /files/" + std::string{name} + " HTTP/1.1\r\nHost: a\r\n" +
                (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + std::to_string(size)) +
                "\r\n\r\n");
    if (chunked) {
      for (std::size_t sent = 0; sent < size; sent += 1'000)
        client.send("3e8\r\n" + std::string(1'000, 'u') + "\r\n");
      client.send("0\r\n\r\n");
    } else {
      client.send(std::string(size, 'u'));
    }
    return client.read().status;
  };
  EXPECT_EQ(status("forbidden", 10, false), 403);
  EXPECT_EQ(status("a", 300'001, false), 413);
  EXPECT_EQ(status("b", 301'000, true), 413);
  EXPECT_EQ(status("c", 300'000, true), 201);
  EXPECT_EQ(status("c", 300'000, true), 409);
  progress_ = 0;
  {
    TestClient client{port()};
    client.send("PUT /files/d HTTP/1.1\r\nHost: a\r\nContent-Length: 250000\r\n\r\n" +
                std::string(200'000, 'u'));
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder_.path() / "d"); }));
  }
  EXPECT_TRUE(
      eventually([&] { return files_.list(folder_.path()).value() == std::vector<std::string>{"c"}; }));
}

TEST_F(Http, believes_trusted_proxies) {
  options_.trusted_proxies = {Network::parse("127.0.0.1").value()};
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

}  // namespace
}  // namespace http
