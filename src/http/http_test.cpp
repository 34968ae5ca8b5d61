// Requests and answers, by a real server on loopback and a client that sends exact bytes.
#include <gtest/gtest.h>

#include "http/test_server.h"

namespace http {
namespace {

using namespace std::chrono_literals;

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

TEST_F(Http, continues_when_asked) {
  start();
  TestClient client{port()};
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("ok");
  EXPECT_EQ(client.read().body, "ok");
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

}  // namespace
}  // namespace http
