#include "transfer/receiving.hpp"

#include <fmt/format.h>

namespace p2pc::transfer {
namespace {

bool contradicts_itself(const Entry& entry) {
    return (entry.kind() == EntryKind::file) != entry.size().has_value() ||
           (entry.kind() == EntryKind::link) != !entry.target().empty();
}

}  // namespace

Incoming::Incoming(std::unique_ptr<Output> output, ReceivePolicy policy)
    : output_(std::move(output)), policy_(policy) {}

Incoming::~Incoming() {
    if (sink_ && received_.value() > 0) sink_->keep();
}

// What no entry may be, whatever its kind; a breach, or what was broken before.
std::optional<Error> Incoming::check(const Entry& entry) {
    if (state_ == State::broken) return *error_;
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
    state_ = State::open;
    return Begun::taken;
}

Result<Incoming::Begun> Incoming::enter(const Entry& folder, const KeyOf& key_of) {
    if (auto wrong = check(folder)) return *wrong;
    if (refused_ > 0) {
        ++refused_;
        return Begun::passed;
    }
    if (tree_) {
        if (auto entered = tree_->enter(folder); !entered) {
            refused_ = 1;
            return entered.error();
        }
        return Begun::taken;
    }
    auto tree = output_->begin_tree(folder, key_of);
    if (!tree) {
        refused_ = 1;
        return tree.error();
    }
    tree_ = std::move(*tree);
    return Begun::taken;
}

Result<Incoming::Begun> Incoming::link(const Entry& link, std::uint32_t number) {
    if (auto wrong = check(link)) return *wrong;
    if (refused_ > 0) return Begun::passed;
    if (!tree_) return Error{Errc::refused, "a link outside a folder"};
    const auto wanted = tree_->link(link, number);
    if (!wanted) return wanted.error();
    return *wanted ? Begun::taken : Begun::there;
}

Result<Incoming::Begun> Incoming::keep(const Entry& entry, const KeyOf& key_of) {
    if (auto wrong = check(entry)) return *wrong;
    if (refused_ > 0) return Begun::passed;
    const auto kept = tree_ ? tree_->keep(entry) : output_->keep(entry, key_of);
    if (!kept) return kept.error();
    return Begun::there;
}

Result<std::optional<TreePlaced>> Incoming::up() {
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
        (void)tree_->leave();
        return std::optional<TreePlaced>{};
    }
    const auto tree = std::move(tree_);
    auto placed = tree->commit();
    if (!placed) return placed.error();
    return std::optional{std::move(*placed)};
}

Status Incoming::data(BytesView bytes) {
    if (state_ == State::failed || state_ == State::broken) return *error_;
    if (state_ == State::idle) return breach("data outside an item");
    return take(bytes);
}

Status Incoming::take(BytesView bytes) {
    // Neither sum can overflow: both limits are far below 2^64, and so is a buffer.
    const auto after = received_.value() + bytes.size();
    if (entry_->size() && after > entry_->size()->value()) return breach("data past the announced size");
    if (after > policy_.max_size.value()) {
        return fail(Error{Errc::refused, fmt::format("a stream of over {} bytes", policy_.max_size.value())});
    }
    if (auto written = sink_->append(bytes); !written) return fail(written.error());
    digest_.update(bytes);
    received_ = ByteCount{after};
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
    if (digest_.finish() != end.digest()) return Error{Errc::integrity, "the content is not what was sent"};
    auto path = sink_->commit(*entry_);
    if (!path) return path.error();
    return ReceivedItem{std::move(*path), received_, end.digest()};
}

void Incoming::abandon() {
    if (state_ != State::open) return;
    (void)fail(Error{Errc::canceled, "given up"});
}

// Only for want of space is the partial of a failed item worth keeping: the same bytes are wanted again.
Error Incoming::fail(Error error) {
    if (sink_ && error.code() == Errc::no_space) sink_->keep();
    sink_.reset();
    state_ = State::failed;
    error_ = error;
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
