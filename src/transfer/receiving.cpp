#include "transfer/receiving.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "transfer/chunks.hpp"
#include "transfer/growing_file.hpp"
#include "transfer/source.hpp"

namespace p2pc::transfer {
namespace {

bool contradicts_itself(const Entry& entry) {
    return (entry.kind() == EntryKind::file) != entry.size().has_value() ||
           (entry.kind() == EntryKind::link) != !entry.target().empty();
}

}  // namespace

Incoming::Incoming(std::unique_ptr<Output> output, ReceivePolicy policy, Removing removing)
    : output_(std::move(output)), policy_(policy) {
    if (removing == Removing::yes) removal_ = std::make_unique<Removal>();
}

Incoming::~Incoming() {
    if (sink_ && received_.value() > 0) sink_->keep();
}

// What no entry may be, whatever its kind; a breach, or what was broken before.
std::optional<Error> Incoming::check(const Entry& entry) {
    if (state_ == State::broken) return error_;
    if (state_ == State::open) return breach("an item begins before the last one ended");
    if (contradicts_itself(entry)) return breach("an item that contradicts itself");
    state_ = State::idle;
    return std::nullopt;
}

Result<Incoming::Begun> Incoming::begin(const Entry& entry, const KeyOf& key_of) {
    if (auto wrong = check(entry)) return *wrong;
    received_ = ByteCount{};
    if (refused_ > 0) return Begun::passed;
    if (entry.kind() != EntryKind::file && entry.kind() != EntryKind::stream) {
        return fail(Error{Errc::unsupported, "an item of an unknown kind"});
    }
    if (!entry.checksum().empty() && !crypto::is_checksum(entry.checksum())) {
        return fail(Error{Errc::unsupported, "a checksum of an unknown kind"});
    }
    if (entry.size() && *entry.size() > policy_.max_size) {
        return fail(Error{Errc::refused, fmt::format("{} bytes, and at most {} are taken",
                                                     entry.size()->value(), policy_.max_size.value())});
    }
    auto sink = tree_ ? tree_->begin(entry, key_of) : output_->begin(entry, key_of);
    if (!sink) return fail(sink.error());
    if (!*sink) return Begun::there;
    sink_ = std::move(*sink);
    entry_ = entry;
    digest_ = crypto::ChunkedDigest{};
    checksum_.reset();
    if (!entry.checksum().empty()) checksum_.emplace();
    from_ = entry.from();
    if (from_ > 0) {
        if (auto behind = begin_behind(entry); !behind) return behind.error();
    }
    state_ = State::open;
    return Begun::taken;
}

Status Incoming::begin_behind(const Entry& entry) {
    // It was us who said how much is here.
    const bool fits =
        sink_->file() != nullptr && sink_->file()->size().value() == from_ && from_ % chunk_size == 0;
    if (!fits || from_ > entry.size().value_or(ByteCount{}).value())
        return breach("an item goes on in the middle");
    had_.clear();
    behind_.clear();
    repair_.reset();
    digest_ = crypto::ChunkedDigest{[this](const crypto::ChunkHash& hash) { behind_.push_back(hash); }};
    received_ = ByteCount{from_};
    return {};
}

Result<Incoming::Begun> Incoming::enter(const Entry& folder, const KeyOf& key_of,
                                        const std::vector<std::string>& left_out) {
    if (auto wrong = check(folder)) return *wrong;
    if (refused_ > 0) {
        ++refused_;
        return Begun::passed;
    }
    if (tree_) {
        if (auto entered = tree_->enter(folder, left_out); !entered) {
            refused_ = 1;
            return left_out_of_tree(entered.error());
        }
        return Begun::taken;
    }
    auto tree = output_->begin_tree(folder, key_of);
    if (!tree) {
        refused_ = 1;
        return tree.error();
    }
    tree_ = std::move(*tree);
    if (removal_) tree_->remove_with(*removal_, left_out);
    return Begun::taken;
}

Result<Incoming::Begun> Incoming::link(const Entry& link, std::uint32_t number) {
    if (auto wrong = check(link)) return *wrong;
    if (refused_ > 0) return Begun::passed;
    if (!tree_) return Error{Errc::refused, "a link outside a folder"};
    const auto wanted = tree_->link(link, number);
    if (!wanted) return left_out_of_tree(wanted.error());
    return *wanted ? Begun::taken : Begun::there;
}

Result<Incoming::Begun> Incoming::keep(const Entry& entry, const KeyOf& key_of) {
    if (auto wrong = check(entry)) return *wrong;
    if (refused_ > 0) return Begun::passed;
    const auto kept = tree_ ? tree_->keep(entry) : output_->keep(entry, key_of);
    if (!kept) return kept.error();
    return Begun::there;
}

Result<std::optional<TreePlaced>> Incoming::up(Whole whole) {
    if (state_ == State::broken) return *error_;
    if (state_ == State::open) return breach("a folder ends before the item in it");
    if (!in_tree()) return breach("an end of a folder that never began");
    state_ = State::idle;
    if (refused_ > 0) {
        --refused_;
        return std::optional<TreePlaced>{};
    }
    if (tree_->depth() > 1) {
        // What went wrong with its mode or time is no reason to lose what is in it.
        (void)tree_->leave(whole);
        return std::optional<TreePlaced>{};
    }
    const auto tree = std::move(tree_);
    auto placed = tree->commit(whole);
    if (!placed) return placed.error();
    return std::optional{std::move(*placed)};
}

Result<std::uint64_t> Incoming::remove() {
    if (state_ == State::broken) return *error_;
    if (state_ == State::open || in_tree()) return breach("the end of a delivery within an item");
    if (!removal_) return std::uint64_t{0};
    return output_->remove(*removal_);
}

std::unique_ptr<Asking> Incoming::asking(Counting counting) {
    auto asking = output_->asking(policy_.max_size, counting == Counting::yes ? removal_.get() : nullptr);
    if (asking) asking->heed(stopped_);
    return asking;
}

Status Incoming::data(BytesView bytes) {
    if (state_ == State::failed || state_ == State::broken) return *error_;
    if (state_ == State::idle) return breach("data outside an item");
    return take(bytes);
}

// Whether the item may become so large.
Status Incoming::grow_to(std::uint64_t size) {
    if (entry_->size() && size > entry_->size()->value()) return breach("data past the announced size");
    if (size > policy_.max_size.value()) {
        return fail(Error{Errc::refused, fmt::format("a stream of over {} bytes", policy_.max_size.value())});
    }
    return {};
}

Status Incoming::take(BytesView bytes) {
    // Neither sum can overflow: both limits are far below 2^64, and so is a buffer.
    const auto after = received_.value() + bytes.size();
    if (auto fits = grow_to(after); !fits) return fits;
    if (auto written = sink_->append(bytes); !written) return fail(written.error());
    digest_.update(bytes);
    if (checksum_ && from_ == 0) checksum_->update(bytes);
    received_ = ByteCount{after};
    return {};
}

Status Incoming::hole(std::uint64_t length) {
    if (state_ == State::failed || state_ == State::broken) return *error_;
    if (state_ == State::idle) return breach("a hole outside an item");
    if (length == 0 || length > Source::most_hole) return breach("a hole of an impossible length");
    if (auto fits = grow_to(received_.value() + length); !fits) return fits;
    if (auto* const file = sink_->file()) {
        if (auto grown = file->append_hole(length); !grown) return fail(grown.error());
        digest_.add_zeros(length);
        const bool summed = !checksum_ || from_ > 0 || checksum_->add_zeros(length, stopped_);
        if (!summed) return fail(Error{Errc::canceled, "stopped"});
        received_ = ByteCount{received_.value() + length};
        return {};
    }
    static constexpr ByteArray<64 * 1024> zeros{};
    for (auto left = length; left > 0;) {
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left, zeros.size()));
        if (auto taken = take(BytesView{zeros}.first(part)); !taken) return taken;
        left -= part;
    }
    return {};
}

