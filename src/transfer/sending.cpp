#include "transfer/sending.hpp"

#include <cassert>

namespace p2pc::transfer {

Outgoing::Outgoing(std::vector<std::unique_ptr<Source>> sources) : sources_(std::move(sources)) {}

Result<std::optional<Entry>> Outgoing::next_item() {
    Source* source = nullptr;
    {
        const std::lock_guard held{lock_};
        if (stopped_) return Errc::canceled;
        if (next_ > 0) sources_[next_ - 1].reset();  // closes what it had open
        if (next_ == sources_.size()) return std::optional<Entry>{};
        source = sources_[next_++].get();
    }
    digest_ = crypto::ChunkedDigest{};
    sent_ = ByteCount{};
    auto entry = source->open();
    if (!entry) return entry.error();
    return std::optional{std::move(*entry)};
}

Result<Piece> Outgoing::next_piece(std::span<std::byte> buffer) {
    assert(next_ > 0 && !buffer.empty());
    if (stopped_) return Errc::canceled;
    const auto got = sources_[next_ - 1]->read(buffer);
    if (!got) return got.error();
    digest_.update(buffer.first(*got));
    const Piece piece{sent_.value(), *got, false};
    sent_ = ByteCount{sent_.value() + *got};
    return piece;
}

ItemEnd Outgoing::end() {
    return ItemEnd{sent_, digest_.finish()};
}

const std::string& Outgoing::label() const noexcept {
    assert(next_ > 0 && sources_[next_ - 1]);
    return sources_[next_ - 1]->label();
}

void Outgoing::skip_item() noexcept {
    const std::lock_guard held{lock_};
    if (next_ > 0 && sources_[next_ - 1]) sources_[next_ - 1]->stop();
}

void Outgoing::stop() noexcept {
    const std::lock_guard held{lock_};
    stopped_ = true;
    if (next_ > 0 && sources_[next_ - 1]) sources_[next_ - 1]->stop();
}

}  // namespace p2pc::transfer
