// What a delivery's items look like as frames, batch by batch, and what the other side's word changes.
#include "peer/packer.hpp"

#include <catch2/catch.hpp>
#include <functional>

using namespace p2pc;
using namespace p2pc::peer;
using transfer::Entry;
using transfer::EntryKind;
using transfer::Step;

namespace {

int alive = 0;  // sources

class Zeros final : public transfer::Source {
  public:
    Zeros(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) { ++alive; }
    ~Zeros() override { --alive; }
    const std::string& label() const noexcept override { return name_; }
    Result<Entry> open() override {
        if (name_.ends_with("unreadable")) return Errc::local_io;
        return Entry::file(name_, ByteCount{size_}, 0644, transfer::FileTime{1, 0});
    }
    Result<Entry> look() override { return open(); }
    Result<std::size_t> read(std::span<std::byte> into) override {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - at_));
        if (name_.ends_with("changes") && at_ > 0) return Errc::source_changed;
        std::fill_n(into.begin(), size, std::byte{0});
        at_ += size;
        return size;
    }

  private:
    std::string name_;
    std::uint64_t size_, at_ = 0;
};

Step file(const std::string& name, std::uint64_t size = 10) {
    return Step::source(std::make_unique<Zeros>(name, size));
}
Step folder(const std::string& name) {
    return Step::folder(Entry::folder(name, 0755, transfer::FileTime{1, 0}), nullptr);
}

// Steps as a function gives them, by their number.
class Made final : public transfer::Walk {
  public:
    using Give = std::function<std::optional<Step>(std::size_t)>;
    explicit Made(Give give) : give_(std::move(give)) {}
    std::optional<Step> next() override {
        while (true) {
            auto step = give_(at_++);
            if (!step) return step;
            const bool up = step->entry() && step->entry()->kind() == EntryKind::up;
            const bool deeper = step->entry() && step->entry()->kind() == EntryKind::folder;
            if (deeper) ++depth_;
            if (up) --depth_;
            if (left_ > 0 && depth_ >= left_) continue;
            left_ = 0;
            return step;
        }
    }
    void leave_folder() override { left_ = depth_; }
    std::size_t met() const { return at_; }

  private:
    Give give_;
    std::size_t at_ = 0, depth_ = 0, left_ = 0;
};

std::unique_ptr<Made> steps(std::vector<std::function<Step()>> list) {
    return std::make_unique<Made>([list = std::move(list)](std::size_t at) -> std::optional<Step> {
        if (at >= list.size()) return std::nullopt;
        return list[at]();
    });
}

// A batch's frames as words: "dir t", "file a", "data 10", "end", "gave up", "link l", "up", "ask dir t" ...
using Lines = std::vector<std::string>;

std::string kind_of(wire::pb::ItemKind kind) {
    const char* const names[] = {"none", "file", "stream", "dir", "link", "up"};
    return names[kind];
}

std::string line_of(const wire::pb::PeerMessage& message) {
    if (message.has_item_begin()) {
        const auto& begin = message.item_begin();
        auto line = kind_of(begin.kind());
        if (!begin.name().empty()) line += " " + begin.name();
        if (begin.keep()) line += " keep";
        if (begin.whole()) line += " whole";
        for (const auto& pattern : begin.exclude())
            line += " -" + pattern;
        return line;
    }
    if (message.has_item_end()) return message.item_end().code() == 0 ? "end" : "gave up";
    if (message.has_ask()) return "ask " + kind_of(message.ask().kind()) + " " + message.ask().name();
    return "?";
}

Lines lines_of(const Batch& batch) {
    Lines lines;
    auto rest = batch.frames();
    while (!rest.empty()) {
        const auto header = wire::parse_header(rest, wire::Phase::peer_link);
        REQUIRE(header);
        const auto body = rest.subspan(wire::header_size, header->body_size);
        if (header->type == wire::FrameType::data) {
            lines.push_back("data " + std::to_string(body.size() - wire::data_header_size));
        } else {
            const auto message = wire::parse_peer(body);
            REQUIRE(message);
            lines.push_back(line_of(*message));
        }
        rest = rest.subspan(wire::header_size + header->body_size);
    }
    return lines;
}

