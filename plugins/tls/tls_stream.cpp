#include "tls/tls_stream.hpp"

#include <algorithm>

#include "tls/client_hello.hpp"
#include "tls/context.hpp"

namespace p2pc::tls {

using transport::IoResult;
using transport::IoStatus;
using transport::make_failure;
using transport::Role;
using transport::Use;

namespace {

constexpr std::size_t max_record = 16 * 1024;
// AES-GCM is good for 2^24.5 full records under one key (RFC 8446, 5.5); we change it well before.
constexpr std::uint32_t records_per_key = 1U << 22;
// Answers to key updates of a peer that never reads: past this we stop reading until they are gone. A whole
// batch of ours must fit below, else two ends that both send would both stop reading.
constexpr std::size_t max_unsent_while_reading = 2 * InnerPipe::bulk_chunk;

}  // namespace

TlsStream::TlsStream(std::unique_ptr<transport::Stream> inner, ContextPtr context, Role role,
                     std::string verified_host, std::shared_ptr<Handshakes> handshakes)
    : pipe_(std::move(inner)),
      context_(std::move(context)),
      handshakes_(std::move(handshakes)),
      role_(role),
      verified_host_(std::move(verified_host)) {}

IoResult TlsStream::fail(const transport::Failure& why) noexcept {
    if (state_ != State::failed) failure_ = why;
    state_ = State::failed;
    // An alert would be all a stranger gets to see of us; a proven peer learns nothing new from it.
    pipe_.forget_unsent();
    ERR_clear_error();
    return {0, IoStatus::error};
}

IoResult TlsStream::fail_inner() noexcept {
    return fail(pipe_.stream().failure());
}

IoResult TlsStream::pushed() noexcept {
    const auto result = pipe_.push();
    pipe_.trim();
    return result.status == IoStatus::error ? fail_inner() : IoResult{0, result.status};
}

IoResult TlsStream::step() noexcept {
    if (state_ == State::connecting) {
        const auto inner = pipe_.stream().step();
        if (inner.status == IoStatus::error) return fail_inner();
        if (inner.status != IoStatus::ok) return inner;
        state_ = State::awaiting_hello;
    }
    if (state_ == State::awaiting_hello) {
        const auto ready = role_ == Role::accepting ? await_hello() : IoResult{};
        if (ready.status != IoStatus::ok) return ready;
        const auto started = start();
        if (started.status != IoStatus::ok) return started;
    }
    if (state_ == State::handshaking) return handshake();
    if (state_ == State::failed) return {0, IoStatus::error};
    return {0, IoStatus::ok};
}

IoResult TlsStream::await_hello() noexcept {
    for (;;) {
        switch (check_client_hello(pipe_.in().data())) {
            case Hello::complete:
                return {0, IoStatus::ok};
            case Hello::refused:
                return fail(make_failure(Errc::malformed, "not a TLS 1.3 ClientHello of at most 4 KiB"));
            case Hello::incomplete:
                break;
        }
        const auto status = pipe_.fill(max_client_hello);
        if (status == IoStatus::error) return fail_inner();
        if (status == IoStatus::eof) return fail(make_failure(Errc::interrupted, "closed before its hello"));
        if (status != IoStatus::ok) {
            // Nobody who has said nothing holds memory of ours.
            pipe_.trim();
            return {0, status};
        }
    }
}

IoResult TlsStream::start() noexcept {
    if (handshakes_) {
        seat_ = std::make_unique<Handshakes::Seat>(handshakes_, pipe_.stream().poll_fd());
        handshakes_.reset();
    }
    ERR_clear_error();
    ssl_.reset(SSL_new(context_.get()));
    BIO* bio = ssl_ ? pipe_.make_bio() : nullptr;
    if (bio == nullptr) return fail(openssl_failure(Errc::internal, "TLS"));
    SSL_set_bio(ssl_.get(), bio, bio);
    context_.reset();
    if (role_ == Role::accepting) {
        SSL_set_accept_state(ssl_.get());
    } else {
        SSL_set_connect_state(ssl_.get());
        if (!verified_host_.empty() && !expect_host(ssl_.get(), verified_host_)) {
            return fail(openssl_failure(Errc::usage, "cannot verify '" + verified_host_ + "'"));
        }
    }
    state_ = State::handshaking;
    return {0, IoStatus::ok};
}

IoResult TlsStream::handshake() noexcept {
    if (seat_ && seat_->lost()) {
        ssl_.reset();
        return fail(make_failure(Errc::busy, "too many TLS handshakes at once"));
    }
    if (SSL_is_init_finished(ssl_.get()) == 0) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        if (done != 1) {
            if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) return fail_handshake();
            const auto sent = pushed();
            return sent.status == IoStatus::ok ? IoResult{0, IoStatus::want_read} : sent;
        }
        if (!speaks_p2pc(ssl_.get())) {
            return fail(make_failure(Errc::unsupported, "the other side does not speak p2pc/1"));
        }
    }
    const auto sent = pushed();
    if (sent.status == IoStatus::ok) {
        state_ = State::open;
        seat_.reset();
        choose_chunk();
    }
    return sent;
}

