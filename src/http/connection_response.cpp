// The writing half of a connection: answers and their bodies.

#include <charconv>

#include "base/log.h"
#include "http/connection.h"
#include "http/serialise.h"

namespace http {

namespace {

/// A body up to this size is copied behind its head, so that both leave in one write.
constexpr std::size_t kCopiedBytesMax = 16 * 1024;

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

bool is_in_memory(const Body& body) {
  return !std::holds_alternative<Source>(body) && !std::holds_alternative<Pull>(body);
}

void append_chunk(std::string& out, std::string_view piece) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, piece.size(), 16).ptr;
  out.append(digits, end).append("\r\n").append(piece).append("\r\n");
}

}  // namespace

void Connection::respond(Response response) {
  drop_sink();
  extent_ = apply_conditions(request_, response);
  // With a part of the request unread, nobody knows where the next one begins.
  const bool ends = response.close || !parser_->is_done() || io_->core().stopping;
  keep_alive_ = keep_alive_ && !ends;

  HeadFacts facts;
  facts.http10 = parser_->http10();
  facts.length = extent_.size;
  facts.date = io_->date();
  if (has_no_body(response.status))
    facts.framing = Framing::None;
  else if (!extent_.known)
    facts.framing = facts.http10 ? Framing::UntilClose : Framing::Chunked;
  if (facts.framing == Framing::UntilClose) keep_alive_ = false;
  facts.keep_alive = keep_alive_;
  write_head(out_, request_, response, facts);
  const auto status_class = static_cast<std::size_t>(response.status / 100 - 1);
  if (status_class < io_->counters.responses.size()) Counters::add(io_->counters.responses[status_class]);
  if (const auto& seen = listener_->options().seen; seen && !request_.path.empty())
    seen({.request = request_,
          .route = route_ != nullptr ? &route_->info : nullptr,
          .status = response.status});

  const bool in_memory = is_in_memory(response.body);
  if (facts.framing == Framing::None || request_.method == Method::Head) return finish_response();
  if (in_memory && extent_.size <= kCopiedBytesMax) {
    out_ += response.body_text();
    return finish_response();
  }
  body_ = std::move(response.body);
  chunked_ = facts.framing == Framing::Chunked;
  body_done_ = false;
  state_ = State::Streaming;
}

bool Connection::step_streaming() {
  if (is_writing() || worker_busy_) return false;
  if (body_done_ || (extent_.known && extent_.size == 0)) {
    body_ = std::string{};
    finish_response();
    return true;
  }
  if (!is_in_memory(body_)) {
    fetch_piece();
    return false;
  }
  Response held;
  held.body = std::move(body_);
  pending_ = held.body_text();
  body_ = std::move(held.body);
  body_done_ = true;
  write_some();
  return pending_.empty();
}

void Connection::fetch_piece() {
  worker_busy_ = true;
  io_->core().workers.submit([self = shared_from_this()] {
    base::Result<void> fetched;
    auto& piece = self->piece_;
    piece.clear();
    try {
      if (auto* pull = std::get_if<Pull>(&self->body_)) {
        fetched = (*pull)(piece);
      } else {
        const auto& source = std::get<Source>(self->body_);
        piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, self->extent_.size)));
        const auto size = source.read_at(self->extent_.first,
                                         {reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()});
        if (!size)
          fetched = base::fail(size.error());
        else if (*size != piece.size())
          fetched = base::fail(base::Code::Corrupt, "A body is shorter than it said.");
      }
    } catch (const std::exception&) {
      fetched = base::fail(base::Code::Internal, "A body threw an exception.");
    }
    self->io_->post(
        [self, fetched = std::move(fetched)]() mutable { self->finish_piece(std::move(fetched)); });
  });
}

void Connection::finish_piece(base::Result<void> fetched) {
  worker_busy_ = false;
  if (state_ != State::Streaming) return;
  if (!fetched) {
    // Nothing that is written now could tell the client that the body is wrong; an end without its mark can.
    base::log(base::Level::Error, "http.body_failed", {{"error", fetched.error()}});
    return close();
  }
  if (extent_.known) {
    extent_.first += piece_.size();
    extent_.size -= piece_.size();
    out_ += piece_;
  } else if (piece_.empty()) {
    if (chunked_) out_ += "0\r\n\r\n";
    body_done_ = true;
  } else if (chunked_) {
    append_chunk(out_, piece_);
  } else {
    out_ += piece_;
  }
  pump();
}

void Connection::finish_response() {
  if (std::exchange(in_flight_, false)) Counters::subtract(io_->counters.requests_in_flight);
  if (keep_alive_ && state_ != State::Closed)
    begin_request();
  else
    state_ = State::Closing;
}

}  // namespace http