Batch fill(Packer& packer) {
    return packer.fill(Bytes(Packer::buffer_size));
}

wire::pb::AskAnswer answer(std::uint32_t ask, bool keep = false, Errc code = Errc{}) {
    wire::pb::AskAnswer made;
    made.set_ask(ask);
    made.set_keep(keep);
    made.set_code(wire::code_to(code));
    return made;
}

}  // namespace

TEST_CASE("many small files and folders make one batch, in order, whole", "[peer][packer]") {
    transfer::Outgoing outgoing(
        steps({[] { return folder("t"); }, [] { return file("a"); }, [] { return folder("s"); },
               [] { return file("empty", 0); }, [] { return Step::link(Entry::link("l", "a", {}), "t/l"); },
               [] { return Step::up(); }, [] { return Step::up(); }, [] { return file("top"); }}));
    Packer packer(outgoing, {});
    const auto batch = fill(packer);
    CHECK(batch.last);
    CHECK(lines_of(batch) == Lines{"dir t", "file a", "data 10", "end", "dir s", "file empty", "end",
                                   "link l", "up", "up", "file top", "data 10", "end"});
    CHECK(batch.files == 2);
    CHECK(batch.content == 20);
    REQUIRE(batch.notes.size() == 8);
    // Only what stands at the top is settled by the other side.
    Lines sent;
    for (const auto& note : batch.notes)
        if (note.kind == Note::Kind::sent) sent.push_back(note.outcome.name);
    CHECK(sent == Lines{"t", "top"});
    CHECK(batch.notes[5].outcome.files == 2);
    CHECK(batch.notes[5].outcome.size == ByteCount{10});
}

TEST_CASE("a large file goes in pieces of 256 KiB, one a batch", "[peer][packer]") {
    const auto size =
        GENERATE(Packer::piece_size - 1, Packer::piece_size, Packer::piece_size + 1, 3 * Packer::piece_size);
    transfer::Outgoing outgoing(steps({[=] { return file("big", size); }}));
    Packer packer(outgoing, {});
    std::uint64_t content = 0;
    for (bool more = true; more;) {
        const auto batch = fill(packer);
        CHECK(batch.content <= Packer::buffer_size);
        content += batch.content;
        more = !batch.last;
    }
    CHECK(content == size);
}

