#include "campaign/wrong_password.hpp"

#include <fmt/format.h>

#include "channel/handshake.hpp"
#include "identity/keys.hpp"

namespace p2pc::campaign {

std::string source_address(std::size_t number) {
    return fmt::format("127.{}.{}.{}:0", 1 + number / 62'500, number / 250 % 250, 1 + number % 250);
}

asio::awaitable<Result<Answered>> try_wrong_password(const Door& door, std::string source, std::string user,
                                                     const crypto::SigningKey& key, Deadline until) {
    const auto local = door.by.parse(source, 0, transport::Names::numeric);
    transport::ConnectOptions options;
    options.local = &local.addresses[0];
    const auto made = door.by.connect(door.server, options);
    if (made.object == nullptr) co_return Error{made.failure.code, made.failure.text.data()};
    auto stream = std::unique_ptr<transport::Stream>{made.object};
    auto connection = std::make_unique<io::Connection>(door.loop, std::move(stream));
    channel::Opening opening(door.loop, std::move(connection), door.random);
    auto ready = co_await opening.channel().connection().ready(until);
    if (!ready) co_return ready.error();
    auto hello = channel::hello_of(wire::pb::ROLE_PASSWORD);
    hello.set_user(user);
    hello.set_key(identity::public_key(key).str());
    const Instant began = door.loop.now();
    std::vector<Bytes> nothing;
    auto started = co_await opening.start(std::move(hello), &key, std::move(nothing), until);
    if (!started) co_return started.error();
    Answered answered;
    answered.refusal = Errc::internal;
    for (bool more = true; more;) {
        auto frame = co_await opening.channel().read(until);
        more = frame.ok();
        if (!more) {
            answered.end = frame.error().code();
            continue;
        }
        if (frame->type() == wire::FrameType::refuse) {
            answered.took = door.loop.now() - began;
            answered.refusal = channel::refusal_error(*frame).code();
        }
        answered.frames.push_back(std::move(*frame));
    }
    answered.bytes_in = opening.channel().bytes_in();
    co_return answered;
}

}  // namespace p2pc::campaign
