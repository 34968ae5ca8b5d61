// Bodies both ways: ranges, files, streams and uploads.
#include <gtest/gtest.h>

#include "http/test_server.h"

namespace http {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace http
