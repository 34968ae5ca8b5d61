// The reading half of a connection: heads, bodies, and who handles them.

#include "http/asio.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "base/log.h"
#include "http/connection.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "http/token.h"
#include "http/web_socket_session.h"

namespace http {

namespace {

namespace beast_http = boost::beast::http;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

int status_of_parse(const RequestParser& parser, const ErrorCode& error) {
  if (parser.fault() != 0) return parser.fault();
  if (error == beast_http::error::header_limit) return 431;
  if (error == beast_http::error::body_limit) return 413;
  if (error == beast_http::error::bad_version) return 505;
  return 400;
}

/// Handlers return Results; whatever is thrown nevertheless is a defect of ours, and costs one answer.
template <class Function>
auto guarded(const Function& function) -> decltype(function()) {
  try {
    return function();
  } catch (const std::exception&) {
    return base::fail(base::Code::Internal, "A handler threw an exception.");
  }
}

void log_failure(const base::Error& error, const Route& route) {
  if (error.code != base::Code::Internal && error.code != base::Code::Corrupt) return;
  base::log(base::Level::Error, "http.handler_failed",
            {{"route", base::log_public(route.info.pattern)}, {"error", error}});
}

}  // namespace

bool Connection::step_head() {
  auto text = unread();
  // An empty line or two before a request are to be forgiven (RFC 9112 §2.2).
  while (head_bytes_ == 0 && !text.empty() && (text.front() == '\r' || text.front() == '\n')) {
    consume(1);
    text.remove_prefix(1);
  }
  if (text.empty()) {
    want_read_ = true;
    return false;
  }
  if (!head_begun_) {
    head_begun_ = true;
    read_deadline_ = io_->now() + limits().header_timeout;
  }
  ErrorCode error;
  const auto used = parser_->put(asio::buffer(text.data(), text.size()), error);
  consume(used);
  head_bytes_ += used;
  const bool done = !error && parser_->is_header_done();
  const auto seen = done ? head_bytes_ : head_bytes_ + unread().size();
  if (done || (error && error != beast_http::error::need_more)) {
    Counters::add(io_->counters.requests);
    Counters::add(io_->counters.requests_in_flight);
    in_flight_ = true;
  }
  if ((done || error == beast_http::error::need_more) && seen > limits().header_bytes) {
    refuse(431);
  } else if (done) {
    head_done();
  } else if (error && error != beast_http::error::need_more) {
    refuse(status_of_parse(*parser_, error));
  } else {
    want_read_ = true;
    return false;
  }
  return true;
}

void Connection::identify_client() {
  const auto forwarded = read_forwarded(request_.headers, peer_, io_->core().trusted_proxies);
  request_.secure = forwarded.secure.value_or(transport_->tls != nullptr) || transport_->tls != nullptr;
  request_.loopback = peer_.is_loopback() && forwarded.client.is_loopback() && !forwarded.secure;
  if (forwarded.client == peer_)
    request_.client_address = peer_text_;
  else
    request_.client_address = to_text(forwarded.client);
  if (!forwarded.host.empty() && is_host(forwarded.host)) {
    request_.host = forwarded.host;
    for (auto& c : request_.host)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
}

bool Connection::must_redirect() const {
  if (request_.secure || listener_->options().plain == PlainHttp::Anyone) return false;
  const auto& trusted = io_->core().trusted_proxies;
  const bool proxied = !trusted.empty() && contains(trusted, peer_);
  // A proxy that names no scheme is believed to ask for itself, as health checks do.
  if (proxied) return request_.headers.has("x-forwarded-proto");
  return !peer_.is_loopback();
}

Response Connection::redirect_to_https() const {
  auto response =
      Response::redirect(308, "https://" + listener_->options().https_authority + request_.target);
  response.close = true;
  return response;
}

void Connection::head_done() {
  keep_alive_ = parser_->keep_alive();
  if (parser_->fault() != 0) return refuse(parser_->fault());
  identify_client();
  if (auto parsed = parse_target(request_.target, request_); !parsed) return refuse(parsed.error());
  if (must_redirect()) {
    if (listener_->options().https_authority.empty()) return refuse(400, "Plain HTTP is not served here.");
    return respond(redirect_to_https());
  }
  const bool upgrade = parser_->wants_web_socket();
  auto match =
      listener_->options().router->find(request_.method, request_.path, upgrade, request_.parameters);
  route_ = match.route;
  if (route_ == nullptr) return answer_unrouted(match);
  switch (route_->info.kind) {
    case RouteKind::WebSocket: state_ = State::Upgrading; return;
    case RouteKind::Upload:
      state_ = State::Opening;
      opened_.reset();
      worker_busy_ = io_->core().workers.try_submit([self = shared_from_this()] {
        auto upload = guarded([&] { return self->route_->upload(self->request_); });
        base::Result<void> opened;
        if (upload) {
          self->sink_ = std::move(upload->sink);
          self->upload_size_max_ = upload->size_max;
        } else {
          opened = base::fail(std::move(upload).error());
        }
        self->io_->post([self, opened = std::move(opened)]() mutable {
          self->worker_busy_ = false;
          if (self->state_ == State::Closed) return self->drop_sink();
          self->opened_ = std::move(opened);
          self->pump();
        });
      });
      if (!worker_busy_) refuse({base::Code::Unavailable, "The server is busy."});
      return;
    case RouteKind::Plain:
    case RouteKind::Deferred: return begin_body();
  }
}

void Connection::answer_unrouted(const Router::Match& match) {
  if (!match.path_known) return refuse({base::Code::NotFound, "There is nothing at this address."});
  if (request_.method == Method::Options) {
    return respond(Response::no_content().with("Allow", match.allow));
  }
  auto response = render(problem_of_status(match.upgrade_required ? 426 : 405));
  response.headers.set("Allow", match.allow);
  if (match.upgrade_required) response.headers.set("Upgrade", "websocket");
  respond(std::move(response));
}

void Connection::begin_body() {
  const auto size_max = route_->body_bytes_max.value_or(limits().body_bytes);
  if (parser_->content_length().value_or(0) > size_max)
    return refuse({base::Code::TooLarge, "The body is too large."});
  if (parser_->is_done()) return call_handler();
  parser_->body_limit(size_max);
  expect_body();
  state_ = State::Body;
}

void Connection::expect_body() {
  if (parser_->expects_continue() && !parser_->is_done() && unread().empty()) out_ += kContinue;
  body_begun_ = io_->now();
  read_deadline_ = io_->now() + limits().body_idle_timeout;
}

int Connection::parse_body(std::size_t enough) {
  while (!parser_->is_done() && request_.body.size() < enough && !unread().empty()) {
    auto text = unread();
    ErrorCode error;
    const auto before = request_.body.size();
    const auto used = parser_->put(asio::buffer(text.data(), text.size()), error);
    consume(used);
    body_bytes_ += request_.body.size() - before;
    if (error == beast_http::error::need_more) {
      // A chunk's head, its extensions or a trailer that is longer than any head may be.
      if (unread().size() > limits().header_bytes) return 431;
      return 0;
    }
    if (error) return status_of_parse(*parser_, error);
  }
  return 0;
}

bool Connection::step_body() {
  if (const int status = parse_body(SIZE_MAX); status != 0) {
    refuse(status);
    return true;
  }
  if (parser_->is_done()) {
    call_handler();
    return true;
  }
  want_read_ = true;
  return false;
}

void Connection::call_handler() {
  state_ = State::Waiting;
  ++ticket_;
  if (route_->info.kind == RouteKind::Plain) return run_plain();
  Reply reply{shared_from_this(), ticket_};
  const auto called = guarded([&]() -> base::Result<void> {
    route_->deferred(request_, std::move(reply));
    return {};
  });
  if (!called) log_failure(called.error(), *route_);
}

void Connection::run_plain() {
  const bool taken = io_->core().workers.try_submit([self = shared_from_this(), ticket = ticket_] {
    auto result = guarded([&] { return self->route_->plain(self->request_); });
    if (!result) log_failure(result.error(), *self->route_);
    self->answer(ticket, result ? *std::move(result) : self->render(to_problem(result.error())));
  });
  if (!taken) refuse({base::Code::Unavailable, "The server is busy."});
}

void Connection::answer(std::uint64_t ticket, Response response) {
  if (io_->is_current()) return answered(ticket, std::move(response));
  io_->post_answer(shared_from_this(), ticket, std::move(response));
}

void Connection::answered(std::uint64_t ticket, Response response) {
  if (state_ != State::Waiting || ticket != ticket_) return;
  answer_ = std::move(response);
  pump();
}

bool Connection::step_opening() {
  if (worker_busy_ || !opened_) return false;
  const auto opened = std::move(*opened_);
  opened_.reset();
  if (!opened) {
    log_failure(opened.error(), *route_);
    refuse(opened.error());
  } else if (parser_->content_length().value_or(0) > upload_size_max_) {
    refuse({base::Code::TooLarge, "The body is too large."});
  } else {
    if (!parser_->is_done()) parser_->body_limit(upload_size_max_);
    expect_body();
    state_ = State::Uploading;
  }
  return true;
}

bool Connection::step_uploading() {
  if (worker_busy_) return false;
  if (const int status = parse_body(kPieceBytes); status != 0) {
    refuse(status);
    return true;
  }
  const bool last = parser_->is_done();
  if (!last && request_.body.size() < kPieceBytes) {
    want_read_ = true;
    return false;
  }
  piece_.swap(request_.body);
  request_.body.clear();
  if (last) {
    state_ = State::Waiting;
    ++ticket_;
  }
  worker_busy_ = true;
  worker_begun_ = io_->now();
  io_->core().workers.submit([self = shared_from_this(), last] {
    auto written = guarded([&]() -> base::Result<void> {
      if (self->piece_.empty()) return {};
      return self->sink_->write(self->piece_);
    });
    self->finish_upload_piece(std::move(written), last);
  });
  return false;
}

void Connection::finish_upload_piece(base::Result<void> written, bool last) {
  // Still on the worker.
  if (written && last) {
    auto result = guarded([&] { return sink_->finish(); });
    sink_.reset();
    if (!result) log_failure(result.error(), *route_);
    auto response = result ? *std::move(result) : render(to_problem(result.error()));
    io_->post([self = shared_from_this(), response = std::move(response)]() mutable {
      self->worker_busy_ = false;
      self->answered(self->ticket_, std::move(response));
    });
    return;
  }
  io_->post([self = shared_from_this(), written = std::move(written)]() mutable {
    self->worker_busy_ = false;
    if (self->state_ == State::Closed) return self->drop_sink();
    const auto kept_waiting = self->io_->now() - self->worker_begun_;
    self->body_begun_ += kept_waiting;
    self->read_deadline_ = self->io_->now() + self->limits().body_idle_timeout;
    if (!written) self->refuse(written.error());
    self->pump();
  });
}

void Connection::drop_sink() {
  // What a sink throws away may take a while; not on this thread.
  if (worker_busy_ || !sink_) return;
  io_->core().workers.submit([sink = std::move(sink_)]() mutable { sink.reset(); });
  sink_.reset();
}

bool Connection::is_slow(Nanos now) const {
  if ((state_ != State::Body && state_ != State::Uploading) || worker_busy_) return false;
  const auto elapsed = now - body_begun_;
  if (elapsed < limits().body_grace) return false;
  const auto ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
  return body_bytes_ < limits().body_bytes_per_s_min * ms / 1000;
}

bool Connection::step_upgrading() {
  const auto key = request_.header("sec-websocket-key");
  if (request_.header("sec-websocket-version").value_or("") != "13") {
    auto response = render(problem_of_status(426));
    response.headers.set("Sec-WebSocket-Version", "13");
    respond(std::move(response));
    return true;
  }
  // A client waits for the handshake's answer before it sends frames (RFC 6455 §4.1).
  if (!key || key->size() != 24 || !parser_->is_done() || !unread().empty()) {
    refuse(400);
    return true;
  }
  auto session = std::make_shared<WebSocketSession>(io_);
  auto events = guarded([&] { return route_->web_socket(request_, session); });
  if (!events) {
    log_failure(events.error(), *route_);
    session->abandon();
    refuse(events.error());
    return true;
  }
  Counters::add(io_->counters.responses[0]);
  Counters::subtract(io_->counters.requests_in_flight);
  in_flight_ = false;
  state_ = State::Closed;
  const auto self = shared_from_this();
  io_->remove(*this);
  session->begin(std::move(transport_), *std::move(slot_), request_, *std::move(events));
  slot_.reset();
  return true;
}

Response Connection::render(const Problem& problem) const {
  const auto& page = listener_->options().router->error_page();
  if (page && accepts_html(request_))
    if (auto response = page(request_, problem)) {
      if (problem.retry_after_s) response->headers.set("Retry-After", std::to_string(*problem.retry_after_s));
      return *std::move(response);
    }
  return to_response(problem);
}

void Connection::refuse(int status, std::string detail) {
  if (status == 413) return refuse({base::Code::TooLarge, "The body is too large."});
  if (status == 400)
    return refuse({base::Code::Invalid, detail.empty() ? "The request is not well-formed HTTP." : detail});
  // The rest of what the client sends has lost its meaning, unless it is a request for something else.
  keep_alive_ = keep_alive_ && status == 501;
  respond(render(problem_of_status(status, std::move(detail))));
}

void Connection::refuse(const base::Error& error) {
  if (!parser_->is_header_done()) keep_alive_ = false;
  respond(render(to_problem(error)));
}

}  // namespace http
