// A delivery from sources to the folder of a receiver, and every way in which a sender may break the order.
#include "support.hpp"
#include "transfer/sending.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

std::unique_ptr<Incoming> into(const TempFolder& folder, ReceivePolicy policy = {}) {
    return std::make_unique<Incoming>(make_folder_output(folder_at(folder.str()), AnyNames::no), policy);
}

Result<ReceivedItem> carry(Outgoing& outgoing, Incoming& incoming, const Entry& entry) {
    if (auto begun = incoming.begin(entry, keyed()); !begun) return begun.error();
    Bytes buffer(100'003);
    while (true) {
        const auto got = outgoing.next_piece(buffer);
        if (!got) return got.error();
        if (got->size == 0) return incoming.end(outgoing.end());
        if (auto taken = incoming.data(BytesView{buffer}.first(got->size)); !taken) return taken.error();
    }
}

}  // namespace

TEST_CASE("files of every size around a chunk arrive byte for byte, with mode and time",
          "[transfer][delivery]") {
    ::umask(022);
    TempFolder from;
    TempFolder to;
    auto incoming = into(to);
    std::vector<std::unique_ptr<Source>> sources;
    const std::size_t sizes[] = {0, 1, mib - 1, mib, mib + 1, 5 * mib};
    for (const auto size : sizes) {
        const auto path = from / ("f" + std::to_string(size));
        write_file(path, content(size));
        REQUIRE(::chmod(path.c_str(), 0751) == 0);
        const timespec times[2] = {{1'000'000'000, 0}, {1'234'567'890, 123'456'789}};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
        sources.push_back(make_file_source(path));
    }
    Outgoing outgoing{std::move(sources)};
    for (const auto size : sizes) {
        CAPTURE(size);
        const auto entry = outgoing.next_item();
        REQUIRE(entry);
        REQUIRE(*entry);
        CHECK((*entry)->size() == ByteCount{size});
        const auto item = carry(outgoing, *incoming, **entry);
        REQUIRE(item);
        CHECK(*item->path() == to / ("f" + std::to_string(size)));
        CHECK(item->size() == ByteCount{size});
        CHECK(item->algorithm() == "xxh3-1m");
        CHECK(item->digest() == digest_of(content(size)));
        CHECK(read_file(*item->path()) == content(size));
        struct stat found {};
        REQUIRE(::stat(item->path()->c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0751);
        CHECK(found.st_mtim.tv_sec == 1'234'567'890);
        CHECK(found.st_mtim.tv_nsec == 123'456'789);
    }
    const auto none = outgoing.next_item();
    REQUIRE(none);
    CHECK_FALSE(*none);
    CHECK(to.names().size() == std::size(sizes));  // and no partial folder
}

TEST_CASE("an item that cannot be sent does not stop the ones after it", "[transfer][delivery]") {
    TempFolder from;
    TempFolder to;
    write_file(from / "first", content(10));
    write_file(from / "last", content(20));
    std::vector<std::unique_ptr<Source>> sources;
    for (const auto* name : {"first", "missing", "", "last"})
        sources.push_back(make_file_source(from / name));
    Outgoing outgoing{std::move(sources)};
    auto incoming = into(to);
    unsigned arrived = 0;
    std::vector<std::string> failed;
    while (true) {
        const auto entry = outgoing.next_item();
        if (!entry) {
            CHECK(entry.error().code() == Errc::local_io);
            failed.push_back(outgoing.label());
            continue;
        }
        if (!*entry) break;
        arrived += carry(outgoing, *incoming, **entry).ok();
    }
    CHECK(arrived == 2);
    CHECK(failed == std::vector<std::string>{from / "missing", from / ""});
}

TEST_CASE("a stream of unknown length arrives whole, with what a shell's redirection would give as mode",
          "[transfer][delivery]") {
    ::umask(027);
    TempFolder to;
    auto incoming = into(to);
    const auto item = deliver(*incoming, Entry::stream("log"), content(3 * mib + 1));
    ::umask(022);
    REQUIRE(item);
    CHECK(read_file(to / "log") == content(3 * mib + 1));
    struct stat found {};
    REQUIRE(::stat(item->path()->c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0640);
}

TEST_CASE("after a stop no further item or chunk is read", "[transfer][delivery]") {
    TempFolder from;
    write_file(from / "a", content(10));
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(make_file_source(from / "a"));
    sources.push_back(make_file_source(from / "a"));
    Outgoing outgoing{std::move(sources)};
    REQUIRE(outgoing.next_item());
    outgoing.stop();
    Bytes buffer(10);
    CHECK(code_of(outgoing.next_piece(buffer)) == Errc::canceled);
    CHECK(code_of(outgoing.next_item()) == Errc::canceled);
}

TEST_CASE("a hole of a TiB that is summed for a checksum ends at once when the delivery is stopped",
          "[transfer][delivery]") {
    // Stops the delivery as soon as its hole was found.
    class Hole final : public Source {
      public:
        explicit Hole(Outgoing*& of) : of_(of) {}
        const std::string& label() const noexcept override { return name_; }
        Result<Entry> open() override { return Entry::file(name_, ByteCount{most_hole}, 0644, std::nullopt); }
        Result<std::size_t> read(std::span<std::byte>) override { return std::size_t{0}; }
        Result<std::uint64_t> skip_hole() override {
            of_->stop();
            return most_hole;
        }

      private:
        Outgoing*& of_;
        std::string name_ = "hole";
    };
    Outgoing* of = nullptr;
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::make_unique<Hole>(of));
    Outgoing outgoing{std::move(sources)};
    of = &outgoing;
    outgoing.set_checksum(true);
    outgoing.set_holes(true);
    REQUIRE(outgoing.next_item());
    Bytes buffer(10);
    CHECK(code_of(outgoing.next_piece(buffer)) == Errc::canceled);
}

TEST_CASE("set-user bits are dropped, the umask holds, and absurd times are clamped or ignored",
          "[transfer][receiving]") {
    ::umask(022);
    TempFolder to;
    auto incoming = into(to);
    const Entry wild{EntryKind::file, "wild", ByteCount{0}, 04777, FileTime{9'223'372'036'854'775'807, 0}};
    const Entry past{EntryKind::file, "past", ByteCount{0}, 0xffffffff,
                     FileTime{std::numeric_limits<std::int64_t>::min(), 4'000'000'000}};
    for (const auto& entry : {wild, past}) {
        const auto item = deliver(*incoming, entry, {});
        REQUIRE(item);
        struct stat found {};
        REQUIRE(::stat(item->path()->c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0755);
        CHECK(found.st_mtim.tv_sec <= 253'402'300'799);
    }
}

TEST_CASE("an existing target is never written to: the next free number is taken", "[transfer][receiving]") {
    TempFolder to;
    write_file(to / "a.txt", content(5));
    fs::create_symlink(to / "elsewhere", to / "a (2).txt");
    fs::create_directory(to / "bin");
    auto incoming = into(to);
    CHECK(*deliver(*incoming, file_entry("a.txt", 7), content(7))->path() == to / "a (3).txt");
    CHECK(*deliver(*incoming, file_entry("bin", 7), content(7))->path() == to / "bin (2)");
    CHECK(read_file(to / "a.txt") == content(5));
    CHECK_FALSE(fs::exists(to / "elsewhere"));
}

TEST_CASE("names that differ only in normalisation are both kept", "[transfer][receiving]") {
    TempFolder to;
    auto incoming = into(to);
    REQUIRE(deliver(*incoming, file_entry("caf\u00e9", 1), content(1, 1)));
    REQUIRE(deliver(*incoming, file_entry("cafe\u0301", 2), content(2, 2)));
    CHECK(read_file(to / "caf\u00e9").size() == 1);
    CHECK(read_file(to / "cafe\u0301").size() == 2);
}

TEST_CASE("data past the announced size ends the delivery and leaves nothing", "[transfer][receiving]") {
    TempFolder to;
    auto incoming = into(to);
    REQUIRE(incoming->begin(file_entry("a", 10), keyed()));
    REQUIRE(incoming->data(content(10)));
    CHECK(code_of(incoming->data(content(1))) == Errc::malformed);
    CHECK(code_of(incoming->end(ItemEnd{ByteCount{10}, digest_of(content(10))})) == Errc::malformed);
    CHECK(code_of(incoming->begin(file_entry("b", 1), keyed())) == Errc::malformed);
    CHECK(to.names().empty());
}

TEST_CASE("data before an item, after its end, and an item inside an item are breaches",
          "[transfer][receiving]") {
    TempFolder to;
    CHECK(code_of(into(to)->data(content(1))) == Errc::malformed);
    CHECK(code_of(into(to)->end(ItemEnd{ByteCount{0}, digest_of({})})) == Errc::malformed);
    auto after = into(to);
    REQUIRE(deliver(*after, file_entry("done", 1), content(1)));
    CHECK(code_of(after->data(content(1))) == Errc::malformed);
    auto twice = into(to);
    REQUIRE(twice->begin(file_entry("x", 1), keyed()));
    CHECK(code_of(twice->begin(file_entry("y", 1), keyed())) == Errc::malformed);
    auto contradictory = into(to);
    const Entry sizeless{EntryKind::file, "x", std::nullopt, std::nullopt, std::nullopt};
    CHECK(code_of(contradictory->begin(sizeless, keyed())) == Errc::malformed);
    CHECK(to.names() == std::vector<std::string>{"done"});
}

TEST_CASE("a wrong digest, a wrong size or an unknown digest leaves no file and no partial",
          "[transfer][receiving]") {
    TempFolder to;
    const auto bytes = content(1000);
    const std::tuple<std::size_t, ItemEnd, Errc> cases[] = {
        {1000, ItemEnd{ByteCount{1000}, digest_of(content(1000, 2))}, Errc::integrity},
        {1000, ItemEnd{ByteCount{999}, digest_of(bytes)}, Errc::integrity},
        {1001, ItemEnd{ByteCount{1000}, digest_of(bytes)}, Errc::integrity},
        {1000, ItemEnd{ByteCount{1000}, "md5:" + std::string(32, '0')}, Errc::unsupported},
        {1000, ItemEnd{ByteCount{1000}, ""}, Errc::unsupported},
    };
    auto incoming = into(to);
    for (const auto& [announced, end, code] : cases) {
        REQUIRE(incoming->begin(file_entry("a", announced), keyed()));
        REQUIRE(incoming->data(bytes));
        CHECK(code_of(incoming->end(end)) == code);
        CHECK(to.names().empty());
    }
    CHECK(deliver(*incoming, file_entry("a", 1000), bytes));
}

TEST_CASE("a refused item repeats its error until the next begins, which may succeed",
          "[transfer][receiving]") {
    TempFolder to;
    auto incoming = into(to);
    CHECK(code_of(incoming->begin(file_entry("../x", 3), keyed())) == Errc::refused);
    CHECK(code_of(incoming->data(content(3))) == Errc::refused);
    CHECK(code_of(incoming->end(ItemEnd{ByteCount{3}, digest_of(content(3))})) == Errc::refused);
    CHECK(code_of(incoming->begin(Entry{EntryKind{77}, "x", {}, {}, {}}, keyed())) == Errc::unsupported);
    CHECK(deliver(*incoming, file_entry("x", 3), content(3)));
    CHECK(to.names() == std::vector<std::string>{"x"});
}

TEST_CASE("the largest size is taken, one byte more is refused, announced or not", "[transfer][receiving]") {
    TempFolder to;
    auto incoming = into(to, ReceivePolicy{ByteCount{1000}});
    CHECK(deliver(*incoming, file_entry("a", 1000), content(1000)));
    CHECK(code_of(incoming->begin(file_entry("b", 1001), keyed())) == Errc::refused);
    CHECK(deliver(*incoming, Entry::stream("c"), content(1000)));
    CHECK(code_of(deliver(*incoming, Entry::stream("d"), content(1001), key(), 1)) == Errc::refused);
    CHECK(code_of(incoming->begin(file_entry("e", ~std::size_t{0}), keyed())) == Errc::refused);
    CHECK(to.names() == std::vector<std::string>{"a", "c"});
}

TEST_CASE("an abandoned item leaves nothing, an interrupted one leaves its partial",
          "[transfer][receiving]") {
    TempFolder to;
    auto incoming = into(to);
    REQUIRE(incoming->begin(file_entry("a", 100), keyed()));
    REQUIRE(incoming->data(content(50)));
    incoming->abandon();
    CHECK(to.names().empty());
    REQUIRE(incoming->begin(file_entry("a", 100), keyed()));
    REQUIRE(incoming->data(content(50)));
    incoming.reset();
    REQUIRE(to.names() == std::vector<std::string>{".p2pc-partial"});
    CHECK(read_file(to / (".p2pc-partial/" + key().file_name())) == content(50));
    CHECK(deliver_into(to.str(), file_entry("a", 100), content(100)));
    CHECK(to.names() == std::vector<std::string>{"a"});
}
