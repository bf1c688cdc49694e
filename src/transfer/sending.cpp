#include "transfer/sending.hpp"

#include <algorithm>
#include <cassert>

namespace p2pc::transfer {
namespace {

bool is(const std::optional<Entry>& entry, EntryKind kind) {
    return entry && entry->kind() == kind;
}

}  // namespace

Outgoing::Outgoing(std::vector<std::unique_ptr<Source>> sources)
    : Outgoing(make_list_walk(std::move(sources))) {}
Outgoing::Outgoing(std::unique_ptr<Walk> walk) : walk_(std::move(walk)) {}
Outgoing::~Outgoing() = default;

std::optional<Step> Outgoing::pull() {
    if (leave_until_ > 0 && walk_depth_ >= leave_until_) walk_->leave_folder();
    auto step = walk_->next();
    if (!step) return step;
    if (is(step->entry(), EntryKind::folder)) ++walk_depth_;
    if (is(step->entry(), EntryKind::up) && --walk_depth_ < leave_until_) leave_until_ = 0;
    return step;
}

Result<std::optional<Entry>> Outgoing::look_ahead(std::uint32_t number) {
    if (stopped_) return Errc::canceled;
    auto step = pull();
    if (!step) return std::optional<Entry>{};
    if (step->error()) {
        auto why = *step->error();
        ahead_.emplace_back(std::move(*step), std::nullopt, number);
        return why;
    }
    if (step->peek() == nullptr) {
        auto entry = step->entry();
        ahead_.emplace_back(std::move(*step), entry, number);
        return entry;
    }
    auto entry = step->peek()->look();
    if (!entry && entry.error().code() == Errc::unsupported) {
        ahead_.emplace_back(std::move(*step), std::nullopt, number);
        return entry.error();
    }
    if (!entry) {
        ahead_.emplace_back(Step::failed(step->label(), entry.error()), std::nullopt, number);
        return entry.error();
    }
    ahead_.emplace_back(std::move(*step), *entry, number);
    return std::optional{std::move(*entry)};
}

void Outgoing::leave_folder() {
    assert(depth() > 0);
    dropping_ = depth();
    dropped_depth_ = dropping_;
    // Where the end of the folder was not looked at, the walk is in it, or below it.
    std::size_t depth = dropping_;
    for (const auto& seen : ahead_) {
        if (is(seen.entry, EntryKind::folder)) ++depth;
        if (is(seen.entry, EntryKind::up) && --depth < dropping_) return;
    }
    leave_until_ = dropping_;
}

Result<std::optional<Entry>> Outgoing::next_item() {
    {
        const std::lock_guard held{lock_};
        if (stopped_) return Errc::canceled;
        source_.reset();  // closes what it had open
    }
    while (true) {
        std::optional<Step> step;
        if (ahead_.empty()) {
            step = pull();
        } else {
            step = std::move(ahead_.front().step);
            ahead_.pop_front();
        }
        if (!step) return std::optional<Entry>{};
        if (dropping_ == 0) return begin(std::move(*step));
        if (is(step->entry(), EntryKind::folder)) {
            ++dropped_depth_;
            if (step->opened()) step->opened()->leave();
        }
        if (is(step->entry(), EntryKind::up) && --dropped_depth_ < dropping_) {
            dropping_ = 0;
            return begin(std::move(*step));
        }
    }
}

Result<std::optional<Entry>> Outgoing::begin(Step step) {
    label_ = step.label();
    if (step.error()) return *step.error();
    if (step.peek() == nullptr) {
        if (is(step.entry(), EntryKind::folder)) {
            folders_.push_back(step.opened());
            left_out_ = step.left_out();
        } else if (is(step.entry(), EntryKind::up)) {
            if (folders_.back()) folders_.back()->leave();
            folders_.pop_back();
        }
        return step.entry();
    }
    Source* source = nullptr;
    {
        const std::lock_guard held{lock_};
        if (stopped_) return Errc::canceled;
        source_ = step.take_source();
        source = source_.get();
    }
    digest_ = crypto::ChunkedDigest{};
    sent_ = ByteCount{};
    auto entry = source->open();
    if (!entry) return entry.error();
    return std::optional{std::move(*entry)};
}

Result<Piece> Outgoing::next_piece(std::span<std::byte> buffer) {
    assert(source_ && !buffer.empty());
    if (stopped_) return Errc::canceled;
    const auto got = source_->read(buffer);
    if (!got) return got.error();
    digest_.update(buffer.first(*got));
    const Piece piece{sent_.value(), *got, false};
    sent_ = ByteCount{sent_.value() + *got};
    return piece;
}

ItemEnd Outgoing::end() {
    return ItemEnd{sent_, digest_.finish()};
}

void Outgoing::skip_item() noexcept {
    const std::lock_guard held{lock_};
    if (source_) source_->stop();
}

void Outgoing::stop() noexcept {
    const std::lock_guard held{lock_};
    stopped_ = true;
    if (source_) source_->stop();
}

}  // namespace p2pc::transfer
