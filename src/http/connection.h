// One HTTP/1.1 connection, as a machine that reads a request, has it answered, writes the answer, and
// begins anew. It runs on its I/O thread alone; other threads reach it through the thread's mailbox.
//
//   Handshake → Head → Body ──→ Waiting → (Streaming) → Head …          plain and deferred handlers
//                    → Opening → Uploading → Waiting → …                uploads
//                    → Upgrading → a WebSocketSession takes over
//   any → Closing → Lingering → Closed
//
// pump() turns the machine until it waits for the client, for a worker, or for a reply. Answers to requests
// that were sent ahead are collected and written together. While a worker holds the request, the body or
// the sink, the machine does not touch them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/core.h"
#include "http/io_thread.h"
#include "http/listener.h"
#include "http/range.h"
#include "http/reply.h"
#include "http/request_parser.h"
#include "http/transport.h"

namespace http {

class Connection final : public ReplyTarget, public Peer, public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<IoThread> io, std::shared_ptr<const Listener> listener, tcp::socket socket,
             const Address& peer, Slot slot);
  void start();

  void answer(std::uint64_t ticket, Response response) override;
  void answered(std::uint64_t ticket, Response response) override;
  void tick(std::chrono::nanoseconds now) override;
  void begin_stop() override;
  void cut() override { close(); }

 private:
  using Nanos = std::chrono::nanoseconds;
  enum class State {
    Handshake,
    Head,
    Body,
    Opening,
    Uploading,
    Upgrading,
    Waiting,
    Streaming,
    Closing,
    Lingering,
    Closed
  };

  // connection.cpp: the machine, reading, writing, the end.
  void pump();
  bool step();
  void start_read();
  void on_read(const ErrorCode& error, std::size_t size);
  void write_some();
  void on_written(const ErrorCode& error, std::size_t size);
  bool is_writing() const { return !pending_.empty() || !out_.empty(); }
  void linger();
  void close();
  void begin_request();
  std::string_view unread() const { return {in_.data() + in_first_, in_last_ - in_first_}; }
  void consume(std::size_t size) { in_first_ += size; }
  const Limits& limits() const { return io_->core().limits; }

  // connection_request.cpp: head, body, handlers.
  bool step_head();
  bool step_body();
  bool step_opening();
  bool step_uploading();
  bool step_upgrading();
  /// Feeds what was read to the parser: 0 to go on, or the status of what is wrong.
  int parse_body(std::size_t enough);
  void head_done();
  void identify_client();
  bool must_redirect() const;
  Response redirect_to_https() const;
  void answer_unrouted(const Router::Match& match);
  void begin_body();
  void call_handler();
  void run_plain();
  void expect_body();
  void finish_upload_piece(base::Result<void> written, bool last);
  void drop_sink();
  bool is_slow(Nanos now) const;
  void refuse(int status, std::string detail = {});
  void refuse(const base::Error& error);
  Response render(const Problem& problem) const;

  // connection_response.cpp: answers.
  void respond(Response response);
  bool step_streaming();
  void fetch_piece();
  void finish_piece(base::Result<void> fetched);
  void finish_response();

  const std::shared_ptr<IoThread> io_;
  const std::shared_ptr<const Listener> listener_;
  const Address peer_;
  const std::string peer_text_;
  std::unique_ptr<Transport> transport_;
  std::optional<Slot> slot_;
  State state_ = State::Handshake;
  bool pumping_ = false;
  bool want_read_ = false;
  bool reading_ = false;
  bool keep_alive_ = true;
  bool in_flight_ = false;
  bool worker_busy_ = false;

  std::vector<char> in_;
  std::size_t in_first_ = 0;
  std::size_t in_last_ = 0;
  Nanos read_deadline_{0};

  Request request_;
  std::optional<RequestParser> parser_;
  std::size_t head_bytes_ = 0;
  bool head_begun_ = false;
  const Route* route_ = nullptr;
  std::uint64_t body_bytes_ = 0;
  Nanos body_begun_{0};  ///< moved on by the time that we kept the client waiting

  std::uint64_t ticket_ = 0;
  std::optional<Response> answer_;

  std::shared_ptr<UploadSink> sink_;
  std::uint64_t upload_size_max_ = 0;
  std::optional<base::Result<void>> opened_;
  std::string piece_;
  Nanos worker_begun_{0};

  Body body_;
  Extent extent_;
  bool chunked_ = false;
  bool body_done_ = false;

  std::string out_;             ///< composed, not begun
  std::string writing_;         ///< begun
  std::string_view pending_;    ///< what is left of writing_, or of a body held in memory
  bool write_started_ = false;  ///< an asynchronous write is under way
  Nanos write_deadline_{0};
  std::size_t lingered_ = 0;
};

}  // namespace http
