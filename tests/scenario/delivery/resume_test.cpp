// An item that the receiver has in part: each side against the other played by hand.
#include "io/event.hpp"
#include "scenario/delivery/raw.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

constexpr std::size_t mib = 1024 * 1024;

Bytes some_bytes(std::size_t size, std::uint64_t seed = 1) {
    crypto::SeededRandom random(seed);
    Bytes out(size);
    random.fill(out);
    return out;
}

Bytes begin_at(std::uint64_t size, std::uint64_t from) {
    PeerMessage message;
    auto* const begin = message.mutable_item_begin();
    begin->set_delivery(1);
    begin->set_item(1);
    begin->set_kind(wire::pb::ITEM_FILE);
    begin->set_name("file");
    begin->set_size(size);
    begin->set_from(from);
    return wire::frame(message);
}

// What a receiver that died left of "file".
void leave(const Rig& rig, std::uint64_t size, BytesView bytes) {
    const transfer::PartialKeys keys{crypto::Seed{}, model::PublicKey{}};
    const auto entry = transfer::Entry::file("file", ByteCount{size}, std::nullopt, std::nullopt);
    const auto folder = rig.folder.path() / transfer::OutputFolder::partial_folder;
    std::filesystem::create_directory(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    std::ofstream out{folder / keys.of(entry).file_name(), std::ios::binary};
    out.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(out.flush().good());
}

// What the receiver says of what it has, and its result.
class Heard {
  public:
    explicit Heard(io::Loop& loop) : more(loop) {}
    std::string hashes;
    std::optional<std::uint32_t> result;
    io::Event more;
};

asio::awaitable<void> hear(Channel& link, Heard& heard) {
    for (;;) {
        auto frame = co_await link.read(never);
        if (!frame) co_return;
        auto message = wire::parse_peer(frame->body());
        REQUIRE(message);
        if (message->has_item_chunks()) {
            CHECK(message->item_chunks().first() * 16 == heard.hashes.size());
            CHECK(message->item_chunks().hashes().size() <= 2048 * 16);
            heard.hashes += message->item_chunks().hashes();
        }
        if (message->has_item_result()) heard.result = message->item_result().code();
    }
}

asio::awaitable<void> say(Channel& link, std::vector<Bytes> frames, bool& said) {
    for (const auto& frame : frames) {
        auto sent = co_await link.send_frames(frame, never);
        REQUIRE(sent);
    }
    said = true;
}

std::string hashes_of(BytesView bytes) {
    std::string hashes;
    for (std::size_t at = 0; at + mib <= bytes.size(); at += mib)
        hashes += as_text(crypto::chunk_hash(bytes.subspan(at, mib)));
    return hashes;
}

// A receiver that has `theirs` of the one item: asks, compares, takes; what came it keeps by offsets.
class Receiver {
  public:
    explicit Receiver(Bytes what) : theirs(std::move(what)) {}
    Bytes theirs;
    std::optional<wire::pb::ItemBegin> begun;
    std::optional<wire::pb::ItemEnd> end;
    std::vector<std::pair<std::uint64_t, std::size_t>> data;  // offset, size
    std::size_t chunks_a_message = 1;
    bool wait_for_tail = false;  // the hashes go only when all beyond has come
    std::uint64_t size = 0;
};

void send_chunks(Channel& link, const Receiver& is) {
    const auto hashes = hashes_of(is.theirs);
    for (std::size_t first = 0; first * 16 < hashes.size(); first += is.chunks_a_message) {
        PeerMessage message;
        message.mutable_item_chunks()->set_item(1);
        message.mutable_item_chunks()->set_first(first);
        message.mutable_item_chunks()->set_hashes(hashes.substr(first * 16, is.chunks_a_message * 16));
        REQUIRE(link.send(wire::frame(message)));
    }
}

asio::awaitable<void> take(Channel& link, Receiver& is) {
    bool told = false;
    for (;;) {
        auto frame = co_await link.read(never);
        if (!frame) co_return;
        if (frame->type() == wire::FrameType::data) {
            Bytes bytes(frame->data_size());
            const auto offset = frame->data().offset;
            auto read = co_await link.read_data(bytes, never);
            if (!read) co_return;
            is.data.emplace_back(offset, bytes.size());
            if (is.theirs.size() < offset + bytes.size()) is.theirs.resize(offset + bytes.size());
            std::copy(bytes.begin(), bytes.end(), is.theirs.begin() + static_cast<std::ptrdiff_t>(offset));
        } else {
            auto message = wire::parse_peer(frame->body());
            REQUIRE(message);
            PeerMessage answer;
            if (message->has_offer()) {
                answer.mutable_offer_answer()->set_delivery(1);
                answer.mutable_offer_answer()->set_resume(true);
                REQUIRE(link.send(wire::frame(answer)));
            } else if (message->has_ask()) {
                answer.mutable_ask_answer()->set_ask(message->ask().ask());
                answer.mutable_ask_answer()->set_from(is.theirs.size());
                REQUIRE(link.send(wire::frame(answer)));
            } else if (message->has_item_begin()) {
                is.begun = message->item_begin();
                is.size = message->item_begin().size();
            } else if (message->has_item_end()) {
                is.end = message->item_end();
                REQUIRE(link.send(item_result_frame(1)));
            } else if (message->has_delivery_end()) {
                REQUIRE(link.send(delivery_result_frame()));
            }
        }
        const bool due = is.begun && (!is.wait_for_tail || is.theirs.size() == is.size);
        if (due && !told) {
            told = true;
            Receiver before = is;
            before.theirs.resize(is.begun->from());
            send_chunks(link, before);
        }
    }
}

Item item_of(Bytes content) {
    Item item;
    item.name = "file";
    item.content = std::move(content);
    return item;
}

}  // namespace

