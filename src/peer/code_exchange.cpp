#include "peer/code_exchange.hpp"

#include "identity/invite_terms.hpp"

namespace p2pc::peer {
namespace {

using identity::Cpace;
using wire::pb::PeerMessage;

constexpr std::size_t largest_message = 256;

identity::InviteMeeting meeting_of(const Session& session) {
    const auto& login = session.self().login();
    identity::Compared self{login.user(), login.account_key()};
    identity::Compared other{session.user(), session.introduction().account_key()};
    const bool enters = session.role() == CallRole::caller;
    return {enters ? self : other, enters ? other : self, login.founding_key(), session.id(),
            session.link_name()};
}

Cpace run_of(const Session& session, const identity::InviteCode& code, crypto::Random& random) {
    const auto role = session.role() == CallRole::caller ? Cpace::Role::initiator : Cpace::Role::responder;
    return {role, identity::invite_terms(code, meeting_of(session)), identity::invite_role(role), random};
}

Result<identity::CpaceMessage> message_of(const std::string& share, Cpace::Role role) {
    if (share.size() != identity::CpaceShare{}.size()) return Error{Errc::malformed, "a share"};
    identity::CpaceShare y;
    std::memcpy(y.data(), share.data(), y.size());
    return identity::CpaceMessage{y, identity::invite_role(role)};
}

asio::awaitable<Result<PeerMessage>> hear(io::Loop& loop, Session& session) {
    auto frame = co_await session.link().read(loop.now() + code_message_time);
    if (!frame) co_return frame.error();
    if (frame->type() != wire::FrameType::control || frame->body().size() > largest_message) {
        co_return Error{Errc::malformed, "no message of an invite"};
    }
    co_return wire::parse_peer(frame->body());
}

Error unproven(const Session& session) {
    return Error{Errc::wrong_code, "by whoever is there as '" + session.user().text() + "'"};
}

asio::awaitable<Status> enter(io::Loop& loop, crypto::Random& random, Session& session,
                              const identity::InviteCode& code) {
    const Cpace run = run_of(session, code, random);
    PeerMessage share;
    share.mutable_code_share()->set_share(wire::to_string(run.share()));
    const auto asked = session.send(share);
    if (!asked) co_return unproven(session);
    auto answer = co_await hear(loop, session);
    if (!answer || !answer->has_code_share()) co_return unproven(session);
    const auto theirs = message_of(answer->code_share().share(), Cpace::Role::responder);
    if (!theirs) co_return unproven(session);
    const auto proofs = run.meet(*theirs);
    if (!proofs || !proofs->proves(as_bytes(answer->code_share().proof()))) co_return unproven(session);
    PeerMessage proof;
    proof.mutable_code_proof()->set_proof(wire::to_string(proofs->mine));
    // They are proven, whether or not they hear of it.
    [[maybe_unused]] const auto sent = session.send(proof);
    co_return Status{};
}

// Whether the link went before it had said anything: then nobody has had a guess.
bool said_nothing(const Error& error) {
    return error.code() != Errc::malformed;
}

asio::awaitable<Status> answer(io::Loop& loop, crypto::Random& random, Session& session,
                               const identity::InviteCode& code) {
    auto first = co_await hear(loop, session);
    const bool went = first ? first->has_close() : said_nothing(first.error());
    if (went) co_return Errc::closed;
    if (!first || !first->has_code_share() || !first->code_share().proof().empty()) {
        co_return unproven(session);
    }
    const auto theirs = message_of(first->code_share().share(), Cpace::Role::initiator);
    if (!theirs) co_return unproven(session);
    const Cpace run = run_of(session, code, random);
    const auto proofs = run.meet(*theirs);
    if (!proofs) co_return unproven(session);
    PeerMessage mine;
    mine.mutable_code_share()->set_share(wire::to_string(run.share()));
    mine.mutable_code_share()->set_proof(wire::to_string(proofs->mine));
    const auto sent = session.send(mine);
    if (!sent) co_return unproven(session);
    auto proof = co_await hear(loop, session);
    if (!proof || !proof->has_code_proof()) co_return unproven(session);
    if (!proofs->proves(as_bytes(proof->code_proof().proof()))) co_return unproven(session);
    co_return Status{};
}

}  // namespace

asio::awaitable<Result<identity::Pin>> verify_by_code(io::Loop& loop, crypto::Random& random,
                                                      home::Pins& pins, Session& session,
                                                      const identity::InviteCode& code) {
    Status proven;
    if (session.role() == CallRole::caller) {
        proven = co_await enter(loop, random, session, code);
    } else {
        proven = co_await answer(loop, random, session, code);
    }
    if (!proven) {
        session.link().abort();
        co_return proven.error();
    }
    const auto& founding_key = session.self().login().founding_key();
    const auto verified =
        pins.verify(identity::Pin{session.user(), founding_key, session.introduction().account_key(),
                                  session.list_serial(), loop.clock().wall()});
    if (!verified) {
        session.link().abort();
        co_return verified.error();
    }
    const auto pin = pins.find(founding_key, session.user());
    if (!pin) co_return pin.error();
    if (!*pin) co_return Error{Errc::identity, "the pin is gone again"};
    co_return **pin;
}

asio::awaitable<bool> other_side_verified(io::Loop& loop, Session& session) {
    auto last = co_await hear(loop, session);
    co_return last && last->has_close();
}

}  // namespace p2pc::peer
