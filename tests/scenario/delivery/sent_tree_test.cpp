// A tree as its receiver sees it come, with a receiver played by hand.
#include <sys/stat.h>

#include "scenario/delivery/raw.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

// What the sender says, and a receiver that answers as a test tells it.
struct Receiver {
    explicit Receiver(const std::vector<std::string>& paths, peer::OfferTerms terms = {})
        : outgoing(transfer::make_path_walk(transfer::paths_of(paths), {})) {
        sender.emplace(rig.pair.loop, rig.pool, rig.left, outgoing, std::move(terms), rig.at_sender);
        const auto send = [](Rig& in, peer::DeliverySender& by) -> asio::awaitable<void> {
            auto done = co_await by.run();
            in.sent = done;
        };
        rig.tasks.spawn("sender", send(rig, *sender));
        rig.tasks.spawn("receiver", read(*this));
    }
    ~Receiver() {
        rig.tasks.stop();
        rig.until([&] { return rig.tasks.running() == 0; }, 10s);
    }

    static asio::awaitable<void> read(Receiver& r) {
        for (;;) {
            auto frame = co_await r.rig.right.read(never);
            if (!frame) co_return;
            if (frame->type() == wire::FrameType::data) {
                Bytes bytes(frame->data_size());
                auto got = co_await r.rig.right.read_data(bytes, never);
                if (!got) co_return;
                r.content += bytes.size();
                continue;
            }
            const auto message = wire::parse_peer(frame->body());
            REQUIRE(message);
            r.take(*message);
        }
    }

    void take(const PeerMessage& message) {
        if (message.has_offer()) {
            offer = message.offer();
            REQUIRE(rig.right.send(answer_frame()));
        } else if (message.has_item_begin()) {
            begun.push_back(message.item_begin());
            if (on_begin) on_begin(message.item_begin());
        } else if (message.has_ask()) {
            asked.push_back(message.ask());
            if (on_ask) on_ask(message.ask());
        } else if (message.has_item_end()) {
            ended.push_back(message.item_end());
        } else if (message.has_delivery_end()) {
            end = message.delivery_end();
            for (const auto item : settle)
                REQUIRE(rig.right.send(item_result_frame(item)));
            REQUIRE(rig.right.send(delivery_result_frame()));
        }
    }

    bool run() {
        return rig.until([&] { return rig.sent.has_value(); });
    }
    std::size_t count(wire::pb::ItemKind kind) const {
        return static_cast<std::size_t>(
            std::count_if(begun.begin(), begun.end(), [&](const auto& one) { return one.kind() == kind; }));
    }

    Rig rig;
    transfer::Outgoing outgoing;
    std::optional<peer::DeliverySender> sender;
    wire::pb::Offer offer;
    std::vector<wire::pb::ItemBegin> begun;
    std::vector<wire::pb::ItemEnd> ended;
    std::vector<wire::pb::Ask> asked;
    std::optional<wire::pb::DeliveryEnd> end;
    std::vector<std::uint32_t> settle{1};  // answered with 0 at the end
    std::function<void(const wire::pb::ItemBegin&)> on_begin;
    std::function<void(const wire::pb::Ask&)> on_ask;
    std::size_t content = 0;
};

std::filesystem::path write(const std::filesystem::path& path, std::size_t size = 10) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << std::string(size, 'x');
    return path;
}

}  // namespace

