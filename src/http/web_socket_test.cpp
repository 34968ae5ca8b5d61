// WebSockets, spoken to by a client on Beast.
#include "http/asio.h"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/clock.h"
#include "base/mutex.h"
#include "http/server.h"
#include "http/test_client.h"

namespace http {
namespace {

namespace websocket = boost::beast::websocket;
using namespace std::chrono_literals;

class WebSocketTest : public testing::Test {
 protected:
  void start() {
    auto router = std::make_shared<Router>();
    router->web_socket(
        "/echo",
        [this](Request& request, const std::shared_ptr<WebSocket>& socket) -> base::Result<WebSocketEvents> {
          if (request.header("origin") == "https://evil.example")
            return base::fail(base::Code::Denied, "This origin is not allowed.");
          socket->send_text("welcome");
          {
            const base::Lock lock{mutex_};
            socket_ = socket;
          }
          return WebSocketEvents{
              [socket](std::string_view message) { socket->send_text("echo " + std::string{message}); },
              [this] { ++closed_; }};
        });
    auto started = Server::start(options_, {{.router = router, .tls = tls_}}, clock_, random_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = *std::move(started);
  }

  void start_tls() {
    write_certificate(folder_.path(), "app.example");
    tls_ = TlsFiles{folder_.path() / "cert.pem", folder_.path() / "key.pem"};
    start();
  }

  /// What a client reads over either kind of connection.
  template <class Next>
  struct Reader {
    template <class... Arguments>
    explicit Reader(Arguments&&... arguments) : stream(context, std::forward<Arguments>(arguments)...) {}
    std::string read() {
      boost::beast::flat_buffer buffer;
      stream.read(buffer, error);
      return error ? "" : boost::beast::buffers_to_string(buffer.data());
    }
    std::uint16_t read_close() {
      while (!error) read();
      return stream.reason().code;
    }
    asio::io_context context;
    ErrorCode error;
    websocket::stream<Next> stream;
  };

  struct Client : Reader<tcp::socket> {
    explicit Client(std::uint16_t port, std::string origin = "https://app.example") {
      stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
      stream.set_option(websocket::stream_base::decorator(
          [origin](websocket::request_type& request) { request.set("Origin", origin); }));
      stream.handshake("app.example", "/echo", error);
    }
  };

  /// Made before the stream that uses it.
  struct TlsContext {
    asio::ssl::context tls{asio::ssl::context::tls_client};
  };
  struct TlsClient : TlsContext, Reader<asio::ssl::stream<tcp::socket>> {
    explicit TlsClient(std::uint16_t port) : Reader(tls) {
      stream.next_layer().next_layer().connect({asio::ip::address_v4::loopback(), port});
      stream.next_layer().handshake(asio::ssl::stream_base::client, error);
      if (!error) stream.handshake("app.example", "/echo", error);
    }
  };

  template <class SomeClient>
  void expect_drops_a_peer_that_stops_reading();

  std::shared_ptr<WebSocket> socket() {
    const base::Lock lock{mutex_};
    return socket_;
  }

  base::Mutex mutex_;
  std::shared_ptr<WebSocket> socket_ GUARDED_BY(mutex_);
  std::atomic<int> closed_ = 0;
  TestFolder folder_;
  std::optional<TlsFiles> tls_;
  ServerOptions options_{.io_threads = 2, .workers = 1};
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::OsRandom random_;
  std::unique_ptr<Server> server_;
};

TEST_F(WebSocketTest, takes_and_sends_messages_in_order) {
  start();
  Client client{server_->ports()[0]};
  ASSERT_FALSE(client.error) << client.error.message();
  EXPECT_EQ(client.read(), "welcome");
  for (int i = 0; i < 100; ++i) client.stream.write(asio::buffer(std::to_string(i)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read(), "echo " + std::to_string(i));
  std::thread{[&] {
    const auto shared = std::make_shared<const std::string>("from another thread");
    for (int i = 0; i < 3; ++i) socket()->send_text(shared);
  }}.join();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read(), "from another thread");
  EXPECT_EQ(server_->metrics().web_sockets_open, 1u);
  client.stream.close(websocket::close_code::normal);
  EXPECT_TRUE(eventually([&] { return closed_ == 1; }));
  EXPECT_TRUE(eventually([&] { return server_->metrics().connections_open == 0; }));
  socket()->send_text("to nobody");
  EXPECT_EQ(server_->metrics().web_sockets_open, 0u);
}

TEST_F(WebSocketTest, is_refused_by_its_handler) {
  start();
  Client client{server_->ports()[0], "https://evil.example"};
  EXPECT_EQ(client.error, websocket::error::upgrade_declined);
  EXPECT_EQ(server_->metrics().responses[3], 1u);
}

TEST_F(WebSocketTest, wants_a_proper_handshake) {
  start();
  TestClient client{server_->ports()[0]};
  const auto plain = client.get("/echo");
  EXPECT_EQ(plain.status, 426);
  EXPECT_EQ(plain.header("upgrade"), "websocket");
  const std::string upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  EXPECT_EQ(client.get("/echo", upgrade + "Sec-WebSocket-Version: 8\r\n").header("sec-websocket-version"),
            "13");
  EXPECT_EQ(client.get("/echo", upgrade + "Sec-WebSocket-Version: 13\r\n").status, 400);
}

TEST_F(WebSocketTest, holds_messages_to_their_limit) {
  options_.limits.message_bytes = 1'000;
  start();
  Client client{server_->ports()[0]};
  EXPECT_EQ(client.read(), "welcome");
  client.stream.write(asio::buffer(std::string(1'000, 'x')));
  EXPECT_EQ(client.read().size(), 1'005u);
  client.stream.write(asio::buffer(std::string(1'001, 'x')));
  EXPECT_EQ(client.read_close(), static_cast<std::uint16_t>(CloseCode::TooBig));
  EXPECT_TRUE(eventually([&] { return closed_ == 1; }));
}

TEST_F(WebSocketTest, closes_a_peer_that_takes_too_slowly) {
  options_.limits.send_queue_bytes = 1'000;
  start();
  Client client{server_->ports()[0]};
  EXPECT_EQ(client.read(), "welcome");
  // A text waits until its write has ended, which the peer may see first.
  EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_sent == 7; }));
  socket()->send_text(std::string(1'000, 'a'));
  EXPECT_EQ(client.read().size(), 1'000u);
  // One text that alone is past the bound does what many do to a peer that reads none of them.
  socket()->send_text(std::string(1'001, 'b'));
  EXPECT_EQ(client.read_close(), static_cast<std::uint16_t>(CloseCode::TryAgainLater));
  EXPECT_EQ(server_->metrics().web_sockets_overrun, 1u);
}

TEST_F(WebSocketTest, closes_with_a_reason_after_what_was_sent) {
  start();
  Client client{server_->ports()[0]};
  EXPECT_EQ(client.read(), "welcome");
  socket()->send_text("last");
  socket()->close(CloseCode::Policy, "withdrawn");
  socket()->send_text("too late");
  EXPECT_EQ(client.read(), "last");
  EXPECT_EQ(client.read_close(), static_cast<std::uint16_t>(CloseCode::Policy));
  EXPECT_EQ(client.stream.reason().reason, "withdrawn");
  EXPECT_TRUE(eventually([&] { return closed_ == 1; }));
}

TEST_F(WebSocketTest, is_told_when_the_server_stops) {
  start();
  Client client{server_->ports()[0]};
  EXPECT_EQ(client.read(), "welcome");
  std::thread reader{
      [&] { EXPECT_EQ(client.read_close(), static_cast<std::uint16_t>(CloseCode::GoingAway)); }};
  EXPECT_EQ(server_->stop(20s), 0u);
  reader.join();
  EXPECT_EQ(closed_, 1);
}

TEST_F(WebSocketTest, drops_a_peer_that_is_silent) {
  options_.limits.web_socket_idle_timeout = 10'000ms;
  start();
  Client client{server_->ports()[0]};
  EXPECT_EQ(client.read(), "welcome");
  std::atomic<int> pings = 0;
  client.stream.control_callback([&](websocket::frame_type, boost::beast::string_view) { ++pings; });
  const auto sent = [&] { return server_->metrics().bytes_sent; };
  EXPECT_TRUE(eventually([&] { return sent() > 0; }));
  clock_.advance(6'000ms);
  std::thread reader{[&] { EXPECT_EQ(client.read(), "after the ping"); }};
  EXPECT_TRUE(eventually([&] { return pings == 1; }));
  // The pong counts as life: the deadline moves on.
  socket()->send_text("after the ping");
  reader.join();
  clock_.advance(4'000ms);
  EXPECT_EQ(server_->metrics().web_sockets_open, 1u);
  clock_.advance(20'000ms);
  EXPECT_TRUE(eventually([&] { return closed_ == 1; }));
  EXPECT_EQ(server_->metrics().timeouts, 1u);
}

/// More than the system holds on the way: such a text never leaves while the peer does not read.
constexpr std::size_t kHuge = 64'000'000;

/// With one thread, whose last look at the clock was when it dropped somebody: time that goes by so fast
/// would make a new connection of another thread look old.
template <class SomeClient>
void WebSocketTest::expect_drops_a_peer_that_stops_reading() {
  const auto until = [&](std::uint64_t timeouts) {
    return eventually([&] {
      clock_.advance(1'000ms);
      return server_->metrics().timeouts == timeouts;
    });
  };
  {
    SomeClient client{server_->ports()[0]};
    ASSERT_EQ(client.read(), "welcome");
    socket()->send_text(std::string(kHuge, 'a'));
    EXPECT_TRUE(until(1)) << "a write that does not end";
    EXPECT_TRUE(eventually([&] { return closed_ == 1; }));
  }
  {
    SomeClient client{server_->ports()[0]};
    ASSERT_EQ(client.read(), "welcome");
    // A text waits until its write has ended, which the peer may see first.
    EXPECT_TRUE(eventually([&] { return server_->metrics().bytes_sent == 14; }));
    const auto slow = socket();
    slow->send_text(std::string(kHuge, 'a'));
    for (int i = 0; i < 10; ++i) slow->send_text(std::string(1'000, 'b'));
    EXPECT_EQ(server_->metrics().web_sockets_overrun, 0u) << "at the bound";
    slow->send_text("c");
    EXPECT_TRUE(eventually([&] { return server_->metrics().web_sockets_overrun == 1; }));
    // It cannot be told why either, and has no more than a moment to hear it.
    EXPECT_TRUE(until(2));
    EXPECT_TRUE(eventually([&] { return closed_ == 2; }));
  }
  EXPECT_TRUE(eventually([&] { return server_->metrics().connections_open == 0; }));
  EXPECT_LT(server_->metrics().bytes_sent, kHuge);
}

TEST_F(WebSocketTest, drops_a_peer_that_stops_reading) {
  options_.io_threads = 1;
  options_.limits.send_queue_bytes = kHuge + 10'000;
  start();
  expect_drops_a_peer_that_stops_reading<Client>();
}

TEST_F(WebSocketTest, drops_a_peer_that_stops_reading_over_tls) {
  options_.io_threads = 1;
  options_.limits.send_queue_bytes = kHuge + 10'000;
  start_tls();
  expect_drops_a_peer_that_stops_reading<TlsClient>();
}

TEST_F(WebSocketTest, speaks_tls) {
  start_tls();
  {
    TlsClient client{server_->ports()[0]};
    ASSERT_FALSE(client.error) << client.error.message();
    EXPECT_EQ(client.read(), "welcome");
    for (int i = 0; i < 100; ++i) client.stream.write(asio::buffer(std::to_string(i)));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read(), "echo " + std::to_string(i));
    const std::string longest(kMessageBytesMax, 'x');
    client.stream.write(asio::buffer(longest));
    EXPECT_EQ(client.read(), "echo " + longest);
    socket()->close(CloseCode::Policy, "withdrawn");
    EXPECT_EQ(client.read_close(), static_cast<std::uint16_t>(CloseCode::Policy));
    EXPECT_TRUE(eventually([&] { return closed_ == 1; }));
  }
  {
    TlsClient gone{server_->ports()[0]};
    EXPECT_EQ(gone.read(), "welcome");
    gone.stream.next_layer().next_layer().close();
    EXPECT_TRUE(eventually([&] { return closed_ == 2; })) << "without a word";
  }
  TlsClient last{server_->ports()[0]};
  EXPECT_EQ(last.read(), "welcome");
  std::thread reader{[&] { EXPECT_EQ(last.read_close(), static_cast<std::uint16_t>(CloseCode::GoingAway)); }};
  EXPECT_EQ(server_->stop(20s), 0u);
  reader.join();
  EXPECT_EQ(closed_, 3);
}

}  // namespace
}  // namespace http
