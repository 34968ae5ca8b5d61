#include "http/web_socket_session.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "base/log.h"
#include "http/security.h"

namespace http {

namespace {

namespace websocket = boost::beast::websocket;
namespace beast_http = boost::beast::http;

constexpr std::chrono::seconds kCloseTime{5};

beast_http::request<beast_http::empty_body> handshake_of(const Request& request) {
  beast_http::request<beast_http::empty_body> handshake{beast_http::verb::get, request.target, 11};
  for (const auto field : request.headers)
    handshake.insert({field.name.data(), field.name.size()}, {field.value.data(), field.value.size()});
  return handshake;
}

}  // namespace

void WebSocketSession::begin(std::unique_ptr<Transport> transport, Slot slot, const Request& request,
                             WebSocketEvents events) {
  const auto self = shared_from_this();
  transport_ = std::move(transport);
  slot_.emplace(std::move(slot));
  events_ = std::move(events);
  heard_ = io_->now();
  deadline_ = io_->now() + io_->core().limits.header_timeout;
  io_->add(self);
  counted_ = true;
  Counters::add(io_->counters.web_sockets_open);

  stream_ = std::make_unique<Stream>(*transport_);
  stream_->set_option(
      websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
  stream_->read_message_max(io_->core().limits.message_bytes);
  stream_->write_buffer_bytes(512);
  stream_->set_option(websocket::stream_base::decorator(
      [date = io_->date(), secure = request.secure](websocket::response_type& response) {
        response.set(beast_http::field::date, date);
        response.erase(beast_http::field::server);
        if (secure) response.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
      }));
  stream_->control_callback([this](websocket::frame_type, boost::beast::string_view) {
    heard_ = io_->now();
    pinged_ = false;
  });
  stream_->async_accept(handshake_of(request), [self](const ErrorCode& error) {
    if (self->ended_) return;
    if (error) return self->end();
    self->open_ = true;
    self->deadline_ = std::chrono::nanoseconds::max();
    self->read();
    self->work();
  });
}

void WebSocketSession::abandon() {
  const base::Lock lock{mutex_};
  dead_ = true;
  queue_.clear();
}

void WebSocketSession::send_text(std::string text) {
  enqueue(std::make_shared<const std::string>(std::move(text)));
}

void WebSocketSession::send_text(std::shared_ptr<const std::string> text) { enqueue(std::move(text)); }

void WebSocketSession::enqueue(std::shared_ptr<const std::string> text) {
  const base::Lock lock{mutex_};
  if (dead_ || wanted_close_) return;
  if (queued_bytes_ + text->size() > io_->core().limits.send_queue_bytes) {
    queue_.clear();
    queued_bytes_ = 0;
    overrun_ = true;
    wanted_close_ = Closing{CloseCode::TryAgainLater, "too slow"};
  } else {
    queued_bytes_ += text->size();
    queue_.push_back(std::move(text));
  }
  wake_locked();
}

void WebSocketSession::close(CloseCode code, std::string_view reason) {
  const base::Lock lock{mutex_};
  if (dead_ || wanted_close_) return;
  // A close frame holds 123 bytes of reason at most (RFC 6455 §5.5).
  wanted_close_ = Closing{code, std::string{reason.substr(0, 123)}};
  wake_locked();
}

void WebSocketSession::wake_locked() {
  if (woken_) return;
  woken_ = true;
  io_->post([self = shared_from_this()] { self->work(); });
}

void WebSocketSession::work() {
  std::optional<Closing> closing;
  bool overrun = false;
  {
    const base::Lock lock{mutex_};
    woken_ = false;
    if (!open_ || ended_ || closing_) return;
    overrun = std::exchange(overrun_, false);
    if (!writing_ && !queue_.empty()) {
      writing_ = std::move(queue_.front());
      queue_.pop_front();
    } else if (wanted_close_ && (queue_.empty() || overrun)) {
      closing = wanted_close_;
    } else {
      return;
    }
  }
  if (overrun) Counters::add(io_->counters.web_sockets_overrun);
  if (closing) return start_close(*closing);

  deadline_ = io_->now() + io_->core().limits.write_timeout;
  stream_->text(true);
  stream_->async_write(asio::buffer(*writing_),
                       [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
                         if (self->ended_) return;
                         {
                           const base::Lock lock{self->mutex_};
                           // An overrun has emptied the queue, and the count with it.
                           self->queued_bytes_ -= std::min(self->queued_bytes_, self->writing_->size());
                         }
                         Counters::add(self->io_->counters.bytes_sent, size);
                         self->writing_.reset();
                         if (error) return self->end();
                         if (!self->closing_) self->deadline_ = std::chrono::nanoseconds::max();
                         self->work();
                       });
}

void WebSocketSession::start_close(const Closing& closing) {
  closing_ = true;
  deadline_ = io_->now() + kCloseTime;
  stream_->async_close(
      websocket::close_reason{static_cast<websocket::close_code>(closing.code), closing.reason},
      [self = shared_from_this()](const ErrorCode&) { self->end(); });
}

void WebSocketSession::read() {
  stream_->async_read(incoming_, [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
    if (self->ended_) return;
    if (error) {
      // While we close, async_close ends the session, once the frame is out.
      if (!self->closing_) self->end();
      return;
    }
    self->heard_ = self->io_->now();
    self->pinged_ = false;
    Counters::add(self->io_->counters.bytes_received, size);
    if (self->events_.on_message && !self->closing_) {
      const auto data = self->incoming_.data();
      try {
        self->events_.on_message({static_cast<const char*>(data.data()), data.size()});
      } catch (const std::exception&) {
        base::log(base::Level::Error, "http.web_socket_handler_threw");
        self->close(CloseCode::Internal, {});
      }
    }
    if (self->ended_) return;
    self->incoming_.consume(self->incoming_.size());
    self->read();
  });
}

void WebSocketSession::tick(std::chrono::nanoseconds now) {
  const auto idle = io_->core().limits.web_socket_idle_timeout;
  if (now >= deadline_ || now >= heard_ + idle) {
    Counters::add(io_->counters.timeouts);
    return end();
  }
  if (!open_ || closing_ || pinged_ || now < heard_ + idle / 2) return;
  pinged_ = true;
  stream_->async_ping({}, [self = shared_from_this()](const ErrorCode& error) {
    if (error && !self->closing_) self->end();
  });
}

void WebSocketSession::end() {
  if (std::exchange(ended_, true)) return;
  const auto self = shared_from_this();
  {
    const base::Lock lock{mutex_};
    dead_ = true;
    queue_.clear();
  }
  if (transport_) transport_->close();
  if (counted_) Counters::subtract(io_->counters.web_sockets_open);
  slot_.reset();
  io_->remove(*this);
  const auto events = std::exchange(events_, {});
  if (events.on_close) events.on_close();
}

}  // namespace http