TEST_CASE("a tree is sent as a walk and settled by the result of its top", "[scenario][delivery][tree]") {
    TempFolder at;
    for (int i = 0; i < 5000; ++i)
        write(at.path() / "t" / std::to_string(i % 50) / std::to_string(i));
    std::filesystem::create_directory(at.path() / "t/empty");
    Receiver receiver({at.path() / "t"});
    REQUIRE(receiver.run());
    CHECK(*receiver.rig.sent);
    CHECK(receiver.begun.front().name() == "t");
    CHECK(receiver.count(wire::pb::ITEM_DIR) == 52);
    CHECK(receiver.count(wire::pb::ITEM_UP) == 52);
    CHECK(receiver.count(wire::pb::ITEM_FILE) == 5000);
    CHECK(receiver.ended.size() == 5000);
    CHECK(receiver.content == 50'000);
    REQUIRE(receiver.rig.at_sender.outcomes.size() == 1);
    const auto& outcome = receiver.rig.at_sender.outcomes[0];
    CHECK_FALSE(outcome.error);
    CHECK(outcome.files == 5000);
    CHECK(outcome.size == ByteCount{50'000});
    // A small file is not a write of its own.
    CHECK(receiver.rig.at_sender.steps < 20);
}

TEST_CASE("an entry that the receiver refuses is told by its path, and the tree arrives without it",
          "[scenario][delivery][tree]") {
    TempFolder at;
    write(at.path() / "t/a");
    write(at.path() / "t/sub/bad");
    Receiver receiver({at.path() / "t"});
    receiver.on_begin = [&](const wire::pb::ItemBegin& begin) {
        if (begin.name() != "bad") return;
        REQUIRE(receiver.rig.right.send(item_result_frame(begin.item(), wire::code_to(Errc::refused))));
    };
    REQUIRE(receiver.run());
    CHECK(*receiver.rig.sent);
    const auto& outcomes = receiver.rig.at_sender.outcomes;
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].label == (at.path() / "t/sub/bad").string());
    CHECK(outcomes[0].error->code() == Errc::refused);
    CHECK(outcomes[1].name == "t");
    CHECK_FALSE(outcomes[1].error);
}

TEST_CASE("of a folder that is refused nothing more is sent, and what stands behind it is",
          "[scenario][delivery][tree]") {
    TempFolder at;
    for (int i = 0; i < 100; ++i)
        write(at.path() / "t" / std::to_string(i), 256 * 1024);
    write(at.path() / "last");
    Receiver receiver({at.path() / "t", at.path() / "last"});
    receiver.rig.pair.network.set_piece(16 * 1024);
    receiver.settle.clear();
    receiver.on_begin = [&](const wire::pb::ItemBegin& begin) {
        if (begin.name() == "t")
            REQUIRE(receiver.rig.right.send(item_result_frame(begin.item(), wire::code_to(Errc::no_space))));
        if (begin.name() == "last") receiver.settle.push_back(begin.item());
    };
    REQUIRE(receiver.run());
    CHECK(*receiver.rig.sent);
    CHECK(receiver.content < 40 * 256 * 1024);
    CHECK(receiver.count(wire::pb::ITEM_UP) == 1);
    const auto& outcomes = receiver.rig.at_sender.outcomes;
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].name == "t");
    CHECK(outcomes[0].error->code() == Errc::no_space);
    CHECK(receiver.rig.at_sender.delivered("last") == 1);
}

TEST_CASE("a tree that is settled before its end was sent did not arrive",
          "[scenario][delivery][tree][hostile]") {
    TempFolder at;
    for (int i = 0; i < 40; ++i)
        write(at.path() / "t" / std::to_string(i), 256 * 1024);
    Receiver receiver({at.path() / "t"});
    receiver.rig.pair.network.set_piece(16 * 1024);
    receiver.settle.clear();
    receiver.on_begin = [&](const wire::pb::ItemBegin& begin) {
        if (begin.name() == "t") REQUIRE(receiver.rig.right.send(item_result_frame(begin.item())));
    };
    REQUIRE(receiver.run());
    CHECK(receiver.rig.at_sender.told("t") == 1);
    CHECK(receiver.rig.at_sender.delivered("t") == 0);
}

TEST_CASE("what cannot be sent is told, and the rest of its tree arrives", "[scenario][delivery][tree]") {
    TempFolder at;
    write(at.path() / "t/a");
    REQUIRE(::mkfifo((at.path() / "t/fifo").c_str(), 0600) == 0);
    std::filesystem::create_symlink("/etc/passwd", at.path() / "t/out");
    peer::OfferTerms terms;
    terms.remove = true;
    Receiver receiver({at.path() / "t"}, terms);
    REQUIRE(receiver.run());
    CHECK(*receiver.rig.sent);
    CHECK(receiver.rig.at_sender.outcomes.size() == 3);
    CHECK(receiver.rig.at_sender.delivered("t") == 1);
    REQUIRE(receiver.end);
    CHECK_FALSE(receiver.end->whole());
    CHECK_FALSE(receiver.begun.back().whole());
}

