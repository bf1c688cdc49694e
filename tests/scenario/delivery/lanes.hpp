// The further connections of a delivery, for tests: each between hosts of its own, beside the link of a Rig.
#pragma once

#include <numeric>

#include "peer/lane_order.hpp"
#include "scenario/delivery/raw.hpp"

namespace p2pc::testing {

constexpr std::size_t further = 3;
constexpr std::size_t megabytes = 8;

inline std::vector<Item> large_and_small() {
    std::vector<Item> made(2);
    made[0].name = "large";
    made[0].content = Bytes(megabytes * 1024 * 1024 + 17);
    crypto::SeededRandom random{7};
    random.fill(made[0].content);
    made[0].source[0] = std::byte{1};
    made[1].name = "small";
    made[1].content = Bytes(1000, std::byte{3});
    return made;
}

inline channel::ChannelLimits as_peers() {
    channel::ChannelLimits limits;
    limits.beat = 5s;
    limits.dead = 30s;
    return limits;
}

inline Bytes mark_frame(std::uint64_t number, std::size_t size) {
    PeerMessage message;
    message.mutable_batch()->set_number(number);
    message.mutable_batch()->set_size(static_cast<std::uint32_t>(size));
    return wire::frame(message);
}

// Further connections beside that of a Rig, each between hosts of its own: "out1" and "in1", and so on.
struct Lanes {
    explicit Lanes(Rig& with) : rig(with) {
        rig.offer.lanes = further;
        rig.lanes_taken = peer::LaneOrder::most_lanes - 1;
        for (std::size_t n = 1; n <= further; ++n)
            add(std::to_string(n));
    }
    void add(const std::string& name) {
        auto& there = sides.emplace_back(rig.pair.network, "in" + name, Bound::yes);
        auto& here = sides.emplace_back(rig.pair.network, "out" + name, Bound::yes);
        const auto at = there.parse("in" + name + ":1", 0, transport::Names::numeric).addresses[0];
        const std::unique_ptr<transport::Listener> listener{there.listen(at, {}).object};
        const auto made = here.connect(at, {});
        left.push_back(channel(std::unique_ptr<transport::Stream>{made.object}));
        right.push_back(channel(std::unique_ptr<transport::Stream>{listener->try_accept().stream}));
        at_receiver.push_back(right.back().get());
    }
    std::unique_ptr<Channel> channel(std::unique_ptr<transport::Stream> stream) {
        auto made = std::make_unique<Channel>(
            rig.pair.loop, std::make_unique<io::Connection>(rig.pair.loop, std::move(stream)), as_peers());
        made->enter(wire::Phase::peer_link);
        return made;
    }
    // Both sides use them; what the sender says first there is read as ReceiveLinks does.
    void join() {
        join_sender();
        for (auto& lane : right)
            rig.tasks.spawn("first words", meet(*this, std::move(lane)));
    }
    void join_sender() {
        for (auto& lane : left)
            rig.sender->add_lane(std::move(lane));
        left.clear();
    }
    static asio::awaitable<void> meet(Lanes& of, std::unique_ptr<Channel> lane) {
        auto first = co_await lane->read(never);
        if (!first) co_return;
        const auto message = wire::parse_peer(first->body());
        REQUIRE(message);
        REQUIRE(message->lane().delivery() == of.rig.offer.delivery);
        REQUIRE(of.rig.receiver != nullptr);
        of.rig.receiver->add_lane(std::move(lane));
        ++of.met;
    }
    std::uint64_t came_in() const {
        const auto sum = [](std::uint64_t before, const Channel* lane) { return before + lane->bytes_in(); };
        return std::accumulate(at_receiver.begin(), at_receiver.end(), rig.right.bytes_in(), sum);
    }

    Rig& rig;
    std::deque<MemoryTransport> sides;
    std::vector<std::unique_ptr<Channel>> left, right;
    std::vector<Channel*> at_receiver;
    std::size_t met = 0;  // that said which delivery they are of
};

// Both sides, with lanes from the first byte on, until `done()` or both have ended.
inline bool run(
    Rig& rig, Lanes& lanes, const std::function<bool()>& done = [] { return false; }) {
    return rig.run([&] {
        if (!lanes.left.empty() && rig.sender) lanes.join();
        return done();
    });
}

inline void require_files(const Rig& rig, const std::vector<Item>& items) {
    const auto files = rig.files();
    REQUIRE(files.size() == items.size());
    for (const auto& item : items)
        CHECK(files.at(item.name) == item.content);
}

inline void require_whole(Rig& rig) {
    INFO((rig.sent && !*rig.sent ? describe(rig.sent->error()) : ""));
    INFO((rig.received && !*rig.received ? describe(rig.received->error()) : ""));
    REQUIRE(rig.sent);
    REQUIRE(*rig.sent);
    REQUIRE(*rig.received);
    require_files(rig, rig.items);
}

}  // namespace p2pc::testing
