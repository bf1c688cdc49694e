// Handshake: hello and proof on a fresh connection, as opener and as acceptor (docs/protocol.md, "Opening a
// connection").
//
// It proves that the other side holds the key its hello names, on this very connection; whether that key is
// the right one is the caller's to judge, and nothing of the caller may be sent before it has. Both classes
// belong to one loop and one coroutine. Dropping one aborts its connection.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <p2pc/base/result.hpp>
#include <vector>

#include "channel/channel.hpp"
#include "crypto/random.hpp"
#include "identity/proof.hpp"

namespace p2pc::channel {

constexpr std::uint32_t protocol_version = 1;
constexpr Duration handshake_time = std::chrono::seconds{10};

// What a hello of this program always says.
wire::pb::Hello hello_of(wire::pb::Role role);
identity::Purpose purpose_of(wire::pb::Role opener_role);

class Opening {
  public:
    Opening(io::Loop& loop, std::unique_ptr<io::Connection> connection, crypto::Random& random);

    // Waits for the stream, sends the hello, its proof (none without a key) and the first flight of control
    // frames. `key` must live until then.
    //   Errc::malformed     the acceptor's challenge is none
    //   Errc::refused, ...  what a REFUSE says
    asio::awaitable<Status> start(wire::pb::Hello mine, const crypto::SigningKey* key,
                                  std::vector<Bytes> first_flight, Deadline by);
    // The acceptor's hello, its proof checked against the key that hello names.
    //   Errc::identity     the proof is wrong
    //   Errc::unsupported  no common version
    //   Errc::closed, Errc::interrupted  it ended without an answer
    asio::awaitable<Result<wire::pb::Hello>> answer(Deadline by);

    const transport::Binding& binding() const noexcept { return binding_; }
    // REQUIRES: answer() gave the acceptor's hello.
    crypto::Hash256Value link_name() const { return identity::link_name(binding_, transcript_); }
    Channel& channel() noexcept { return *channel_; }
    // The channel, in the phase that follows.
    std::unique_ptr<Channel> take(wire::Phase phase) &&;

  private:
    asio::awaitable<Result<Frame>> expect(wire::FrameType type, Deadline by);

    io::Loop& loop_;
    crypto::Random& random_;
    std::unique_ptr<Channel> channel_;
    transport::Binding binding_;
    identity::Transcript transcript_;
    identity::Purpose purpose_ = identity::Purpose::login;
};

class Accepting {
  public:
    Accepting(io::Loop& loop, std::unique_ptr<io::Connection> connection, crypto::Random& random);

    // The opener's hello. Nothing was sent so far.
    asio::awaitable<Result<wire::pb::Hello>> hello(Deadline by);
    // Challenges the opener where the stream is unbound, and checks its proof against the key in its hello.
    //   Errc::identity  the proof is wrong
    asio::awaitable<Status> proof(Deadline by);
    // Queues our hello and proof. `mine` gets the version chosen.
    Status answer(wire::pb::Hello mine, const crypto::SigningKey& key);
    // Queues a REFUSE, after answer(); the caller lets the channel drain and drops it.
    void refuse(Errc code, Duration retry_after = Duration::zero());

    const transport::Binding& binding() const noexcept { return binding_; }
    // REQUIRES: answer() was called.
    crypto::Hash256Value link_name() const { return identity::link_name(binding_, transcript_); }
    Channel& channel() noexcept { return *channel_; }
    std::unique_ptr<Channel> take(wire::Phase phase) &&;

  private:
    io::Loop& loop_;
    crypto::Random& random_;
    std::unique_ptr<Channel> channel_;
    transport::Binding binding_;
    identity::Transcript transcript_;
    std::string their_key_;  // as their hello names it; the hello itself is the caller's, 4 KiB once
    identity::Purpose purpose_ = identity::Purpose::login;
    std::uint32_t version_ = 0;
};

// The error a REFUSE frame stands for.
Error refusal_error(const Frame& frame);

}  // namespace p2pc::channel