IoResult TlsStream::fail_handshake() noexcept {
    const auto status = pipe_.last_read();
    if (status == IoStatus::error) return fail_inner();
    const Errc code = role_ == Role::accepting ? Errc::malformed : Errc::cannot_connect;
    if (status == IoStatus::eof) return fail(make_failure(code, "closed during the TLS handshake"));
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (!verified_host_.empty() && verdict != X509_V_OK) {
        return fail(make_failure(Errc::identity, std::string{"certificate of '"} + verified_host_ +
                                                     "': " + X509_verify_cert_error_string(verdict)));
    }
    return fail(openssl_failure(code, "TLS handshake"));
}

IoResult TlsStream::flush() noexcept {
    if (state_ == State::failed) return {0, IoStatus::error};
    return pushed();
}

IoResult TlsStream::try_shutdown() noexcept {
    if (state_ != State::open && state_ != State::closed) {
        const auto ready = step();
        if (ready.status != IoStatus::ok) return ready;
    }
    if (state_ == State::open) {
        ERR_clear_error();
        if (SSL_shutdown(ssl_.get()) < 0) return fail(openssl_failure(Errc::interrupted, "TLS shutdown"));
        state_ = State::closed;
    }
    const auto sent = pushed();
    if (sent.status != IoStatus::ok) return sent;
    const auto inner = pipe_.stream().try_shutdown();
    return inner.status == IoStatus::error ? fail_inner() : inner;
}

IoResult TlsStream::try_read(std::byte* into, std::size_t size) noexcept {
    if (state_ != State::open && state_ != State::closed) {
        const auto ready = step();
        if (ready.status != IoStatus::ok) return ready;
    }
    if (pipe_.unsent() > max_unsent_while_reading) {
        const auto sent = pushed();
        if (sent.status != IoStatus::ok) return sent;
    }
    std::size_t filled = 0;
    int error = SSL_ERROR_NONE;
    ERR_clear_error();
    while (filled < size) {
        std::size_t count = 0;
        const int done = SSL_read_ex(ssl_.get(), into + filled, size - filled, &count);
        filled += count;
        if (done != 1) {
            error = SSL_get_error(ssl_.get(), done);
            // A message of the handshake layer was taken and there is more.
            if (error == SSL_ERROR_WANT_READ && !pipe_.in().empty()) continue;
            break;
        }
        if (SSL_pending(ssl_.get()) == 0 && pipe_.in().empty()) break;
    }
    pipe_.trim();
    if (filled > 0 || size == 0) return {filled, IoStatus::ok};  // an error comes back with the next try
    if (error == SSL_ERROR_WANT_READ) return {0, pipe_.last_read()};
    if (error == SSL_ERROR_ZERO_RETURN) return {0, IoStatus::eof};
    if (pipe_.last_read() == IoStatus::error) return fail_inner();
    if (pipe_.last_read() == IoStatus::eof) {
        return fail(make_failure(Errc::interrupted, "cut off: the stream ended without close_notify"));
    }
    return fail(openssl_failure(Errc::interrupted, "TLS read"));
}

bool TlsStream::write_record(const std::byte* from, std::size_t size) noexcept {
    if (++records_ > records_per_key) {
        if (SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED) != 1) return false;
        records_ = 1;
    }
    std::size_t count = 0;
    return SSL_write_ex(ssl_.get(), from, size, &count) == 1;
}

IoResult TlsStream::try_write(const std::byte* from, std::size_t size) noexcept {
    if (state_ == State::closed) return fail(make_failure(Errc::internal, "write after shutdown"));
    if (state_ != State::open) {
        const auto ready = step();
        if (ready.status != IoStatus::ok) return ready;
    }
    // Only into an empty buffer: what is refused here was not encrypted.
    const auto before = pushed();
    if (before.status != IoStatus::ok) return before;
    const std::size_t batch = bulk_ ? InnerPipe::bulk_chunk : max_record;
    const std::size_t total = std::min(size, batch);
    ERR_clear_error();
    for (std::size_t taken = 0; taken < total;) {
        const std::size_t piece = std::min(total - taken, max_record);
        if (!write_record(from + taken, piece)) return fail(openssl_failure(Errc::interrupted, "TLS write"));
        taken += piece;
    }
    const auto sent = pushed();
    if (sent.status == IoStatus::error) return sent;
    return {total, IoStatus::ok};  // what the socket did not take yet waits for flush()
}

transport::Binding TlsStream::binding() noexcept {
    auto binding = transport::no_binding();
    if (state_ != State::open && state_ != State::closed) return binding;
    static constexpr std::string_view label = "EXPORTER-Channel-Binding";  // RFC 9266
    static constexpr std::size_t size = 32;
    auto* out = reinterpret_cast<unsigned char*>(binding.value.data());
    const auto* no_context = reinterpret_cast<const unsigned char*>("");
    if (SSL_export_keying_material(ssl_.get(), out, size, label.data(), label.size(), no_context, 0, 1) !=
        1) {
        return transport::no_binding();
    }
    transport::set_text(binding.type, "tls-exporter");
    binding.value_size = size;
    return binding;
}

void TlsStream::hint(Use use) noexcept {
    bulk_ = use == Use::bulk;
    choose_chunk();
    pipe_.trim();
    pipe_.stream().hint(use);
}

// Not before the handshake is over: a stranger has no use for more.
void TlsStream::choose_chunk() noexcept {
    if (state_ != State::open && state_ != State::closed) return;
    pipe_.set_chunk(bulk_ ? InnerPipe::bulk_chunk : InnerPipe::small_chunk);
}

}  // namespace p2pc::tls
