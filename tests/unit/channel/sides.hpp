// The two sides of a handshake on one memory link, with keys of their own, and how each of them goes.
#pragma once

#include "identity/keys.hpp"
#include "unit/channel/pair.hpp"

namespace p2pc::testing {

using channel::Accepting;
using channel::handshake_time;
using channel::hello_of;
using channel::Opening;
using namespace std::chrono_literals;

struct Sides {
    explicit Sides(Bound bound)
        : pair(bound),
          opening(pair.loop, std::move(pair.opener), random),
          accepting(pair.loop, std::move(pair.acceptor), random) {}
    crypto::SeededRandom random{1};
    Pair pair;
    Opening opening;
    Accepting accepting;
    crypto::SigningKey client = crypto::SigningKey::generate(random);
    crypto::SigningKey server = crypto::SigningKey::generate(random);
    Status proof, answered;
    Result<wire::pb::Hello> answer{Errc::internal};
    Errc read_failed{};
    bool request_seen = false;
};

inline wire::pb::Hello device_hello(const crypto::SigningKey& key) {
    auto hello = hello_of(wire::pb::ROLE_DEVICE);
    hello.set_user("alice");
    hello.set_device_id(std::string(16, 'd'));
    hello.set_key(identity::public_key(key).str());
    return hello;
}

inline Bytes request() {
    wire::pb::ClientMessage message;
    message.set_id(1);
    message.mutable_list_users();
    return wire::frame(message);
}

inline asio::awaitable<void> open(Sides& s, wire::pb::Hello hello, const crypto::SigningKey* key) {
    std::vector<Bytes> first;
    first.push_back(request());
    auto started =
        co_await s.opening.start(std::move(hello), key, std::move(first), s.pair.loop.now() + handshake_time);
    if (started) {
        s.answer = co_await s.opening.answer(s.pair.loop.now() + handshake_time);
    } else {
        s.answer = started.error();
    }
}

inline asio::awaitable<void> accept(Sides& s, const crypto::SigningKey* signs) {
    const auto by = s.pair.loop.now() + handshake_time;
    auto hello = co_await s.accepting.hello(by);
    if (!hello) {
        s.read_failed = hello.error().code();
        s.accepting.channel().abort();
        co_return;
    }
    s.proof = co_await s.accepting.proof(by);
    if (!s.proof) {
        s.accepting.channel().abort();
        co_return;
    }
    auto mine = hello_of(wire::pb::ROLE_SERVER);
    mine.set_key(identity::public_key(s.server).str());
    s.answered = s.accepting.answer(mine, *signs);
    auto channel = std::move(s.accepting).take(wire::Phase::server_link);
    auto frame = co_await channel->read(by);
    s.request_seen = frame.ok();
    auto drained = co_await channel->drained(by);
    static_cast<void>(drained);
}

inline void run(Sides& s, wire::pb::Hello hello, const crypto::SigningKey* key,
                const crypto::SigningKey* signs) {
    io::TaskGroup tasks(s.pair.loop, [](std::string_view, std::exception_ptr) { FAIL("thrown"); });
    tasks.spawn("acceptor", accept(s, signs));
    s.pair.run(open(s, std::move(hello), key));
    s.pair.loop.run_until([&] { return tasks.running() == 0; }, s.pair.loop.now() + 60s);
}

}  // namespace p2pc::testing
