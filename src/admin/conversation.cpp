#include "admin/conversation.hpp"

#include "admin/answers.hpp"
#include "admin/message.hpp"
#include "crypto/secret.hpp"

namespace p2pc::admin {
namespace {

using directory::Operator;
using directory::TokenUse;

constexpr std::size_t backup_piece = 60'000;  // in one frame, with its few bytes of message around it

}  // namespace

asio::awaitable<Status> Conversation::answer(pb::Request request) {
    using Body = pb::Request;
    switch (request.body_case()) {
        case Body::kUsers:
            co_return co_await users();
        case Body::kSessions:
            co_return co_await sessions();
        case Body::kStats:
            co_return co_await stats();
        case Body::kAudit:
            co_return co_await audit();
        case Body::kBlock:
            co_return co_await change(&Operator::block, request.block().user());
        case Body::kUnblock:
            co_return co_await change(&Operator::unblock, request.unblock().user());
        case Body::kRemove:
            co_return co_await change(&Operator::remove, request.remove().user());
        case Body::kReset:
            co_return co_await token(TokenUse::reset, request.reset().user());
        case Body::kToken:
            if (request.token().user().empty()) co_return co_await token(TokenUse::registration, "");
            co_return co_await token(TokenUse::attempt, request.token().user());
        case Body::kBackup:
            co_return co_await backup();
        default:
            break;
    }
    auto nothing = failure(Errc::unsupported);
    co_return co_await send(std::move(nothing));
}

asio::awaitable<Status> Conversation::send(pb::Reply reply) {
    auto queued = channel_.send(frame(reply));
    if (!queued) co_return queued;
    co_return co_await channel_.drained(shared_.loop.now() + piece_time);
}

asio::awaitable<Status> Conversation::send_all(std::vector<pb::Reply> replies) {
    for (auto& reply : replies) {
        auto sent = co_await send(std::move(reply));
        if (!sent) co_return sent;
    }
    co_return Status{};
}

asio::awaitable<Status> Conversation::fail(Errc code) {
    auto reply = failure(code);
    co_return co_await send(std::move(reply));
}

asio::awaitable<Status> Conversation::change(Change what, std::string name) {
    auto user = model::UserName::parse(name);
    if (!user) co_return co_await fail(user.error().code());
    auto done = co_await (shared_.answers.*what)(*user, uid_);
    if (!done) co_return co_await fail(done.error().code());
    auto reply = done_reply();
    co_return co_await send(std::move(reply));
}

asio::awaitable<Status> Conversation::token(TokenUse use, std::string name) {
    std::optional<model::UserName> user;
    if (use != TokenUse::registration) {
        auto named = model::UserName::parse(name);
        if (!named) co_return co_await fail(named.error().code());
        user = *named;
    }
    auto issued = co_await shared_.answers.token(use, user, uid_);
    if (!issued) co_return co_await fail(issued.error().code());
    auto reply = token_reply(*issued);
    co_return co_await send(std::move(reply));
}

asio::awaitable<Status> Conversation::users() {
    auto users = co_await shared_.answers.users();
    if (!users) co_return co_await fail(users.error().code());
    auto replies = users_replies(*users);
    co_return co_await send_all(std::move(replies));
}

asio::awaitable<Status> Conversation::sessions() {
    auto sessions = co_await shared_.answers.sessions();
    if (!sessions) co_return co_await fail(sessions.error().code());
    auto replies = sessions_replies(*sessions);
    co_return co_await send_all(std::move(replies));
}

asio::awaitable<Status> Conversation::stats() {
    auto stats = co_await shared_.answers.stats();
    if (!stats) co_return co_await fail(stats.error().code());
    auto reply = stats_reply(*stats);
    co_return co_await send(std::move(reply));
}

asio::awaitable<Status> Conversation::audit() {
    std::uint64_t after = 0;
    for (;;) {
        auto rows = co_await shared_.answers.audit(after, audit_rows_a_piece);
        if (!rows) co_return co_await fail(rows.error().code());
        auto piece = audit_piece(*rows);
        piece.set_done(rows->size() < audit_rows_a_piece);
        const bool last = piece.done();
        if (!last) after = rows->back().number;
        auto sent = co_await send(std::move(piece));
        if (last) co_return sent;
        if (!sent) co_return sent;
    }
}

asio::awaitable<Status> Conversation::backup() {
    if (shared_.copying) co_return co_await fail(Errc::busy);
    class Copying {
      public:
        explicit Copying(bool& flag) : flag_(flag) { flag_ = true; }
        ~Copying() { flag_ = false; }
        Copying(const Copying&) = delete;
        Copying& operator=(const Copying&) = delete;

      private:
        bool& flag_;
    };
    const Copying copying(shared_.copying);
    // Before it is made, so that the copy tells of itself.
    auto noted = co_await shared_.answers.note_backup(uid_);
    if (!noted) co_return co_await fail(noted.error().code());
    auto job = [&shared = shared_] { return shared.copy(shared.stopping); };
    auto copy = co_await shared_.pool.run(std::move(job));
    if (!copy) co_return co_await fail(copy.error().code());
    co_return co_await send_copy(*copy);
}

asio::awaitable<Status> Conversation::send_copy(const storage::DatabaseCopy& copy) {
    std::uint64_t done = 0;
    while (done < copy.size()) {
        Bytes piece(backup_piece);
        auto job = [&copy, &piece, done] { return copy.read(done, piece); };
        auto got = co_await shared_.pool.run(std::move(job));
        if (!got) co_return co_await fail(got.error().code());
        if (*got == 0) co_return co_await fail(Errc::local_io);
        pb::Reply reply;
        reply.set_backup(piece.data(), *got);
        crypto::wipe(piece);
        auto sent = co_await send(std::move(reply));
        if (!sent) co_return sent;
        done += *got;
    }
    auto last = done_reply();
    last.set_backup_size(done);
    co_return co_await send(std::move(last));
}

}  // namespace p2pc::admin
