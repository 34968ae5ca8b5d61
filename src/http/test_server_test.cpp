#include "http/test_server.h"

namespace http {

Http::Http() {
  add_texts();
  add_bodies();
  add_replies();
  add_uploads();
}

void Http::add_texts() {
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
}

void Http::add_bodies() {
  router_.get("/big",
              [](Request&) -> base::Result<Response> { return Response::text(std::string(3'000'000, 'b')); });
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
}

void Http::add_replies() {
  router_.deferred(Method::Post, "/now",
                   [](Request& request, Reply reply) { reply.send(Response::text("now " + request.body)); });
  router_.deferred(Method::Get, "/later", [this](Request&, Reply reply) { kept_.keep(std::move(reply)); });
  router_.deferred(Method::Get, "/dropped", [](Request&, Reply) {});
}

void Http::add_uploads() {
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

void Http::start() {
  if (options_.io_threads == 0) options_.io_threads = 2;
  if (options_.workers == 0) options_.workers = 2;
  auto router = std::make_shared<Router>(std::move(router_));
  if (listeners_.empty()) listeners_.emplace_back();
  for (auto& listener : listeners_) listener.router = router;
  auto started = Server::start(options_, listeners_, clock_, random_);
  ASSERT_TRUE(started) << started.error().message;
  server_ = *std::move(started);
}

}  // namespace http
