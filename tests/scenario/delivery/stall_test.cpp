// What counts as standing still, and what does not.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "scenario/delivery/raw.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

Item item_of(std::size_t size) {
    Item item;
    item.name = "file";
    item.content = Bytes(size, std::byte{7});
    return item;
}

const Bytes ten = Bytes(10, std::byte{0x5a});

// The sender with a receiver that takes everything and says nothing but beats, until it is told to.
struct Taken {
    explicit Taken(Rig& rig, wire::BeatState state) {
        rig.start_sender();
        rig.tasks.spawn("reader", drain(rig.right, control));
        REQUIRE(rig.until([&] { return control == 1; }));
        rig.right.set_beat_state(state);
        REQUIRE(rig.right.send(answer_frame()));
    }
    std::size_t control = 0;
};

}  // namespace

TEST_CASE("a sender that says it flows and sends nothing is stalled after 30 seconds",
          "[scenario][delivery][stall]") {
    Rig rig;
    rig.start_receiver();
    std::size_t control = 0;
    rig.tasks.spawn("reader", drain(rig.left, control));
    rig.left.set_beat_state(wire::BeatState::flowing);
    REQUIRE(rig.left.send(begin_frame(1, 10)));
    const Instant began = rig.pair.loop.now();
    REQUIRE(rig.until([&] { return rig.received.has_value(); }));
    CHECK(rig.received->error().code() == Errc::stalled);
    CHECK(rig.pair.loop.now() - began >= 30s);
    CHECK(rig.pair.loop.now() - began <= 32s);
    CHECK(rig.at_receiver.told("file") == 1);
    CHECK(rig.files().empty());
}

TEST_CASE("a sender whose source is quiet for an hour is waited for", "[scenario][delivery][stall]") {
    Rig rig;
    rig.start_receiver();
    std::size_t control = 0;
    rig.tasks.spawn("reader", drain(rig.left, control));
    rig.left.set_beat_state(wire::BeatState::source_quiet);
    REQUIRE(rig.left.send(begin_frame(1, 10)));
    CHECK_FALSE(rig.until([&] { return rig.received.has_value(); }, 1h));
    for (const auto& frame : {data_frame(1, 0, ten), item_end_frame(1, ten), delivery_end_frame()})
        REQUIRE(rig.left.send(frame));
    REQUIRE(rig.until([&] { return rig.received.has_value(); }));
    CHECK(*rig.received);
    CHECK(rig.files().size() == 1);
}

TEST_CASE("a receiver that takes nothing is stalled after 30 seconds", "[scenario][delivery][stall]") {
    Rig rig({item_of(1024 * 1024)});
    rig.start_sender();
    rig.right.set_beat_state(wire::BeatState::flowing);
    REQUIRE(rig.right.send(answer_frame()));
    const Instant began = rig.pair.loop.now();
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK(rig.sent->error().code() == Errc::stalled);
    CHECK(rig.pair.loop.now() - began >= 30s);
    CHECK(rig.pair.loop.now() - began <= 32s);
    CHECK(rig.at_sender.told("file") == 1);
    CHECK(rig.at_sender.delivered("file") == 0);
}

TEST_CASE("a receiver that takes everything and settles nothing is stalled after 30 seconds",
          "[scenario][delivery][stall]") {
    Rig rig({item_of(10)});
    const Instant began = rig.pair.loop.now();
    const Taken taken(rig, wire::BeatState::flowing);
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK(rig.sent->error().code() == Errc::stalled);
    CHECK(rig.pair.loop.now() - began >= 30s);
    CHECK(rig.pair.loop.now() - began <= 40s);
    CHECK(rig.at_sender.delivered("file") == 0);
}

TEST_CASE("a receiver that says it verifies, syncs or asks is waited for, for an hour",
          "[scenario][delivery][stall]") {
    const auto state =
        GENERATE(wire::BeatState::verifying, wire::BeatState::syncing, wire::BeatState::asking);
    Rig rig({item_of(10)});
    const Taken taken(rig, state);
    CHECK_FALSE(rig.until([&] { return rig.sent.has_value(); }, 1h));
    REQUIRE(rig.right.send(item_result_frame(1)));
    REQUIRE(rig.right.send(delivery_result_frame()));
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK(*rig.sent);
    CHECK(rig.at_sender.delivered("file") == 1);
}

TEST_CASE("a person may think about an offer for an hour", "[scenario][delivery][stall]") {
    Rig rig({item_of(300'000)});
    rig.answer_after = 1h;
    const Instant began = rig.pair.loop.now();
    REQUIRE(rig.run());
    CHECK(*rig.sent);
    CHECK(*rig.received);
    CHECK(rig.pair.loop.now() - began >= 1h);
    CHECK(rig.files().size() == 1);
}

TEST_CASE("a link that is cut while a person thinks is noticed within 30 seconds",
          "[scenario][delivery][stall]") {
    Rig rig({item_of(10)});
    rig.answer_after = 1h;
    const Instant began = rig.pair.loop.now();
    REQUIRE(rig.run([&] { return rig.pair.loop.now() - began > 10min; }));
    const Instant cut = rig.pair.loop.now();
    rig.pair.network.cut("opener", "acceptor");
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }));
    CHECK(rig.sent->error().code() == Errc::interrupted);
    CHECK(rig.pair.loop.now() - cut <= 31s);
}

