// TlsStream: TLS 1.3 over any inner stream, driven without waiting.
//
// One thread at a time. Where it waits is where the inner stream waits. An accepting stream holds no SSL
// object until a whole ClientHello is there, and never sends a byte to who is not speaking TLS 1.3.
#pragma once

#include <memory>
#include <p2pc/transport/stream.hpp>
#include <p2pc/transport/transport.hpp>
#include <string>

#include "tls/handshakes.hpp"
#include "tls/inner_pipe.hpp"
#include "tls/openssl.hpp"

namespace p2pc::tls {

class TlsStream final : public transport::Stream {
  public:
    // `verified_host`: check the certificate for it; empty: no check.
    // `handshakes`: those it counts among while its own lasts; null: none.
    TlsStream(std::unique_ptr<transport::Stream> inner, ContextPtr context, transport::Role role,
              std::string verified_host, std::shared_ptr<Handshakes> handshakes = nullptr);

    int poll_fd() noexcept override { return pipe_.stream().poll_fd(); }
    void on_ready(void (*call)(void*), void* context) noexcept override {
        pipe_.stream().on_ready(call, context);
    }
    std::int64_t deadline_ns() noexcept override { return pipe_.stream().deadline_ns(); }
    transport::IoResult step() noexcept override;
    transport::IoResult flush() noexcept override;
    transport::IoResult try_shutdown() noexcept override;
    transport::IoResult try_read(std::byte* into, std::size_t size) noexcept override;
    transport::IoResult try_write(const std::byte* from, std::size_t size) noexcept override;
    transport::Binding binding() noexcept override;
    transport::Address local() noexcept override { return pipe_.stream().local(); }
    transport::Address remote() noexcept override { return pipe_.stream().remote(); }
    transport::Failure failure() noexcept override { return failure_; }
    void hint(transport::Use use) noexcept override;

  private:
    enum class State : std::uint8_t { connecting, awaiting_hello, handshaking, open, closed, failed };

    transport::IoResult await_hello() noexcept;
    transport::IoResult start() noexcept;
    transport::IoResult handshake() noexcept;
    transport::IoResult fail(const transport::Failure& why) noexcept;
    transport::IoResult fail_inner() noexcept;
    transport::IoResult fail_handshake() noexcept;
    transport::IoResult pushed() noexcept;
    void choose_chunk() noexcept;
    bool write_record(const std::byte* from, std::size_t size) noexcept;

    InnerPipe pipe_;
    ContextPtr context_;                      // until the SSL object is made
    SslPtr ssl_;                              // dies before the pipe its BIO looks at
    std::shared_ptr<Handshakes> handshakes_;  // until it has its seat
    std::unique_ptr<Handshakes::Seat> seat_;  // dies before the pipe, whose descriptor it knows
    transport::Role role_;
    State state_ = State::connecting;
    bool bulk_ = false;
    std::string verified_host_;
    std::uint32_t records_ = 0;  // written under the current key
    transport::Failure failure_;
};

}  // namespace p2pc::tls
