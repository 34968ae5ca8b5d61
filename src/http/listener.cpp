#include "http/listener.h"

#include <openssl/ssl.h>

#include <boost/asio/ip/v6_only.hpp>

#include "base/log.h"
#include "http/connection.h"

namespace http {

namespace {

constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpn, sizeof kAlpn, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

base::Error bind_error(const ErrorCode& error) {
  if (error == asio::error::address_in_use) return {base::Code::Conflict, "The port is taken."};
  if (error == asio::error::access_denied) return {base::Code::Denied, "The port needs a privilege."};
  return {base::Code::Invalid, "The address cannot be listened on: " + error.message()};
}

Address address_of(const asio::ip::address& address) {
  Address result;
  const auto v6 =
      address.is_v6() ? address.to_v6() : asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4());
  const auto bytes = v6.to_bytes();
  std::copy(bytes.begin(), bytes.end(), result.bytes.begin());
  return result;
}

/// Of those that TLS 1.3 knows, what is at least as hard to break as 128 bits: not the smaller finite fields.
constexpr const char* kGroups = "X25519:P-256:X448:P-384:P-521";

}  // namespace

base::Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const TlsFiles& files) {
  try {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(native, TLS1_3_VERSION);
    if (SSL_CTX_set1_groups_list(native, kGroups) != 1)
      return base::fail(base::Code::Internal, "TLS cannot be set up: its groups are unknown.");
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(native, select_protocol, nullptr);
    ErrorCode error;
    context->use_certificate_chain_file(files.certificate.string(), error);
    if (error) return base::fail(base::Code::Invalid, "The certificate cannot be used: " + error.message());
    context->use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
    if (error) return base::fail(base::Code::Invalid, "The key cannot be used: " + error.message());
    if (SSL_CTX_check_private_key(native) != 1)
      return base::fail(base::Code::Invalid, "The key does not belong to the certificate.");
    return context;
  } catch (const std::exception& thrown) {
    return base::fail(base::Code::Internal, std::string{"TLS cannot be set up: "} + thrown.what());
  }
}

Listener::Listener(ListenerOptions options, std::vector<std::shared_ptr<IoThread>> threads,
                   std::size_t own_thread)
    : options_(std::move(options)),
      threads_(std::move(threads)),
      own_thread_(threads_[own_thread]),
      next_(own_thread),
      acceptor_(own_thread_->context()),
      retry_(own_thread_->context()) {}

base::Result<std::shared_ptr<Listener>> Listener::open(ListenerOptions options,
                                                       std::vector<std::shared_ptr<IoThread>> threads,
                                                       std::size_t own_thread) {
  std::shared_ptr<Listener> listener{new Listener(std::move(options), std::move(threads), own_thread)};
  if (listener->options_.tls) {
    ASSIGN_OR_RETURN(auto context, make_tls_context(*listener->options_.tls));
    listener->set_tls(std::move(context));
  }
  RETURN_IF_ERROR(listener->bind());
  return listener;
}

base::Result<void> Listener::bind() {
  ErrorCode error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) return base::fail(base::Code::Invalid, "The address to listen on is not a numeric one.");
  const tcp::endpoint endpoint{address, options_.port};
  acceptor_.open(endpoint.protocol(), error);
  if (error) return base::fail(bind_error(error));
  acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  if (address.is_v6()) acceptor_.set_option(asio::ip::v6_only{false}, error);
  acceptor_.bind(endpoint, error);
  if (error) return base::fail(bind_error(error));
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return base::fail(bind_error(error));
  port_ = acceptor_.local_endpoint(error).port();
  if (error) return base::fail(bind_error(error));
  return {};
}

void Listener::start() {
  own_thread_->post([self = shared_from_this()] { self->accept(); });
}

void Listener::stop() {
  own_thread_->post([self = shared_from_this()] {
    ErrorCode ignored;
    self->acceptor_.close(ignored);
    self->retry_.cancel();
  });
}

void Listener::accept() {
  if (!acceptor_.is_open()) return;
  const auto io = threads_[next_++ % threads_.size()];
  acceptor_.async_accept(io->context(), [self = shared_from_this(), io](const ErrorCode& error,
                                                                        tcp::socket socket) {
    if (!error) {
      if (io == self->own_thread_)
        self->accepted(io, std::move(socket));
      else
        io->post([self, io, socket = std::move(socket)]() mutable { self->accepted(io, std::move(socket)); });
      return self->accept();
    }
    if (error == asio::error::operation_aborted || !self->acceptor_.is_open()) return;
    // Out of descriptors, most likely: those who wait are taken when some are free again.
    base::log(base::Level::Warning, "http.accept_failed", {{"error", error.value()}});
    self->retry_.expires_after(std::chrono::milliseconds{50});
    self->retry_.async_wait([self](const ErrorCode& cancelled) {
      if (!cancelled) self->accept();
    });
  });
}

void Listener::accepted(std::shared_ptr<IoThread> io, tcp::socket socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;
  const auto peer = address_of(endpoint.address());
  auto& core = io->core();
  // Behind a proxy all clients share its address.
  const auto rule =
      contains(core.trusted_proxies, peer) ? Admission::Rule::Exempt : Admission::Rule::ByAddress;
  if (core.stopping || !core.admission.enter(peer, rule)) {
    Counters::add(io->counters.connections_refused);
    return;
  }
  Counters::add(io->counters.connections);
  Slot slot{io->shared_core(), peer, rule};
  std::make_shared<Connection>(io, shared_from_this(), std::move(socket), peer, std::move(slot))->start();
}

std::shared_ptr<asio::ssl::context> Listener::tls() const {
  const base::Lock lock{mutex_};
  return tls_;
}

void Listener::set_tls(std::shared_ptr<asio::ssl::context> context) {
  const base::Lock lock{mutex_};
  tls_ = std::move(context);
}

}  // namespace http
