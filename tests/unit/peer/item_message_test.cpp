#include "peer/item_message.hpp"

#include <catch2/catch.hpp>

namespace p2pc::peer {
namespace {

using transfer::Entry;
using transfer::EntryKind;
using transfer::FileTime;

Entry sent_and_read(const Entry& entry) {
    wire::pb::PeerMessage message;
    put_entry(*message.mutable_item_begin(), entry);
    const auto framed = wire::frame(message);
    const auto read = wire::parse_peer(BytesView{framed}.subspan(wire::header_size));
    REQUIRE(read);
    const auto back = entry_of(read->item_begin());
    REQUIRE(back);
    return *back;
}

}  // namespace

TEST_CASE("every kind of entry arrives as it was sent", "[peer][item]") {
    auto file = Entry::file("a b", ByteCount{7}, 0640, FileTime{-2, 999'999'999});
    transfer::SourceId source{};
    source[3] = std::byte{9};
    file.set_source(source);
    const auto file_back = sent_and_read(file);
    CHECK(file_back.kind() == EntryKind::file);
    CHECK(file_back.name() == "a b");
    CHECK(file_back.size() == ByteCount{7});
    CHECK(file_back.mode() == 0640U);
    CHECK(file_back.mtime() == FileTime{-2, 999'999'999});
    CHECK(file_back.source() == source);

    const auto folder = sent_and_read(Entry::folder("d", 0755, FileTime{5, 1}));
    CHECK(folder.kind() == EntryKind::folder);
    CHECK(folder.mode() == 0755U);
    CHECK_FALSE(folder.size());
    const auto link = sent_and_read(Entry::link("l", "../x", std::nullopt));
    CHECK(link.kind() == EntryKind::link);
    CHECK(link.target() == "../x");
    CHECK_FALSE(link.mtime());
    CHECK(sent_and_read(Entry::up()).kind() == EntryKind::up);
    CHECK(sent_and_read(Entry::stream("s")).kind() == EntryKind::stream);
}

TEST_CASE("a time that does not fit into nanoseconds is left out", "[peer][item]") {
    CHECK(sent_and_read(Entry::folder("d", 0755, FileTime{8'999'999'999, 0})).mtime());
    CHECK_FALSE(sent_and_read(Entry::folder("d", 0755, FileTime{9'000'000'000, 0})).mtime());
    CHECK_FALSE(sent_and_read(Entry::folder("d", 0755, FileTime{-9'000'000'000, 0})).mtime());
}

TEST_CASE("a kind that is not known is unsupported, and a source of another length is none", "[peer][item]") {
    wire::pb::ItemBegin begin;
    CHECK(entry_of(begin).error().code() == Errc::unsupported);
    begin.set_kind(static_cast<wire::pb::ItemKind>(77));
    CHECK(entry_of(begin).error().code() == Errc::unsupported);
    begin.set_kind(wire::pb::ITEM_FILE);
    begin.set_source("short");
    CHECK(entry_of(begin)->source() == transfer::SourceId{});
}

}  // namespace p2pc::peer
