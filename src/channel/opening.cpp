#include <fmt/format.h>

#include "channel/handshake.hpp"
#include "identity/keys.hpp"

namespace p2pc::channel {

wire::pb::Hello hello_of(wire::pb::Role role) {
    wire::pb::Hello hello;
    hello.set_version_least(protocol_version);
    hello.set_version_most(protocol_version);
    hello.set_role(role);
    return hello;
}

identity::Purpose purpose_of(wire::pb::Role opener_role) {
    return opener_role == wire::pb::ROLE_PEER ? identity::Purpose::peer : identity::Purpose::login;
}

Error refusal_error(const Frame& frame) {
    const auto refusal = wire::parse_refusal(frame.body());
    if (!refusal) return refusal.error();
    const auto seconds = refusal->retry_after_ms() / 1000;
    return Error{wire::code_from(refusal->code()),
                 seconds == 0 ? "" : fmt::format("try again in {} s", seconds)};
}

Opening::Opening(io::Loop& loop, std::unique_ptr<io::Connection> connection, crypto::Random& random)
    : loop_(loop), random_(random), channel_(std::make_unique<Channel>(loop, std::move(connection))) {}

asio::awaitable<Result<Frame>> Opening::expect(wire::FrameType type, Deadline by) {
    auto frame = co_await channel_->read(by);
    if (!frame) co_return frame.error();
    // A refusal too: one that comes before the proof is anybody's.
    if (frame->type() != type) co_return Error{Errc::malformed, "another frame was due"};
    co_return frame;
}

asio::awaitable<Status> Opening::start(wire::pb::Hello mine, const crypto::SigningKey* key,
                                       std::vector<Bytes> first_flight, Deadline by) {
    auto ready = co_await channel_->connection().ready(by);
    if (!ready) co_return ready.error();
    binding_ = channel_->connection().stream().binding();
    purpose_ = purpose_of(mine.role());
    if (binding_.none()) mine.set_nonce(wire::to_string(random_.array<32>()));

    const Bytes hello = wire::frame(mine);
    transcript_.add(hello);
    auto sent = channel_->send(hello);
    if (!sent) co_return sent.error();
    if (binding_.none() && key != nullptr) {
        auto challenge = co_await expect(wire::FrameType::challenge, by);
        if (!challenge) co_return challenge.error();
        transcript_.add(challenge->as_sent());
    }
    if (key == nullptr) co_return Status{};
    const auto proof = identity::prove(*key, purpose_, identity::Role::opener, binding_, transcript_);
    sent = channel_->send(wire::make_frame(wire::FrameType::proof, proof.view()));
    for (auto& frame : first_flight) {
        if (sent) sent = channel_->send(std::move(frame));
    }
    co_return sent;
}

asio::awaitable<Result<wire::pb::Hello>> Opening::answer(Deadline by) {
    auto hello_frame = co_await expect(wire::FrameType::hello, by);
    if (!hello_frame) co_return hello_frame.error();
    auto hello = wire::parse_hello(hello_frame->body());
    if (!hello) co_return hello.error();
    if (hello->version_most() != protocol_version) co_return Error{Errc::unsupported, "no common version"};
    transcript_.add(hello_frame->as_sent());
    auto proof_frame = co_await expect(wire::FrameType::proof, by);
    if (!proof_frame) co_return proof_frame.error();
    const auto key = model::PublicKey::from(as_bytes(hello->key()));
    if (!key) co_return key.error();
    const auto proof = model::Signature::from(proof_frame->body());
    if (!proof) co_return proof.error();
    if (!identity::check_proof(*key, purpose_, identity::Role::acceptor, binding_, transcript_, *proof)) {
        co_return Error{Errc::identity, "the other side's proof is wrong"};
    }
    co_return hello;
}

std::unique_ptr<Channel> Opening::take(wire::Phase phase) && {
    channel_->enter(phase);
    return std::move(channel_);
}

}  // namespace p2pc::channel
