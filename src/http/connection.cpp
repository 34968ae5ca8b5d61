#include "http/connection.h"

#include <algorithm>

namespace http {

namespace {

constexpr std::size_t kReadBytes = 4 * 1024;            // the read buffer of a connection with small requests
constexpr std::size_t kUnwrittenBytesMax = 256 * 1024;  // answers to requests sent ahead that are collected
constexpr std::size_t kLingerBytesMax = 1024 * 1024;
constexpr std::chrono::seconds kLingerTime{2};

}  // namespace

Connection::Connection(std::shared_ptr<IoThread> io, std::shared_ptr<const Listener> listener,
                       tcp::socket socket, const Address& peer, Slot slot)
    : io_(std::move(io)),
      listener_(std::move(listener)),
      peer_(peer),
      peer_text_(to_text(peer)),
      transport_(std::make_unique<Transport>(std::move(socket))),
      slot_(std::move(slot)) {}

void Connection::start() {
  io_->add(shared_from_this());
  if (io_->core().stopping) return close();
  ErrorCode ignored;
  transport_->socket.non_blocking(true, ignored);
  transport_->socket.set_option(tcp::no_delay{true}, ignored);
  transport_->context = listener_->tls();
  begin_request();
  read_deadline_ = io_->now() + limits().header_timeout;
  if (!transport_->context) return pump();

  state_ = State::Handshake;
  reading_ = true;
  transport_->tls =
      std::make_unique<asio::ssl::stream<tcp::socket&>>(transport_->socket, *transport_->context);
  transport_->tls->async_handshake(asio::ssl::stream_base::server,
                                   [self = shared_from_this()](const ErrorCode& error) {
                                     self->reading_ = false;
                                     if (self->state_ == State::Closed) return;
                                     if (error) return self->close();
                                     self->state_ = State::Head;
                                     self->pump();
                                   });
}

void Connection::begin_request() {
  request_.clear();
  request_.random = &io_->core().random;
  request_.secure = transport_->context != nullptr;
  // Beast's own bound is kept out of the way: it does not count what it has taken already.
  parser_.emplace(request_, limits().header_fields);
  parser_->header_limit(static_cast<std::uint32_t>(limits().header_bytes + kReadBytes));
  parser_->body_limit(boost::none);
  head_bytes_ = 0;
  head_begun_ = false;
  route_ = nullptr;
  body_bytes_ = 0;
  keep_alive_ = true;
  state_ = State::Head;
  read_deadline_ = io_->now() + limits().keep_alive_timeout;
}

void Connection::pump() {
  if (pumping_) return;  // A handler answered in place; the loop below sees it.
  pumping_ = true;
  while (state_ != State::Closed) {
    want_read_ = false;
    if (step()) continue;
    if (pending_.empty() && !out_.empty()) {
      writing_.swap(out_);
      out_.clear();
      pending_ = writing_;
      write_some();
      if (pending_.empty()) continue;
    }
    break;
  }
  pumping_ = false;
  if (want_read_ && !reading_ && state_ != State::Closed) start_read();
}

bool Connection::step() {
  switch (state_) {
    case State::Head: return out_.size() + pending_.size() < kUnwrittenBytesMax && step_head();
    case State::Body: return step_body();
    case State::Opening: return step_opening();
    case State::Uploading: return step_uploading();
    case State::Upgrading: return !is_writing() && step_upgrading();
    case State::Waiting:
      if (!answer_) return false;
      respond(*std::exchange(answer_, std::nullopt));
      return true;
    case State::Streaming: return step_streaming();
    case State::Closing:
      if (!is_writing()) linger();
      return false;
    case State::Lingering: want_read_ = !transport_->tls; return false;
    case State::Handshake:
    case State::Closed: return false;
  }
  return false;
}

void Connection::start_read() {
  if (in_first_ == in_last_) in_first_ = in_last_ = 0;
  const bool body = state_ == State::Body || state_ == State::Uploading;
  const auto wanted = body ? kPieceBytes : kReadBytes;
  if (in_last_ == 0 && !body && in_.size() > kReadBytes) std::vector<char>(kReadBytes).swap(in_);
  if (in_.size() < wanted) in_.resize(wanted);
  if (in_.size() - in_last_ < kReadBytes / 4) {
    std::copy(in_.begin() + static_cast<std::ptrdiff_t>(in_first_),
              in_.begin() + static_cast<std::ptrdiff_t>(in_last_), in_.begin());
    in_last_ -= in_first_;
    in_first_ = 0;
    if (in_.size() - in_last_ < kReadBytes / 4) in_.resize(in_.size() * 2);
  }
  reading_ = true;
  transport_->async_read_some(
      asio::buffer(in_.data() + in_last_, in_.size() - in_last_),
      [self = shared_from_this()](const ErrorCode& error, std::size_t size) { self->on_read(error, size); });
}

void Connection::on_read(const ErrorCode& error, std::size_t size) {
  reading_ = false;
  if (state_ == State::Closed) return;
  Counters::add(io_->counters.bytes_received, size);
  if (error) {
    // A client may end its side after its last request and still read the answer.
    if (error != asio::error::eof || !is_writing()) return close();
    state_ = State::Closing;
    return pump();
  }
  if (state_ == State::Lingering) {
    lingered_ += size;
    if (lingered_ > kLingerBytesMax) return close();
    return start_read();
  }
  in_last_ += size;
  if (state_ == State::Body || state_ == State::Uploading)
    read_deadline_ = io_->now() + limits().body_idle_timeout;
  pump();
}

void Connection::write_some() {
  write_deadline_ = io_->now() + limits().write_timeout;
  if (!transport_->tls) {
    // Most answers fit into the socket's buffer: no need to come back for them.
    ErrorCode error;
    const auto written = transport_->socket.write_some(asio::buffer(pending_.data(), pending_.size()), error);
    Counters::add(io_->counters.bytes_sent, written);
    pending_.remove_prefix(written);
    if (error && error != asio::error::would_block) return close();
    if (pending_.empty()) return;
  }
  write_started_ = true;
  transport_->async_write_some(asio::buffer(pending_.data(), pending_.size()),
                               [self = shared_from_this()](const ErrorCode& error, std::size_t size) {
                                 self->on_written(error, size);
                               });
}

void Connection::on_written(const ErrorCode& error, std::size_t size) {
  write_started_ = false;
  if (state_ == State::Closed) return;
  Counters::add(io_->counters.bytes_sent, size);
  if (error) return close();
  pending_.remove_prefix(size);
  if (!pending_.empty()) write_some();
  if (!write_started_) pump();
}

void Connection::linger() {
  // Closing while something of the request is unread would reset the connection, and the client might lose
  // the answer. So only this side is closed, and what still comes is thrown away for a while.
  if (!transport_->tls && !reading_ && parser_->is_done() && unread().empty()) return close();
  state_ = State::Lingering;
  in_first_ = in_last_ = 0;
  read_deadline_ = io_->now() + kLingerTime;
  if (transport_->tls) {
    if (reading_) return close();
    reading_ = true;
    transport_->tls->async_shutdown([self = shared_from_this()](const ErrorCode&) { self->close(); });
    return;
  }
  ErrorCode ignored;
  transport_->socket.shutdown(tcp::socket::shutdown_send, ignored);
  want_read_ = true;
}

void Connection::close() {
  if (state_ == State::Closed) return;
  state_ = State::Closed;
  if (std::exchange(in_flight_, false)) Counters::subtract(io_->counters.requests_in_flight);
  drop_sink();
  if (transport_) transport_->close();
  slot_.reset();
  io_->remove(*this);
}

void Connection::tick(Nanos now) {
  if (!pending_.empty() && now >= write_deadline_) {
    Counters::add(io_->counters.timeouts);
    return close();
  }
  if (!reading_ || (now < read_deadline_ && !is_slow(now))) return;
  const bool idle = state_ == State::Head && !head_begun_;
  if (!idle) Counters::add(io_->counters.timeouts);
  if ((state_ == State::Head && head_begun_) || state_ == State::Body || state_ == State::Uploading) {
    refuse(408);
    return pump();
  }
  close();
}

void Connection::begin_stop() {
  const bool idle = state_ == State::Head && !head_begun_ && !is_writing();
  if (idle || state_ == State::Handshake) close();
}

}  // namespace http