TEST_CASE("with --update what the receiver keeps is named and not sent", "[scenario][delivery][tree]") {
    TempFolder at;
    for (int i = 0; i < 3000; ++i)
        write(at.path() / "t" / std::to_string(i % 20) / std::to_string(i));
    peer::OfferTerms terms;
    terms.update = true;
    Receiver receiver({at.path() / "t"}, terms);
    std::size_t most_ahead = 0;
    receiver.on_ask = [&](const wire::pb::Ask& ask) {
        most_ahead = std::max(most_ahead, receiver.asked.size() - receiver.begun.size());
        if (ask.kind() != wire::pb::ITEM_FILE) return;
        PeerMessage answer;
        answer.mutable_ask_answer()->set_ask(ask.ask());
        answer.mutable_ask_answer()->set_keep(ask.name().back() != '7');
        REQUIRE(receiver.rig.right.send(wire::frame(answer)));
    };
    REQUIRE(receiver.run());
    CHECK(*receiver.rig.sent);
    CHECK(receiver.offer.update());
    CHECK(receiver.ended.size() == 300);
    CHECK(receiver.content == 3000);
    CHECK(receiver.begun.size() == receiver.asked.size());
    CHECK(most_ahead <= 1001);
}

TEST_CASE("a dry run asks, sends no item, and tells of each", "[scenario][delivery][tree]") {
    TempFolder at;
    write(at.path() / "t/a");
    write(at.path() / "t/b");
    peer::OfferTerms terms;
    terms.dry_run = true;
    Receiver receiver({at.path() / "t"}, terms);
    receiver.settle.clear();
    receiver.on_ask = [&](const wire::pb::Ask& ask) {
        if (ask.kind() != wire::pb::ITEM_FILE) return;
        PeerMessage answer;
        answer.mutable_ask_answer()->set_ask(ask.ask());
        answer.mutable_ask_answer()->set_keep(ask.name() == "b");
        REQUIRE(receiver.rig.right.send(wire::frame(answer)));
    };
    REQUIRE(receiver.run());
    CHECK(*receiver.rig.sent);
    CHECK(receiver.begun.empty());
    CHECK(receiver.content == 0);
    CHECK(receiver.rig.at_sender.told("a") == 1);
    CHECK(receiver.rig.at_sender.told("b") == 1);
}

TEST_CASE("a receiver that never answers a question is stalled after 30 seconds",
          "[scenario][delivery][tree]") {
    TempFolder at;
    write(at.path() / "t/a");
    peer::OfferTerms terms;
    terms.update = true;
    Receiver receiver({at.path() / "t"}, terms);
    const Instant began = receiver.rig.pair.loop.now();
    REQUIRE(receiver.run());
    CHECK(receiver.rig.sent->error().code() == Errc::stalled);
    CHECK(receiver.rig.pair.loop.now() - began <= 40s);
}

TEST_CASE("a tree is cancelled in its middle", "[scenario][delivery][tree]") {
    TempFolder at;
    for (int i = 0; i < 100; ++i)
        write(at.path() / "t" / std::to_string(i), 256 * 1024);
    Receiver receiver({at.path() / "t"});
    receiver.rig.pair.network.set_piece(16 * 1024);
    receiver.settle.clear();
    receiver.on_begin = [&](const wire::pb::ItemBegin& begin) {
        if (begin.item() == 20) receiver.sender->cancel();
    };
    REQUIRE(receiver.run());
    CHECK(receiver.rig.sent->error().code() == Errc::canceled);
    CHECK(receiver.rig.at_sender.told("t") == 1);
    CHECK(receiver.rig.at_sender.delivered("t") == 0);
    REQUIRE(receiver.end);
    CHECK(receiver.end->code() == wire::code_to(Errc::canceled));
}
