// What a second try of a delivery sends, and what is told of the first.
#include "commands/send_tries.hpp"

#include <catch2/catch.hpp>

#include "transfer/sending.hpp"

using namespace p2pc;
using commands::SendTries;

namespace {

class Told final : public peer::DeliveryObserver {
  public:
    void item_ended(const peer::ItemOutcome& outcome) override { outcomes.push_back(outcome); }
    void progressed(const peer::Progress& progress) override { last = progress; }
    std::vector<peer::ItemOutcome> outcomes;
    peer::Progress last;
};

peer::ItemOutcome outcome(const std::string& label, std::optional<Error> error = {}, bool top = true) {
    peer::ItemOutcome made;
    made.label = made.name = label;
    made.size = ByteCount{10};
    made.top = top;
    made.error = std::move(error);
    return made;
}

peer::Progress moved(std::uint64_t done, std::uint64_t resumed) {
    peer::Progress progress;
    progress.done = done;
    progress.resumed = resumed;
    return progress;
}

// Folders "a" (with "a/in" and "a/deep/er") and "b", and the links "c" and "c" again.
class Steps final : public transfer::Walk {
  public:
    Steps() {
        folder("a", true);
        link("a/in");
        folder("a/deep", true);
        link("a/deep/er");
        up();
        up();
        folder("b", true);
        up();
        link("c");
        link("c");
    }
    std::optional<transfer::Step> next() override {
        if (at_ == steps_.size()) return std::nullopt;
        auto& step = steps_[at_++];
        if (step.entry()->kind() == transfer::EntryKind::folder) ++depth_;
        if (step.entry()->kind() == transfer::EntryKind::up) --depth_;
        return std::move(step);
    }
    void leave_folder() override {
        for (std::size_t depth = 1; depth > 0;) {
            const auto kind = steps_[at_].entry()->kind();
            if (kind == transfer::EntryKind::folder) ++depth;
            if (kind == transfer::EntryKind::up && --depth == 0) return;
            ++at_;
        }
    }

  private:
    void folder(const std::string& name, bool) {
        steps_.push_back(
            transfer::Step::folder(transfer::Entry::folder(name, std::nullopt, std::nullopt), nullptr));
    }
    void link(const std::string& label) {
        steps_.push_back(transfer::Step::link(transfer::Entry::link(label, "x", std::nullopt), label));
    }
    void up() { steps_.push_back(transfer::Step::up()); }

    std::vector<transfer::Step> steps_;
    std::size_t at_ = 0, depth_ = 0;
};

std::string walked(const SendTries& tries) {
    auto walk = tries.rest_of(std::make_unique<Steps>());
    std::string labels;
    while (auto step = walk->next()) {
        const bool up = step->entry()->kind() == transfer::EntryKind::up;
        labels += (up ? std::string{"^"} : step->label()) + " ";
    }
    return labels;
}

}  // namespace

TEST_CASE("another try walks what is not settled, whole folders and names given twice included",
          "[commands][send_tries]") {
    Told told;
    SendTries tries(told);
    tries.begin();
    CHECK(walked(tries) == "a a/in a/deep a/deep/er ^ ^ b ^ c c ");
    tries.item_ended(outcome("a"));
    CHECK(walked(tries) == "b ^ c c ");
    tries.item_ended(outcome("c"));
    CHECK(walked(tries) == "b ^ c ");
    tries.item_ended(outcome("b", Error{Errc::refused}));
    tries.item_ended(outcome("c"));
    CHECK(walked(tries).empty());
}

TEST_CASE("what happened to an entry of a tree settles nothing at the top", "[commands][send_tries]") {
    Told told;
    SendTries tries(told);
    tries.item_ended(outcome("c", Error{Errc::refused}, false));
    CHECK(walked(tries) == "a a/in a/deep a/deep/er ^ ^ b ^ c c ");
    tries.item_ended(outcome("c", Error{Errc::refused}, false));
    CHECK(told.outcomes.size() == 1);
}

TEST_CASE("an item whose link was lost is told of when no other try is left, and only then",
          "[commands][send_tries]") {
    Told told;
    SendTries tries(told);
    tries.begin();
    tries.item_ended(outcome("a"));
    tries.item_ended(outcome("b", Error{Errc::interrupted}));
    tries.item_ended(outcome("c", Error{Errc::stalled}));
    CHECK(told.outcomes.size() == 1);
    CHECK(tries.moved());
    tries.begin();
    CHECK_FALSE(tries.moved());
    tries.end();
    CHECK(told.outcomes.size() == 1);
    tries.begin();
    tries.item_ended(outcome("b", Error{Errc::interrupted}));
    tries.end();
    REQUIRE(told.outcomes.size() == 2);
    CHECK(told.outcomes.back().label == "b");
}

TEST_CASE("progress goes on over tries, and what this command sent itself is not resumed",
          "[commands][send_tries]") {
    Told told;
    SendTries tries(told);
    tries.begin();
    tries.progressed(moved(10, 0));
    tries.item_ended(outcome("a"));
    tries.progressed(moved(30, 0));
    CHECK(told.last.done == 30);
    tries.begin();
    // 15 of the 20 had arrived.
    tries.progressed(moved(15, 15));
    CHECK(told.last.done == 25);
    tries.progressed(moved(40, 15));
    CHECK(told.last.done == 50);
    CHECK(told.last.resumed == 0);
    tries.progressed(moved(60, 15));
    CHECK(told.last.done == 70);
    CHECK(told.last.resumed == 0);
}