TEST_CASE("what fails at its source is told by its path, and its neighbours are sent", "[peer][packer]") {
    transfer::Outgoing outgoing(steps({[] { return folder("t"); }, [] { return file("unreadable"); },
                                       [] {
                                           return Step::failed("t/fifo", Error{Errc::local_io, "a FIFO"});
                                       },
                                       [] { return file("changes", 400'000); }, [] { return file("a"); },
                                       [] { return Step::up(); }}));
    PackTerms terms;
    terms.remove = true;
    Packer packer(outgoing, terms);
    Lines lines, failed;
    for (bool more = true; more;) {
        const auto batch = fill(packer);
        for (const auto& line : lines_of(batch))
            lines.push_back(line);
        for (const auto& note : batch.notes)
            if (note.kind == Note::Kind::settled) failed.push_back(note.outcome.label);
        more = !batch.last;
    }
    CHECK(std::count(lines.begin(), lines.end(), "gave up") == 1);
    CHECK(std::count(lines.begin(), lines.end(), "end") == 1);
    CHECK(failed == Lines{"unreadable", "t/fifo", "changes"});
    // Then it must not be taken for all there is.
    CHECK(lines.back() == "up");
    CHECK_FALSE(packer.whole());
}

TEST_CASE("folders that were sent whole say so where something is to be removed", "[peer][packer]") {
    transfer::Outgoing outgoing(
        steps({[] {
                   auto step = folder("t");
                   step.set_left_out({"*.o"});
                   return step;
               },
               [] { return folder("s"); }, [] { return file("a"); }, [] { return Step::up(); },
               [] { return folder("r"); }, [] { return file("unreadable"); }, [] { return Step::up(); },
               [] { return Step::up(); }}));
    PackTerms terms;
    terms.remove = true;
    Packer packer(outgoing, terms);
    CHECK(lines_of(fill(packer)) ==
          Lines{"dir t -*.o", "dir s", "file a", "data 10", "end", "up whole", "dir r", "up", "up"});
}

TEST_CASE("after a folder was refused its end comes next, and what stands behind it", "[peer][packer]") {
    auto made = std::make_unique<Made>([](std::size_t at) -> std::optional<Step> {
        if (at == 0) return folder("t");
        if (at == 1) return folder("s");
        if (at < 100'000) return file("a" + std::to_string(at));
        if (at < 100'002) return Step::up();
        if (at == 100'002) return file("b");
        return std::nullopt;
    });
    transfer::Outgoing outgoing(std::move(made));
    Packer packer(outgoing, {});
    const auto first = fill(packer);
    CHECK_FALSE(first.last);
    const auto refused = GENERATE(1u, 2u);
    packer.refuse(refused);
    const auto second = fill(packer);
    CHECK(second.last);
    CHECK(lines_of(second) == Lines{"up", "up", "file b", "data 10", "end"});
}

TEST_CASE("an item that was refused is ended at once, and nobody is told twice", "[peer][packer]") {
    transfer::Outgoing outgoing(steps({[] { return file("big", 100'000'000); }, [] { return file("b"); }}));
    Packer packer(outgoing, {});
    CHECK_FALSE(fill(packer).last);
    packer.refuse(1);
    const auto rest = fill(packer);
    CHECK(rest.last);
    CHECK(lines_of(rest) == Lines{"gave up", "file b", "data 10", "end"});
    for (const auto& note : rest.notes)
        CHECK(note.kind != Note::Kind::settled);
}

TEST_CASE("a million entries are never held", "[peer][packer]") {
    constexpr std::size_t entries = 1'000'000;
    auto made = std::make_unique<Made>([](std::size_t at) -> std::optional<Step> {
        if (at % 1000 == 0 && at < entries) return folder("d" + std::to_string(at));
        if (at % 1000 == 999 && at < entries) return Step::up();
        if (at < entries) return file("f", 0);
        return std::nullopt;
    });
    const auto asking = GENERATE(Asking::no, Asking::yes);
    transfer::Outgoing outgoing(std::move(made));
    PackTerms terms;
    terms.asking = asking;
    Packer packer(outgoing, terms);
    std::uint64_t files = 0;
    std::size_t most_notes = 0;
    int most_alive = 0;
    std::uint32_t asked = 0;
    for (bool more = true; more;) {
        const auto batch = fill(packer);
        files += batch.files;
        most_notes = std::max(most_notes, batch.notes.size());
        most_alive = std::max(most_alive, alive);
        more = !batch.last;
        if (asking == Asking::no || !batch.waits) continue;
        // Answered are files; every thousandth question is a folder's beginning or end.
        for (const auto until = asked + 900; asked < until;) {
            ++asked;
            if (asked % 1000 > 1 && !packer.answer(answer(asked))) break;
        }
    }
    CHECK(files == entries - 2 * entries / 1000);
    CHECK(most_notes <= 4200);
    CHECK(most_alive <= 1001);
    CHECK(alive == 0);
}

TEST_CASE("questions go ahead of the items, which wait for their answers", "[peer][packer]") {
    transfer::Outgoing outgoing(
        steps({[] { return folder("t"); }, [] { return file("a"); },
               [] { return Step::link(Entry::link("l", "a", {}), "t/l"); }, [] { return file("no"); },
               [] { return file("have"); }, [] { return Step::up(); }}));
    PackTerms terms;
    terms.asking = Asking::yes;
    Packer packer(outgoing, terms);
    const auto first = fill(packer);
    CHECK(first.waits);
    CHECK(lines_of(first) ==
          Lines{"ask dir t", "ask file a", "ask link l", "ask file no", "ask file have", "ask up ", "dir t"});
    const auto nothing = fill(packer);
    CHECK(nothing.waits);
    CHECK(nothing.size() == 0);
    REQUIRE(packer.answer(answer(2)));
    REQUIRE(packer.answer(answer(3)));
    REQUIRE(packer.answer(answer(4, false, Errc::refused)));
    const auto second = fill(packer);
    CHECK(second.waits);
    CHECK(lines_of(second) == Lines{"file a", "data 10", "end", "link l"});
    REQUIRE(second.notes.size() == 3);
    CHECK(second.notes[2].kind == Note::Kind::settled);
    CHECK(second.notes[2].outcome.error->code() == Errc::refused);
    REQUIRE(packer.answer(answer(5, true)));
    const auto last = fill(packer);
    CHECK(last.last);
    CHECK(lines_of(last) == Lines{"file have keep", "up"});
}

TEST_CASE("a link is sent whatever digest it is said to have at the other side", "[peer][packer]") {
    transfer::Outgoing outgoing(
        steps({[] { return folder("t"); }, [] { return Step::link(Entry::link("l", "a", {}), "t/l"); },
               [] { return Step::up(); }}));
    PackTerms terms;
    terms.asking = Asking::yes;
    Packer packer(outgoing, terms);
    CHECK(lines_of(fill(packer)) == Lines{"ask dir t", "ask link l", "ask up ", "dir t"});
    auto kept = answer(2, true);
    kept.set_digest("xxh3-1m:00");
    REQUIRE(packer.answer(kept));
    CHECK(lines_of(fill(packer)) == Lines{"link l", "up"});
}

TEST_CASE("an answer to what nobody asked, or to the same twice, is malformed", "[peer][packer]") {
    transfer::Outgoing outgoing(steps({[] { return file("a"); }, [] { return file("b"); }}));
    PackTerms terms;
    terms.asking = Asking::yes;
    Packer packer(outgoing, terms);
    CHECK_FALSE(packer.answer(answer(1)));
    CHECK(lines_of(fill(packer)) == Lines{"ask file a", "ask file b"});
    CHECK(packer.answer(answer(1)));
    CHECK_FALSE(packer.answer(answer(1)));
    CHECK_FALSE(packer.answer(answer(3)));
    CHECK(packer.answer(answer(2)));
}

TEST_CASE("a dry run only asks, and says of each entry what would become of it", "[peer][packer]") {
    transfer::Outgoing outgoing(
        steps({[] { return folder("t"); }, [] { return file("a"); }, [] { return file("have"); },
               [] { return Step::up(); }, [] { return file("no"); }}));
    PackTerms terms;
    terms.asking = Asking::only;
    Packer packer(outgoing, terms);
    CHECK(lines_of(fill(packer)) ==
          Lines{"ask dir t", "ask file a", "ask file have", "ask up ", "ask file no"});
    REQUIRE(packer.answer(answer(2)));
    REQUIRE(packer.answer(answer(3, true)));
    REQUIRE(packer.answer(answer(5, false, Errc::refused)));
    const auto rest = fill(packer);
    CHECK(rest.last);
    CHECK(rest.size() == 0);
    REQUIRE(rest.notes.size() == 4);
    for (const auto& note : rest.notes)
        CHECK(note.kind == Note::Kind::settled);
    CHECK(rest.notes[0].outcome.name == "a");
    CHECK_FALSE(rest.notes[0].outcome.skipped);
    CHECK(rest.notes[1].outcome.skipped);
    CHECK(rest.notes[2].outcome.name == "t");
    CHECK(rest.notes[3].outcome.error->code() == Errc::refused);
}

TEST_CASE("of a folder refused while it is asked about, the questions end with it", "[peer][packer]") {
    auto made = std::make_unique<Made>([](std::size_t at) -> std::optional<Step> {
        if (at == 0) return folder("t");
        if (at == 1) return folder("s");
        if (at < 50'000) return file("a");
        if (at < 50'002) return Step::up();
        if (at == 50'002) return file("b");
        return std::nullopt;
    });
    const auto* const walk = made.get();
    transfer::Outgoing outgoing(std::move(made));
    PackTerms terms;
    terms.asking = Asking::yes;
    Packer packer(outgoing, terms);
    fill(packer);
    CHECK(walk->met() <= Packer::most_ahead + 2);
    packer.refuse(1);
    const auto rest = fill(packer);
    CHECK(rest.waits);
    CHECK(lines_of(rest) == Lines{"ask up ", "ask up ", "ask file b", "up", "up"});
    REQUIRE(packer.answer(answer(1005)));
    CHECK(lines_of(fill(packer)) == Lines{"file b", "data 10", "end"});
}
