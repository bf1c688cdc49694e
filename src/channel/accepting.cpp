#include "channel/handshake.hpp"
#include "identity/keys.hpp"

namespace p2pc::channel {

Accepting::Accepting(io::Loop& loop, std::unique_ptr<io::Connection> connection, crypto::Random& random)
    : loop_(loop), random_(random), channel_(std::make_unique<Channel>(loop, std::move(connection))) {}

asio::awaitable<Result<wire::pb::Hello>> Accepting::hello(Deadline by) {
    auto ready = co_await channel_->connection().ready(by);
    if (!ready) co_return ready.error();
    binding_ = channel_->connection().stream().binding();
    auto frame = co_await channel_->read(by);
    if (!frame) co_return frame.error();
    if (frame->type() != wire::FrameType::hello) co_return Error{Errc::malformed, "a hello was due"};
    auto parsed = wire::parse_hello(frame->body());
    if (!parsed) co_return parsed.error();
    // An unbound stream without a nonce could be replayed; on a bound one it would mean nothing.
    const bool nonce_fits = binding_.none() ? parsed->nonce().size() == 32 : parsed->nonce().empty();
    if (!nonce_fits) co_return Error{Errc::malformed, "nonce and binding do not fit"};
    transcript_.add(frame->as_sent());
    their_key_ = parsed->key();
    purpose_ = purpose_of(parsed->role());
    if (parsed->version_least() <= protocol_version && parsed->version_most() >= protocol_version) {
        version_ = protocol_version;
    }
    co_return parsed;
}

asio::awaitable<Status> Accepting::proof(Deadline by) {
    const auto key = model::PublicKey::from(as_bytes(their_key_));
    if (!key) co_return key.error();
    if (binding_.none()) {
        const auto nonce = random_.array<32>();
        const Bytes challenge = wire::make_frame(wire::FrameType::challenge, nonce);
        transcript_.add(challenge);
        auto sent = channel_->send(challenge);
        if (!sent) co_return sent.error();
    }
    auto frame = co_await channel_->read(by);
    if (!frame) co_return frame.error();
    if (frame->type() != wire::FrameType::proof) co_return Error{Errc::malformed, "a proof was due"};
    const auto proof = model::Signature::from(frame->body());
    if (!proof) co_return proof.error();
    if (!identity::check_proof(*key, purpose_, identity::Role::opener, binding_, transcript_, *proof)) {
        co_return Error{Errc::identity, "the proof is wrong"};
    }
    co_return Status{};
}

Status Accepting::answer(wire::pb::Hello mine, const crypto::SigningKey& key) {
    // Without a common version the answer names ours, and a REFUSE follows.
    mine.set_version_least(protocol_version);
    mine.set_version_most(protocol_version);
    if (binding_.none()) mine.set_nonce(wire::to_string(random_.array<32>()));
    const Bytes hello = wire::frame(mine);
    transcript_.add(hello);
    auto sent = channel_->send(hello);
    if (!sent) return sent;
    const auto proof = identity::prove(key, purpose_, identity::Role::acceptor, binding_, transcript_);
    sent = channel_->send(wire::make_frame(wire::FrameType::proof, proof.view()));
    if (sent && version_ == 0) {
        refuse(Errc::unsupported);
        return Error{Errc::unsupported, "no common version"};
    }
    return sent;
}

void Accepting::refuse(Errc code, Duration retry_after) {
    wire::pb::Refusal refusal;
    refusal.set_code(wire::code_to(code));
    refusal.set_retry_after_ms(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(retry_after).count()));
    [[maybe_unused]] const auto queued = channel_->send(wire::frame(refusal));
}

std::unique_ptr<Channel> Accepting::take(wire::Phase phase) && {
    channel_->enter(phase);
    return std::move(channel_);
}

}  // namespace p2pc::channel
