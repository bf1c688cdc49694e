// What a Packer does with a file that the other side has in part: it goes on behind that part, compares it
// with the source chunk by chunk, and sends again what differs (docs/protocol.md, "Resume").
#include <algorithm>
#include <cstring>

#include "peer/packer.hpp"

namespace p2pc::peer {

using transfer::Entry;

// It is there, complete, where it was said to be, if its source has the same content still. A link has no
// content, whatever the other side says of it.
bool Packer::is_kept(const Entry& entry, const Answer& answer) {
    if (entry.kind() != transfer::EntryKind::file) return false;
    if (!answer || !answer->keep() || answer->digest().empty()) return false;
    const auto ours = outgoing_.whole_digest();
    return ours && *ours == answer->digest();
}

void Packer::begin_file(const Entry& entry, const Answer& answer, wire::pb::ItemBegin& message) {
    if (terms_.checksum) message.set_checksum(std::string{crypto::sha256_algorithm});
    const auto from = answer ? answer->from() : 0;
    const auto size = entry.size().value_or(ByteCount{}).value();
    const bool whole_chunks = from % crypto::digest_chunk_size == 0 && from <= size;
    if (from > 0 && whole_chunks && outgoing_.start_at(from)) {
        message.set_from(from);
        item_->from = item_->offset = from;
    }
    repairs_.clear();
    repaired_ = 0;
    const std::lock_guard held{lock_};
    sending_ = last_item_;
    theirs_.clear();
    heard_ = 0;
    to_hear_ = outgoing_.uncompared();
}

// What differs of what the other side had is sent again, chunk by chunk.
bool Packer::pour_repair(Batch& batch, std::size_t room) {
    const auto left = crypto::digest_chunk_size - repaired_;
    if (room < std::min(left, least_piece(batch))) return false;
    const auto size = std::min({room, terms_.piece, left});
    const auto offset = repairs_.front() * crypto::digest_chunk_size + repaired_;
    if (auto read = outgoing_.read_again(offset, batch.payload(size)); !read) {
        give_up(batch, read.error());
        return true;
    }
    batch.add_data(item_->outcome.item, offset, size);
    batch.content -= size;  // it was counted when the item began
    repaired_ += size;
    if (repaired_ == crypto::digest_chunk_size) {
        repairs_.pop_front();
        repaired_ = 0;
    }
    return true;
}

// A few at a time: what lies beyond is sent in between.
Status Packer::compare() {
    constexpr std::size_t at_once = 8;
    std::vector<crypto::ChunkHash> theirs;
    {
        const std::lock_guard held{lock_};
        while (!theirs_.empty() && theirs.size() < at_once) {
            theirs.push_back(theirs_.front());
            theirs_.pop_front();
        }
    }
    if (theirs.empty()) return {};
    const auto different = outgoing_.compare(theirs);
    if (!different) return different.error();
    repairs_.insert(repairs_.end(), different->begin(), different->end());
    return {};
}

Status Packer::chunks(const wire::pb::ItemChunks& message) {
    const std::lock_guard held{lock_};
    if (sending_ != message.item()) return {};
    constexpr std::size_t size = sizeof(crypto::ChunkHash);
    const auto& hashes = message.hashes();
    const auto count = hashes.size() / size;
    if (message.first() != heard_ || hashes.size() % size != 0 || count > to_hear_ - heard_ || count == 0) {
        return Error{Errc::malformed, "chunks of what nobody has"};
    }
    for (std::size_t n = 0; n < count; ++n) {
        crypto::ChunkHash hash;
        std::memcpy(hash.data(), hashes.data() + n * size, size);
        theirs_.push_back(hash);
    }
    heard_ += count;
    return {};
}

}  // namespace p2pc::peer