TEST_CASE("a receiver hashes what it has while more comes, and places the whole", "[scenario][resume]") {
    Rig rig;
    const auto bytes = some_bytes(40 * mib + 5);
    leave(rig, bytes.size(), BytesView{bytes}.first(38 * mib));
    rig.start_receiver();
    Heard heard{rig.pair.loop};
    rig.tasks.spawn("hearing", hear(rig.left, heard));
    REQUIRE(rig.left.send(begin_at(bytes.size(), 38 * mib)));
    std::vector<Bytes> frames;
    for (std::size_t at = 38 * mib; at < bytes.size(); at += mib / 2) {
        const auto part = BytesView{bytes}.subspan(at, std::min(mib / 2, bytes.size() - at));
        frames.push_back(data_frame(1, at, part));
    }
    bool said = false;
    rig.tasks.spawn("sending", say(rig.left, std::move(frames), said));
    REQUIRE(rig.until([&] { return said && heard.hashes.size() == 38 * 16; }, 10s));
    REQUIRE(rig.left.send(item_end_frame(1, bytes)));
    REQUIRE(rig.left.send(delivery_end_frame()));
    REQUIRE(rig.until([&] { return rig.received.has_value(); }, 10s));
    CHECK(*rig.received);
    CHECK(heard.hashes == hashes_of(BytesView{bytes}.first(38 * mib)));
    CHECK(heard.result == 0u);
    CHECK(rig.files() == std::map<std::string, Bytes>{{"file", bytes}});
}

TEST_CASE("a chunk that the disk changed is taken again, and the file is whole", "[scenario][resume]") {
    Rig rig;
    const auto bytes = some_bytes(3 * mib);
    auto damaged = bytes;
    damaged[mib + 1] ^= std::byte{1};
    leave(rig, bytes.size(), damaged);
    rig.start_receiver();
    Heard heard{rig.pair.loop};
    rig.tasks.spawn("hearing", hear(rig.left, heard));
    REQUIRE(rig.left.send(begin_at(bytes.size(), 3 * mib)));
    REQUIRE(rig.until([&] { return heard.hashes.size() == 3 * 16; }, 10s));
    CHECK(heard.hashes == hashes_of(damaged));
    std::vector<Bytes> frames;
    for (std::size_t at = mib; at < 2 * mib; at += mib / 4)
        frames.push_back(data_frame(1, at, BytesView{bytes}.subspan(at, mib / 4)));
    frames.push_back(item_end_frame(1, bytes));
    frames.push_back(delivery_end_frame());
    bool said = false;
    rig.tasks.spawn("sending", say(rig.left, std::move(frames), said));
    REQUIRE(rig.until([&] { return rig.received.has_value(); }, 10s));
    CHECK(*rig.received);
    CHECK(rig.files() == std::map<std::string, Bytes>{{"file", bytes}});
}