namespace {

// A pipe of which the test decides when it says something; its reads block a thread.
class QuietSource final : public transfer::Source {
  public:
    struct Tap {
        std::mutex lock;
        std::condition_variable changed;
        Bytes said;
        bool ended = false, stopped = false;
        bool waited_for = false;
        void end() {
            const std::lock_guard held(lock);
            ended = true;
            changed.notify_all();
        }
        void say(BytesView bytes) {
            const std::lock_guard held(lock);
            append(said, bytes);
            changed.notify_all();
        }
        bool is_waited_for() {
            const std::lock_guard held(lock);
            return waited_for && said.empty();
        }
    };
    explicit QuietSource(Tap& tap) : tap_(tap) {}
    const std::string& label() const noexcept override { return label_; }
    Result<transfer::Entry> open() override { return transfer::Entry::stream("stream"); }
    Result<std::size_t> read(std::span<std::byte> into) override {
        std::unique_lock held(tap_.lock);
        tap_.waited_for = true;
        tap_.changed.wait(held, [&] { return tap_.stopped || tap_.ended || !tap_.said.empty(); });
        tap_.waited_for = false;
        if (tap_.stopped) return Errc::canceled;
        const std::size_t size = std::min(into.size(), tap_.said.size());
        std::copy_n(tap_.said.begin(), size, into.begin());
        tap_.said.erase(tap_.said.begin(), tap_.said.begin() + static_cast<std::ptrdiff_t>(size));
        return size;
    }
    void stop() noexcept override {
        const std::lock_guard held(tap_.lock);
        tap_.stopped = true;
        tap_.changed.notify_all();
    }

  private:
    Tap& tap_;
    std::string label_ = "-";
};

// A sender whose source has a thread of its own. Time stands still while that thread works: it moves only
// in pass(), when the source is waited for.
struct Quiet {
    Quiet() {
        std::vector<std::unique_ptr<transfer::Source>> sources;
        sources.push_back(std::make_unique<QuietSource>(tap));
        outgoing.emplace(std::move(sources));
        sender.emplace(rig.pair.loop, thread, rig.left, *outgoing, rig.offer, rig.at_sender);
        const auto send = [](Rig& in, peer::DeliverySender& by) -> asio::awaitable<void> {
            auto done = co_await by.run();
            in.sent = done;
        };
        bool accepted = false;
        const auto accept = [](Rig& in, bool& said) -> asio::awaitable<void> {
            auto offer = co_await in.right.read(never);
            REQUIRE(offer);
            REQUIRE(in.right.send(answer_frame()));
            said = true;
        };
        rig.tasks.spawn("sender", send(rig, *sender));
        rig.tasks.spawn("accept", accept(rig, accepted));
        standing_still([&] { return accepted; });
        rig.start_receiver();
        standing_still([&] { return tap.is_waited_for(); });
    }
    ~Quiet() {
        rig.tasks.stop();
        tap.end();
        standing_still([&] { return rig.tasks.running() == 0; });
    }
    void standing_still(const std::function<bool()>& until) {
        while (!until()) {
            rig.pair.loop.run_for(Duration::zero());
            std::this_thread::yield();
        }
    }
    void pass(Duration span) {
        CHECK_FALSE(rig.until([&] { return rig.over(); }, span));
    }

    QuietSource::Tap tap;
    Rig rig;
    io::Pool thread{1, 4};
    std::optional<transfer::Outgoing> outgoing;
    std::optional<peer::DeliverySender> sender;
};

}  // namespace

TEST_CASE("a pipe that is quiet for an hour keeps the delivery alive, whoever ends it",
          "[scenario][delivery][stall]") {
    Quiet quiet;
    Rig& rig = quiet.rig;
    quiet.pass(1h);
    const auto over = [&] { return rig.over(); };
    SECTION("it goes on, and ends") {
        quiet.tap.say(ten);
        quiet.standing_still([&] { return rig.at_receiver.steps == 1; });
        quiet.pass(1h);
        quiet.tap.end();
        quiet.standing_still(over);
        CHECK(*rig.sent);
        CHECK(*rig.received);
        CHECK(rig.files().at("stream") == ten);
        return;
    }
    SECTION("the receiver cancels") {
        rig.receiver->cancel();
        quiet.standing_still(over);
        CHECK(rig.sent->error().code() == Errc::interrupted);
        CHECK(rig.received->error().code() == Errc::canceled);
    }
    SECTION("the sender cancels") {
        quiet.sender->cancel();
        quiet.standing_still(over);
        CHECK(rig.sent->error().code() == Errc::canceled);
        CHECK(rig.received->error().code() == Errc::canceled);
    }
    SECTION("the receiver's disk is full at the first byte, and the pipe says nothing more") {
        rig.disk.appends_left = 0;
        quiet.tap.say(ten);
        quiet.standing_still(over);
        CHECK(*rig.sent);
        REQUIRE(rig.at_sender.outcomes.size() == 1);
        CHECK(rig.at_sender.outcomes[0].error->code() == Errc::no_space);
    }
    CHECK(rig.files().empty());
}

TEST_CASE("a delivery whose caller is cancelled ends before what it uses is gone", "[scenario][delivery]") {
    Rig rig({item_of(4 * 1024 * 1024)});
    rig.pair.network.set_piece(1000);
    auto handlers = GENERATE(5, 20, 60);
    REQUIRE(rig.run([&] { return handlers-- == 0; }));
    REQUIRE_FALSE(rig.over());
    rig.tasks.stop();
    REQUIRE(rig.until([&] { return rig.tasks.running() == 0; }));
    CHECK(rig.at_sender.delivered("file") == 0);
    CHECK(rig.files().empty());
}
