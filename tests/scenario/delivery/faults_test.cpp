// Deliveries under faults: whatever fails, whenever it does, an item is whole at the receiver or not there.
#include "scenario/delivery/rig.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

constexpr std::size_t chunk = 256 * 1024;

enum class Fault { none, cut, reset, source, disk_full, commit, receiver_cancels, sender_cancels, count };

Bytes some_bytes(crypto::Random& random, std::size_t size) {
    Bytes out(size);
    if (size > 0) random.fill(out);
    return out;
}

std::vector<Item> some_items(crypto::Random& random) {
    const std::size_t sizes[] = {0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk + 17, 5 * chunk};
    std::vector<Item> items(1 + random.below(4));
    for (std::size_t i = 0; i < items.size(); ++i) {
        items[i].name = "item-" + std::to_string(i);
        items[i].content = some_bytes(random, sizes[random.below(std::size(sizes))]);
        if (random.below(3) == 0) items[i].kind = transfer::EntryKind::stream;
    }
    return items;
}

void strike(Rig& rig, Fault fault) {
    switch (fault) {
        case Fault::cut:
            return rig.pair.network.cut("opener", "acceptor");
        case Fault::reset:
            return rig.pair.network.reset("opener", "acceptor");
        case Fault::receiver_cancels:
            if (rig.receiver) rig.receiver->cancel();
            return;
        case Fault::sender_cancels:
            if (rig.sender) rig.sender->cancel();
            return;
        default:
            return;
    }
}

// What must hold at the end, however it came.
void judge(const Rig& rig) {
    const auto files = rig.files();
    for (const auto& item : rig.items) {
        INFO(item.name << ", " << item.content.size() << " bytes");
        const auto file = files.find(item.name);
        const bool there = file != files.end();
        CHECK(rig.at_sender.told(item.name) <= 1);
        CHECK(rig.at_receiver.told(item.name) <= 1);
        CHECK(there == (rig.at_receiver.delivered(item.name) == 1));
        if (rig.at_sender.delivered(item.name) == 1) CHECK(there);
        if (there) CHECK(file->second == item.content);
    }
    CHECK(files.size() <= rig.items.size());
    if (*rig.sent && rig.at_sender.outcomes.size() == rig.items.size()) CHECK(*rig.received);
}

}  // namespace

TEST_CASE("a delivery that fails at any point leaves whole files or none, and nobody believes otherwise",
          "[scenario][delivery]") {
    for (std::uint64_t seed = 1; seed <= 240; ++seed) {
        INFO("seed " << seed);
        crypto::SeededRandom random(seed);
        const auto fault = static_cast<Fault>(seed % static_cast<std::uint64_t>(Fault::count));
        auto items = some_items(random);
        if (fault == Fault::source) {
            auto& victim = items[random.below(items.size())];
            victim.changes_at = random.below(victim.content.size() + 1);
        }
        Rig rig(std::move(items));
        if (random.below(2) == 0) rig.pair.network.set_piece(1 + random.below(70'000));
        if (fault == Fault::disk_full) rig.disk.appends_left = random.below(12);
        if (fault == Fault::commit) rig.disk.commits_left = random.below(3);

        auto handlers = random.below(random.below(2) == 0 ? 60 : 600);
        REQUIRE(rig.run([&] { return handlers-- == 0; }));
        if (!rig.over()) strike(rig, fault);
        REQUIRE(rig.run());
        INFO((*rig.sent ? "sent" : describe(rig.sent->error())));
        INFO((*rig.received ? "received" : describe(rig.received->error())));
        judge(rig);
        if (fault == Fault::none) {
            CHECK(*rig.sent);
            CHECK(rig.files().size() == rig.items.size());
        }
        if (fault == Fault::source || fault == Fault::disk_full || fault == Fault::commit) {
            // One item's trouble is not the others'.
            CHECK(*rig.sent);
            CHECK(rig.at_sender.outcomes.size() == rig.items.size());
            CHECK(rig.left.alive());
        }
    }
}

TEST_CASE("files of every size around a chunk arrive whole over pieces of any size", "[scenario][delivery]") {
    crypto::SeededRandom random(7);
    for (const std::size_t piece : {std::size_t{1024}, std::size_t{65'536}, std::size_t{1} << 30}) {
        std::vector<Item> items;
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 6 * chunk}) {
            Item item;
            item.name = std::to_string(size);
            item.content = some_bytes(random, size);
            items.push_back(item);
            item.name += ".stream";
            item.kind = transfer::EntryKind::stream;
            items.push_back(item);
        }
        Rig rig(std::move(items));
        rig.pair.network.set_piece(piece);
        REQUIRE(rig.run());
        REQUIRE(*rig.sent);
        REQUIRE(*rig.received);
        const auto files = rig.files();
        REQUIRE(files.size() == rig.items.size());
        for (const auto& item : rig.items)
            CHECK(files.at(item.name) == item.content);
    }
}

TEST_CASE("thousands of empty files go through a link that takes little at a time", "[scenario][delivery]") {
    std::vector<Item> items(3000);
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i].name = "a-name-that-is-not-very-short-" + std::to_string(i);
    Rig rig(std::move(items));
    // Nobody syncs 3000 files to see whether control frames are queued without bound.
    rig.disk.commits_left = 0;
    rig.pair.network.set_piece(100);
    REQUIRE(rig.run());
    INFO(describe(*rig.sent ? Error{Errc::internal, "none"} : rig.sent->error()));
    CHECK(*rig.sent);
    CHECK(rig.at_sender.outcomes.size() == 3000);
}

TEST_CASE("a receiver that refuses an item in the middle gets the next one", "[scenario][delivery]") {
    crypto::SeededRandom random(3);
    std::vector<Item> items(2);
    items[0].name = "../refused";
    items[0].content = some_bytes(random, 40 * chunk);
    items[1].name = "taken";
    items[1].content = some_bytes(random, 10);
    Rig rig(std::move(items));
    REQUIRE(rig.run());
    CHECK(*rig.sent);
    REQUIRE(rig.at_sender.outcomes.size() == 2);
    CHECK(rig.at_sender.outcomes[0].error.has_value());
    CHECK(rig.at_sender.delivered("taken") == 1);
    CHECK(rig.files().size() == 1);
    // It did not have to send all of it to hear that.
    CHECK(rig.left.bytes_out() < 20 * chunk);
}
