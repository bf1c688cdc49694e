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
    if (!step) {
        walked_ = true;
        return step;
    }
    if (is(step->entry(), EntryKind::folder)) ++walk_depth_;
    if (is(step->entry(), EntryKind::up) && --walk_depth_ < leave_until_) leave_until_ = 0;
    return step;
}

Result<std::optional<Entry>> Outgoing::look_ahead(std::uint32_t number) {
    if (stopped_) return Errc::canceled;
    looks_ahead_ = true;
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
    if (dropping_ == depth()) return;
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
            if (looks_ahead_ && !walked_) return Errc::busy;
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
    digest_ = crypto::ChunkedDigest{[this](const crypto::ChunkHash& hash) { take_chunk(hash); }};
    sent_ = ByteCount{};
    from_ = uncompared_ = chunks_ = 0;
    agreed_ = Status{};
    poured_.reset();
    checksum_.reset();
    if (checksum_wanted_) checksum_.emplace();
    auto entry = source->open();
    if (!entry) return entry.error();
    agreement_ = source->agreement();
    size_ = entry->size().value_or(ByteCount{}).value();
    return std::optional{std::move(*entry)};
}

Result<Piece> Outgoing::next_piece(std::span<std::byte> buffer) {
    assert(source_ && !buffer.empty());
    if (stopped_) return Errc::canceled;
    Piece piece{sent_.value(), 0, false};
    if (holes_wanted_) {
        const auto hole = source_->skip_hole();
        if (!hole) return hole.error();
        piece.size = *hole;
        piece.hole = *hole > 0;
    }
    if (piece.hole) {
        digest_.add_zeros(piece.size);
        const bool summed = !checksum_ || from_ > 0 || checksum_->add_zeros(piece.size, stopped_);
        if (!summed) return Errc::canceled;
    } else {
        const auto got = source_->read(buffer);
        if (!got) return got.error();
        digest_.update(buffer.first(*got));
        if (checksum_ && from_ == 0) checksum_->update(buffer.first(*got));
        piece.size = *got;
        if (*got == 0 && checksum_ && from_ > 0) {
            if (auto summed = sum_again(); !summed) return summed.error();
        }
    }
    sent_ = ByteCount{sent_.value() + piece.size};
    if (!agreed_) return agreed_.error();
    if (piece.size == 0) {
        poured_ = digest_.finish();
        if (auto settled = settle(); !settled) return settled.error();
    }
    return piece;
}

// Each chunk of digest_, from update() to finish().
void Outgoing::take_chunk(const crypto::ChunkHash& hash) {
    if (from_ > 0) behind_.push_back(hash);
    if (agreement_ != nullptr && agreed_) agreed_ = agreement_->chunk(chunks_, hash);
    ++chunks_;
}

// Once all of it was read, and what the other side had compared.
Status Outgoing::settle() {
    if (!agreed_) return agreed_;
    if (!poured_ || uncompared_ > 0) return {};
    whole_ = std::move(*poured_);
    if (from_ > 0) {
        for (const auto& hash : behind_)
            had_.add_known_chunk(hash);
        whole_ = had_.finish();
    }
    return agreement_ != nullptr ? agreement_->whole(whole_) : Status{};
}

bool Outgoing::start_at(std::uint64_t from) {
    assert(source_ && sent_.value() == 0 && from % crypto::digest_chunk_size == 0);
    auto* const again = source_->rereader();
    if (again == nullptr || from == 0) return false;
    again->start_at(from);
    from_ = from;
    uncompared_ = from / crypto::digest_chunk_size;
    sent_ = ByteCount{from};
    had_ = crypto::ChunkedDigest{};
    behind_.clear();
    chunks_ = uncompared_;
    return true;
}

Result<std::vector<std::uint64_t>> Outgoing::compare(std::span<const crypto::ChunkHash> theirs) {
    assert(source_ && theirs.size() <= uncompared_);
    std::vector<std::uint64_t> different;
    for (const auto& hash : theirs) {
        if (stopped_) return Errc::canceled;
        const auto index = from_ / crypto::digest_chunk_size - uncompared_;
        const auto offset = index * crypto::digest_chunk_size;
        const auto ours = source_->rereader()->hash_again(offset, crypto::digest_chunk_size);
        if (!ours) return ours.error();
        if (agreement_ != nullptr) {
            if (auto agreed = agreement_->chunk(index, *ours); !agreed) return agreed.error();
        }
        if (*ours != hash) different.push_back(index);
        had_.add_known_chunk(*ours);
        if (--uncompared_ > 0) continue;
        if (auto settled = settle(); !settled) return settled.error();
    }
    return different;
}

Result<std::string> Outgoing::whole_digest() const {
    auto* const again = source_->rereader();
    if (again == nullptr) return Errc::unsupported;
    crypto::ChunkedDigest digest;
    for (std::uint64_t at = 0; at < size_; at += crypto::digest_chunk_size) {
        if (stopped_) return Errc::canceled;
        const auto length = std::min<std::uint64_t>(size_ - at, crypto::digest_chunk_size);
        const auto hash = again->hash_again(at, static_cast<std::size_t>(length));
        if (!hash) return hash.error();
        digest.add_known_chunk(*hash);
    }
    auto whole = digest.finish();
    if (agreement_ != nullptr) {
        if (auto agreed = agreement_->whole(whole); !agreed) return agreed.error();
    }
    return whole;
}

Status Outgoing::read_again(std::uint64_t offset, std::span<std::byte> into) const {
    assert(source_ && from_ > 0);
    return source_->rereader()->read_again(offset, into);
}

// The checksum is of the bytes in their order: where we began in the middle it takes another pass.
Status Outgoing::sum_again() {
    Bytes buffer(crypto::digest_chunk_size);
    for (std::uint64_t at = 0; at < sent_.value();) {
        if (stopped_) return Errc::canceled;
        const auto left = std::min<std::uint64_t>(buffer.size(), sent_.value() - at);
        const auto part = std::span{buffer}.first(static_cast<std::size_t>(left));
        if (auto read = read_again(at, part); !read) return read;
        checksum_->update(part);
        at += left;
    }
    return {};
}

ItemEnd Outgoing::end() {
    assert(poured_ && uncompared_ == 0);
    ItemEnd end{sent_, std::move(whole_)};
    if (checksum_) end.set_checksum(checksum_->finish());
    return end;
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