Result<std::vector<crypto::ChunkHash>> Incoming::next_hashes(std::size_t most) {
    std::vector<crypto::ChunkHash> hashes;
    if (state_ != State::open) return hashes;
    while (hashes.size() < most && had_.size() < from_ / chunk_size) {
        auto hash = sink_->file()->hash(had_.size() * chunk_size, chunk_size);
        if (!hash) return fail(hash.error());
        had_.push_back(*hash);
        hashes.push_back(*hash);
    }
    return hashes;
}

Status Incoming::repair(std::uint64_t offset, BytesView bytes) {
    if (state_ == State::failed || state_ == State::broken) return *error_;
    if (state_ == State::idle) return breach("a repair outside an item");
    if (!repair_ && offset % chunk_size == 0 && offset / chunk_size < had_.size()) {
        repair_.emplace([this](const crypto::ChunkHash& hash) { had_[(repaired_ - 1) / chunk_size] = hash; });
        repaired_ = offset;
    }
    const auto left = chunk_size - repaired_ % chunk_size;
    if (!repair_ || offset != repaired_ || bytes.size() > left) return breach("a repair out of order");
    if (auto written = sink_->file()->overwrite(offset, bytes); !written) return fail(written.error());
    repaired_ += bytes.size();
    repair_->update(bytes);
    if (bytes.size() == left) repair_.reset();
    return {};
}