TEST_CASE("a sender that goes on where nothing is gets a result, and the next command starts over",
          "[scenario][resume]") {
    Rig rig;
    rig.start_receiver();
    Heard heard{rig.pair.loop};
    rig.tasks.spawn("hearing", hear(rig.left, heard));
    REQUIRE(rig.left.send(begin_at(2 * mib, mib)));
    REQUIRE(rig.until([&] { return heard.result.has_value(); }, 10s));
    CHECK(*heard.result == wire::code_to(Errc::interrupted));
    CHECK(rig.files().empty());
    CHECK(rig.left.alive());
}

TEST_CASE("a sender sends what lies beyond, and again the one chunk that differs", "[scenario][resume]") {
    const std::size_t size = GENERATE(5 * mib, 5 * mib + 1, 6 * mib - 1);
    const auto bytes = some_bytes(size);
    Rig rig({item_of(bytes)});
    Receiver receiver{Bytes(bytes.begin(), bytes.begin() + 4 * mib)};
    receiver.theirs[2 * mib + 7] ^= std::byte{0x10};
    receiver.chunks_a_message = GENERATE(1, 3, 2048);
    receiver.wait_for_tail = GENERATE(false, true);
    CAPTURE(size, receiver.chunks_a_message, receiver.wait_for_tail);
    rig.start_sender();
    rig.tasks.spawn("receiver", take(rig.right, receiver));
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }, 1min));
    CHECK(*rig.sent);
    CHECK(receiver.begun->from() == 4 * mib);
    CHECK(receiver.theirs == bytes);
    CHECK(receiver.end->digest() == digest_of(bytes));
    std::uint64_t repaired = 0, beyond = 0;
    for (const auto& [offset, length] : receiver.data) {
        (offset < 4 * mib ? repaired : beyond) += length;
        if (offset < 4 * mib) CHECK((offset >= 2 * mib && offset + length <= 3 * mib));
    }
    CHECK(repaired == mib);
    CHECK(beyond == size - 4 * mib);
    CHECK(rig.at_sender.delivered("file") == 1);
}

TEST_CASE("a receiver that has all of it gets its end and no data", "[scenario][resume]") {
    const auto bytes = some_bytes(2 * mib);
    Rig rig({item_of(bytes)});
    Receiver receiver{bytes};
    rig.start_sender();
    rig.tasks.spawn("receiver", take(rig.right, receiver));
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }, 1min));
    CHECK(*rig.sent);
    CHECK(receiver.data.empty());
    CHECK(receiver.end->digest() == digest_of(bytes));
}

TEST_CASE("chunks out of order, too many or in part end the link", "[scenario][resume]") {
    const auto bytes = some_bytes(3 * mib);
    Rig rig({item_of(bytes)});
    PeerMessage answer;
    answer.mutable_offer_answer()->set_delivery(1);
    answer.mutable_offer_answer()->set_resume(true);
    PeerMessage said;
    said.mutable_ask_answer()->set_ask(1);
    said.mutable_ask_answer()->set_from(2 * mib);
    PeerMessage chunks;
    chunks.mutable_item_chunks()->set_item(1);
    chunks.mutable_item_chunks()->set_hashes(std::string(32, 'x'));
    SECTION("not from the first") {
        chunks.mutable_item_chunks()->set_first(1);
    }
    SECTION("too many") {
        chunks.mutable_item_chunks()->set_hashes(std::string(48, 'x'));
    }
    SECTION("half a hash") {
        chunks.mutable_item_chunks()->set_hashes(std::string(24, 'x'));
    }
    SECTION("none") {
        chunks.mutable_item_chunks()->clear_hashes();
    }
    std::size_t control = 0;
    rig.start_sender();
    rig.tasks.spawn("reader", drain(rig.right, control));
    REQUIRE(rig.until([&] { return control == 1; }, 10s));
    REQUIRE(rig.right.send(wire::frame(answer)));
    REQUIRE(rig.until([&] { return control >= 2; }, 10s));
    REQUIRE(rig.right.send(wire::frame(said)));
    REQUIRE(rig.until([&] { return control >= 3; }, 10s));
    REQUIRE(rig.right.send(wire::frame(chunks)));
    REQUIRE(rig.until([&] { return rig.sent.has_value(); }, 10s));
    CHECK(rig.sent->error().code() == Errc::malformed);
}
