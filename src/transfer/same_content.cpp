#include "transfer/same_content.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p2pc::transfer {
namespace {

Error changed(const std::string& label) {
    return Error{Errc::source_changed, fmt::format("'{}': another receiver is sent something else", label)};
}

}  // namespace

class SameContent::Watched final : public Source, public Agreement {
  public:
    Watched(std::shared_ptr<SameContent> all, std::unique_ptr<Source> file)
        : all_(std::move(all)), file_(std::move(file)) {}

    const std::string& label() const noexcept override { return file_->label(); }

    Result<Entry> open() override {
        auto entry = file_->open();
        if (!entry) return entry;
        const auto first = all_->opened(label(), *entry);
        if (!first) return first.error();
        first_ = *first;
        return entry;
    }
    Result<Entry> look() override { return file_->look(); }
    Result<std::size_t> read(std::span<std::byte> into) override { return file_->read(into); }
    Result<std::uint64_t> skip_hole() override { return file_->skip_hole(); }
    Rereader* rereader() noexcept override { return file_->rereader(); }
    void stop() noexcept override { file_->stop(); }

    Agreement* agreement() noexcept override { return first_ != nullptr ? this : nullptr; }
    Status chunk(std::uint64_t index, const crypto::ChunkHash& hash) override {
        if (index >= first_->chunks.size()) return {};
        return all_->agree(first_->chunks[static_cast<std::size_t>(index)], hash) ? Status{}
                                                                                  : changed(label());
    }
    Status whole(const std::string& digest) override {
        return all_->agree(first_->digest, crypto::chunk_hash(as_bytes(digest))) ? Status{}
                                                                                 : changed(label());
    }

  private:
    std::shared_ptr<SameContent> all_;
    std::unique_ptr<Source> file_;
    First* first_ = nullptr;
};

std::unique_ptr<Source> SameContent::watch(std::unique_ptr<Source> file) {
    return std::make_unique<Watched>(shared_from_this(), std::move(file));
}

Result<SameContent::First*> SameContent::opened(const std::string& label, const Entry& entry) {
    const std::lock_guard held{lock_};
    if (const auto found = files_.find(label); found != files_.end()) {
        if (!found->second.is(entry)) return changed(label);
        return &found->second;
    }
    if (files_left_ == 0) return nullptr;
    --files_left_;
    const auto size = entry.size().value_or(ByteCount{}).value();
    const auto chunks = size / crypto::digest_chunk_size + (size % crypto::digest_chunk_size > 0 ? 1 : 0);
    const auto known = static_cast<std::size_t>(std::min<std::uint64_t>(chunks, chunks_left_));
    chunks_left_ -= known;
    return &files_.emplace(label, First{entry, known}).first->second;
}

bool SameContent::agree(crypto::ChunkHash& first, const crypto::ChunkHash& now) {
    const std::lock_guard held{lock_};
    if (first == crypto::ChunkHash{}) first = now;
    return first == now;
}

}  // namespace p2pc::transfer