Result<ReceivedItem> Incoming::end(const ItemEnd& end) {
    if (state_ == State::broken) return *error_;
    if (state_ == State::idle) return breach("the end of an item that never began");
    if (state_ == State::failed) {
        state_ = State::idle;
        return *error_;
    }
    auto item = complete(end);
    if (!item) (void)fail(item.error());
    sink_.reset();
    state_ = State::idle;
    return item;
}

Result<ReceivedItem> Incoming::complete(const ItemEnd& end) {
    if (crypto::algorithm_of(end.digest()) != crypto::chunked_digest_algorithm) {
        return Error{Errc::unsupported, "a digest of an unknown kind"};
    }
    if (end.size() != received_ || (entry_->size() && *entry_->size() != received_)) {
        return Error{Errc::integrity, fmt::format("{} bytes came, {} were announced", received_.value(),
                                                  entry_->size().value_or(end.size()).value())};
    }
    if (repair_ || had_.size() < from_ / chunk_size) {
        return Error{Errc::integrity, "the end came before what was here was compared"};
    }
    if (whole_digest() != end.digest()) return Error{Errc::integrity, "the content is not what was sent"};
    if (checksum_) {
        if (from_ > 0) {
            if (auto summed = sum_again(); !summed) return summed.error();
        }
        if (checksum_->finish() != end.checksum()) {
            return Error{Errc::integrity, "the checksum is not that of what was sent"};
        }
    }
    auto path = sink_->commit(*entry_);
    if (!path) return path.error();
    ReceivedItem item{std::move(*path), received_, end.digest()};
    if (checksum_) item.set_checksum(end.checksum());
    return item;
}

std::string Incoming::whole_digest() {
    auto digest = digest_.finish();
    if (from_ == 0) return digest;
    crypto::ChunkedDigest whole;
    for (const auto& hash : had_)
        whole.add_known_chunk(hash);
    for (const auto& hash : behind_)
        whole.add_known_chunk(hash);
    return whole.finish();
}

// A checksum is of the bytes in their order: of what was here in part it takes another pass.
Status Incoming::sum_again() {
    Bytes buffer(chunk_size);
    for (std::uint64_t at = 0; at < received_.value();) {
        if (stopped_) return Errc::canceled;
        const auto left = std::min<std::uint64_t>(buffer.size(), received_.value() - at);
        const auto part = std::span{buffer}.first(static_cast<std::size_t>(left));
        if (auto read = sink_->file()->read(at, part); !read) return read;
        checksum_->update(part);
        at += left;
    }
    return {};
}

void Incoming::abandon() {
    if (state_ != State::open) return;
    (void)fail(Error{Errc::canceled, "given up"});
}

// Only for want of space is the partial of a failed item worth keeping: the same bytes are wanted again. What
// a later command could not find would only fill the disk.
Error Incoming::fail(Error error) {
    if (sink_ && error.code() == Errc::no_space && is_lasting(*entry_)) sink_->keep();
    sink_.reset();
    state_ = State::failed;
    error_ = left_out_of_tree(error);
    return error;
}

// The same error, of which the tree around may have to know.
Error Incoming::left_out_of_tree(Error error) {
    if (tree_ && error.code() == Errc::no_space) tree_->lacked_room(error);
    return error;
}

Error Incoming::breach(std::string detail) {
    sink_.reset();
    tree_.reset();
    state_ = State::broken;
    error_ = Error{Errc::malformed, std::move(detail)};
    return *error_;
}

}  // namespace p2pc::transfer
