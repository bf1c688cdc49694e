// Random walks of a hostile sender: whatever it does, in whatever order, all stays inside the output folder.
#include <random>

#include "support.hpp"
#include "transfer/asking.hpp"
#include "transfer/tree.hpp"

using namespace p2pc;
using namespace p2pc::transfer;
using namespace p2pc::transfer::test;

namespace {

const std::vector<std::string> names = {
    "a",
    "b",
    "c",
    "A",
    "..",
    ".",
    "",
    "/",
    "../x",
    "a/b",
    "\xff",
    "a\nb",
    ".p2pc-partial",
    ".bashrc",
    "-rf",
    "l",
    "out",
    "caf\xc3\xa9",
    "cafe\xcc\x81",
    std::string(255, 'n'),
    std::string(256, 'n'),
};
const std::vector<std::string> targets = {
    "a", "..", "../..", "../a", "/etc/passwd", "a/..", "l/..", "../../../../..", "l", "", "./..", "b/../../x",
};

class Walker {
  public:
    Walker(Incoming& incoming, unsigned seed) : incoming_(incoming), random_(seed) {}

    void step() {
        const auto name = pick(names);
        const FileTime time{static_cast<std::int64_t>(random_() % 3) * 1'000'000'000, 5};
        switch (random_() % 12) {
            case 0:
            case 1:
            case 2:
                (void)incoming_.enter(Entry::folder(name, random_() % 010000, time), keyed());
                break;
            case 3:
            case 4:
                (void)incoming_.up(random_() % 2 == 0 ? Whole::yes : Whole::no);
                break;
            case 5:
                (void)incoming_.link(Entry::link(name, pick(targets), time), 1);
                break;
            case 6:
                (void)incoming_.keep(Entry::file(name, ByteCount{random_() % 20}, 0644, time), keyed());
                break;
            case 7:
                (void)incoming_.begin(Entry{EntryKind{static_cast<std::uint8_t>(random_() % 8)}, name,
                                            std::nullopt, std::nullopt, time},
                                      keyed());
                break;
            default: {
                const auto bytes = content(random_() % 20, random_());
                const auto entry = Entry::file(name, ByteCount{bytes.size()}, random_() % 010000, time);
                (void)deliver(incoming_, entry, bytes, key(random_() % 3));
            }
        }
    }

  private:
    std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }

    Incoming& incoming_;
    std::mt19937 random_;
};

// No symlink in `folder` leads out of it.
void check_links(const fs::path& folder) {
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (!entry.is_symlink()) continue;
        std::error_code unresolvable;
        const auto leads_to = fs::weakly_canonical(entry.path(), unresolvable);
        if (unresolvable) continue;  // in a circle
        CAPTURE(entry.path().string(), fs::read_symlink(entry.path()).string());
        CHECK(leads_to.string().starts_with(folder.string() + "/"));
    }
}

}  // namespace

TEST_CASE("whatever walk a sender makes, all it leaves is inside the output folder", "[transfer][tree]") {
    const auto policy = GENERATE(OnConflict::rename, OnConflict::overwrite, OnConflict::skip,
                                 OnConflict::newer, OnConflict::fail);
    const auto any = GENERATE(AnyNames::no, AnyNames::yes);
    for (unsigned seed = 0; seed < 60; ++seed) {
        CAPTURE(static_cast<int>(policy), any == AnyNames::yes, seed);
        TempFolder around{fast_parent()};
        const auto folder = fs::path{around / "out"};
        fs::create_directory(folder);
        write_file(around / "x", content(7));
        fs::create_directory(folder / "a");
        fs::create_directory_symlink(around.str(), folder / "a" / "l");
        fs::create_directory_symlink(around.str(), folder / "out");
        for (unsigned delivery = 0; delivery < 3; ++delivery) {
            Incoming incoming{make_folder_output(folder_at(folder.string()), any, policy), ReceivePolicy{},
                              merges(policy) ? Incoming::Removing::yes : Incoming::Removing::no};
            Walker walker{incoming, seed * 3 + delivery};
            for (unsigned n = 0; n < 60; ++n)
                walker.step();
            (void)incoming.remove();
        }
        CHECK(around.names() == std::vector<std::string>{"out", "x"});
        CHECK(read_file(around / "x") == content(7));
        fs::remove(folder / "out");  // these were there before
        fs::remove(folder / "a" / "l");
        check_links(folder);
    }
}
