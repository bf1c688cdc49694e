#include "admin/asking.hpp"

#include "admin/message.hpp"
#include "admin/socket.hpp"
#include "channel/channel.hpp"
#include "wire/message.hpp"

namespace p2pc::admin {
namespace {

// The server beats every 15 s, so this is between two pieces of a backup that is being made, too.
constexpr Duration answer_time = std::chrono::minutes{10};

}  // namespace

asio::awaitable<Status> ask(io::Loop& loop, std::filesystem::path path, pb::Request request,
                            OnPiece on_piece) {
    auto stream = connect_to(path);
    if (!stream) co_return stream.error();
    auto connection = std::make_unique<io::Connection>(loop, std::move(*stream));
    channel::Channel channel(loop, std::move(connection));
    channel.enter(wire::Phase::server_link);
    auto sent = channel.send(frame(request));
    if (!sent) co_return sent;
    for (bool first = true;; first = false) {
        auto got = co_await channel.read(loop.now() + answer_time);
        if (!got) {
            if (first) co_return Error{Errc::busy, "the server did not answer"};
            co_return Error{Errc::cannot_connect, "the server went away: " + describe(got.error())};
        }
        Result<pb::Reply> reply{Errc::malformed};
        if (got->type() == wire::FrameType::control) reply = parse_reply(got->body());
        if (!reply) co_return reply.error();
        if (reply->has_failure()) co_return wire::code_from(reply->failure().code());
        const bool last = reply->done();
        auto taken = on_piece(std::move(*reply));
        if (!taken) co_return taken;
        if (last) break;
    }
    auto ended = co_await channel.finish(loop.now() + std::chrono::seconds(1));
    static_cast<void>(ended);
    co_return Status{};
}

}  // namespace p2pc::admin
