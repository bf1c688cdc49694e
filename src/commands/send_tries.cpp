#include "commands/send_tries.hpp"

#include <algorithm>

namespace p2pc::commands {
namespace {

using transfer::EntryKind;
using transfer::Step;

// Of more entries than that nobody reads who was told of them.
constexpr std::size_t most_told = 10'000;

bool is(const Step& step, EntryKind kind) {
    return step.entry() && step.entry()->kind() == kind;
}

class RestOfWalk final : public transfer::Walk {
  public:
    RestOfWalk(std::unique_ptr<transfer::Walk> walk, std::multiset<std::string> settled)
        : walk_(std::move(walk)), settled_(std::move(settled)) {}

    std::optional<Step> next() override {
        while (true) {
            auto step = walk_->next();
            if (!step) return step;
            const bool top = depth_ == 0;
            if (is(*step, EntryKind::folder)) ++depth_;
            if (is(*step, EntryKind::up)) --depth_;
            const auto found = top ? settled_.find(step->label()) : settled_.end();
            if (found == settled_.end()) return step;
            settled_.erase(found);
            if (!is(*step, EntryKind::folder)) continue;
            if (step->opened()) step->opened()->leave();
            walk_->leave_folder();
            walk_->next();  // its end
            --depth_;
        }
    }
    void leave_folder() override { walk_->leave_folder(); }

  private:
    std::unique_ptr<transfer::Walk> walk_;
    std::multiset<std::string> settled_;
    std::size_t depth_ = 0;
};

}  // namespace

bool lost_link(const Error& why) noexcept {
    const auto code = why.code();
    return code == Errc::interrupted || code == Errc::stalled || code == Errc::closed ||
           code == Errc::timed_out;
}

std::unique_ptr<transfer::Walk> SendTries::rest_of(std::unique_ptr<transfer::Walk> walk) const {
    if (settled_.empty()) return walk;
    return std::make_unique<RestOfWalk>(std::move(walk), settled_);
}

void SendTries::begin() {
    sent_before_ += last_.done - std::min(last_.done, last_.resumed);
    settled_bytes_ += bytes_in_try_;
    settled_files_ += files_in_try_;
    bytes_in_try_ = files_in_try_ = 0;
    last_ = peer::Progress{};
    lost_.clear();
    moved_ = false;
}

void SendTries::end() {
    for (const auto& outcome : lost_)
        told_.item_ended(outcome);
    lost_.clear();
}

void SendTries::item_ended(const peer::ItemOutcome& outcome) {
    if (outcome.top && outcome.error && lost_link(*outcome.error)) {
        lost_.push_back(outcome);
        return;
    }
    if (outcome.top) {
        moved_ = true;
        settled_.insert(outcome.label);
        if (!outcome.error) {
            bytes_in_try_ += outcome.size.value_or(ByteCount{}).value();
            files_in_try_ += outcome.files;
        }
    } else if (told_within_.size() < most_told && !told_within_.insert(outcome.label).second) {
        return;
    }
    told_.item_ended(outcome);
}

void SendTries::progressed(const peer::Progress& progress) {
    moved_ = moved_ || progress.done > last_.done;
    last_ = progress;
    auto all = progress;
    const auto sent = sent_before_ + (progress.done - std::min(progress.done, progress.resumed));
    all.done += settled_bytes_;
    all.files_done += settled_files_;
    all.resumed = all.done - std::min(all.done, sent);
    told_.progressed(all);
}

}  // namespace p2pc::commands
