#include "peer/packer.hpp"

#include <algorithm>

#include "peer/item_message.hpp"

namespace p2pc::peer {
namespace {

using transfer::Entry;
using transfer::EntryKind;

constexpr std::size_t end_room = 512;
// Of a folder with a million FIFOs the user hears little by little, and a million empty files are not all
// names at once: a note takes 400 bytes.
constexpr std::size_t most_notes = 512;

}  // namespace

Packer::Packer(transfer::Outgoing& outgoing, const PackTerms& terms) : outgoing_(outgoing), terms_(terms) {
    outgoing_.set_holes(true);
    outgoing_.set_checksum(terms_.checksum);
}

Batch Packer::fill(Bytes buffer) {
    Batch batch(std::move(buffer));
    while (true) {
        hear_refusals();
        if (item_) {
            if (!pour(batch)) break;
            continue;
        }
        const bool leaving = leave_refused_folder();
        if (terms_.asking != Asking::no) ask(batch);
        if (batch.room() < entry_room() || batch.notes.size() >= most_notes) break;
        if (!begin_next(batch, leaving)) break;
    }
    return batch;
}

// Whether there is more for this batch.
bool Packer::begin_next(Batch& batch, bool leaving) {
    Answer answer;
    if (!leaving) {
        const auto* const seen = outgoing_.next();
        if (seen != nullptr && seen->entry && is_answered(*seen->entry)) {
            answer = answer_to(seen->number);
            batch.waits = !answer;
            if (batch.waits) return false;
            const bool dropped = answer->code() != 0 || terms_.asking == Asking::only ||
                                 (answer->keep() && answer->digest().empty());
            if (dropped) return drop_next(batch, *answer);
        }
    }
    const auto entry = outgoing_.next_item();
    if (entry) {
        batch.last = !entry->has_value();
        return !batch.last && begin(batch, **entry, answer);
    }
    // What had been asked about was not wanted any more, or there was no room for more questions.
    if (entry.error().code() == Errc::busy) return true;
    batch.last = entry.error().code() == Errc::canceled;
    if (batch.last) return false;
    ItemOutcome outcome;
    outcome.label = outcome.name = outgoing_.label();
    outcome.error = entry.error();
    failed(batch, std::move(outcome));
    return true;
}

// By its answer the next item is not sent, or only named.
bool Packer::drop_next(Batch& batch, const wire::pb::AskAnswer& answer) {
    const auto& seen = *outgoing_.next();
    auto outcome = outcome_of(*seen.entry);
    outcome.label = seen.step.label();
    outcome.skipped = answer.keep();
    if (answer.code() != 0) outcome.error = Error{from_receiver(answer.code())};
    const bool named = answer.code() == 0 && terms_.asking == Asking::yes;
    if (named) {
        auto message = begin_message(*seen.entry);
        message.mutable_item_begin()->set_keep(true);
        outcome.item = last_item_;
        batch.add(message);
        batch.notes.emplace_back(Note::Kind::begun, folders_.empty(), outcome);
        if (folders_.empty()) batch.notes.emplace_back(Note::Kind::sent, true, outcome);
    } else {
        batch.notes.emplace_back(Note::Kind::settled, folders_.empty(), outcome);
    }
    outgoing_.drop_next();
    return true;
}

bool Packer::begin(Batch& batch, const Entry& entry, const Answer& answer) {
    auto outcome = outcome_of(entry);
    outcome.label = outgoing_.label();
    const bool dry = terms_.asking == Asking::only;
    if (entry.kind() == EntryKind::up) {
        end_folder(batch);
        return true;
    }
    if (entry.kind() == EntryKind::folder) {
        begin_folder(batch, entry, std::move(outcome));
        return true;
    }
    const bool top = folders_.empty();
    if (dry) {  // what nobody could be asked about
        batch.notes.emplace_back(Note::Kind::settled, top, std::move(outcome));
        return true;
    }
    auto message = begin_message(entry);
    outcome.item = last_item_;
    const bool kept = is_kept(entry, answer);
    if (kept) message.mutable_item_begin()->set_keep(true);
    outcome.skipped = kept;
    batch.notes.emplace_back(Note::Kind::begun, top, outcome);
    if (kept || entry.kind() == EntryKind::link) {
        batch.add(message);
        if (top) batch.notes.emplace_back(Note::Kind::sent, top, std::move(outcome));
        return true;
    }
    batch.name = entry.name();
    item_ = Item{};
    item_->outcome = std::move(outcome);
    item_->is_stream = entry.kind() == EntryKind::stream;
    item_->top = top;
    begin_file(entry, answer, *message.mutable_item_begin());
    batch.add(message);
    batch.resumed += item_->from;
    // Whoever has to wait for a pipe sends what is there first.
    return !item_->is_stream;
}

void Packer::begin_folder(Batch& batch, const Entry& entry, ItemOutcome outcome) {
    folders_.emplace_back(std::move(outcome));
    auto& folder = folders_.back();
    if (terms_.asking == Asking::only) return;
    auto message = begin_message(entry);
    folder.outcome.item = last_item_;
    if (terms_.remove &&
        !put_patterns(*message.mutable_item_begin()->mutable_exclude(), outgoing_.left_out()))
        folder.whole = false;
    batch.add(message);
    batch.notes.emplace_back(Note::Kind::begun, folders_.size() == 1, folder.outcome);
}

void Packer::end_folder(Batch& batch) {
    auto folder = std::move(folders_.back());
    folders_.pop_back();
    const bool top = folders_.empty();
    if (!top) {
        auto& around = folders_.back();
        around.whole = around.whole && folder.whole && !folder.refused;
        around.bytes += folder.bytes;
        around.outcome.files += folder.outcome.files;
    }
    if (terms_.asking == Asking::only) {
        folder.outcome.size = ByteCount{folder.bytes};
        if (top) batch.notes.emplace_back(Note::Kind::settled, top, std::move(folder.outcome));
        return;
    }
    auto message = begin_message(Entry::up());
    if (terms_.remove) message.mutable_item_begin()->set_whole(folder.whole);
    batch.add(message);
    if (!top) return;
    folder.outcome.size = ByteCount{folder.bytes};
    batch.notes.emplace_back(Note::Kind::sent, top, std::move(folder.outcome));
}

// The next piece of the current item, or its end; whether there is more for this batch.
bool Packer::pour(Batch& batch) {
    if (batch.room() < end_room || batch.content >= terms_.piece) return false;
    if (item_is_refused()) {
        give_up(batch, Error{Errc::canceled});
        return true;
    }
    if (item_->from > 0) {
        if (auto compared = compare(); !compared) {
            give_up(batch, compared.error());
            return true;
        }
    }
    const std::size_t room = batch.room() - std::min(batch.room(), Batch::data_headroom + end_room);
    if (!repairs_.empty()) return pour_repair(batch, room);
    if (!item_->poured) return pour_piece(batch, room);
    if (outgoing_.uncompared() == 0) {
        end_item(batch);
        return true;
    }
    const std::lock_guard held{lock_};
    batch.waits = theirs_.empty();
    return !batch.waits;
}

bool Packer::pour_piece(Batch& batch, std::size_t room) {
    const auto& size = item_->outcome.size;
    const std::uint64_t left = size && size->value() > item_->offset ? size->value() - item_->offset : 1;
    if (room < std::min<std::uint64_t>(left, least_piece(batch)) || room == 0) return false;
    const auto piece = outgoing_.next_piece(batch.payload(std::min(room, terms_.piece)));
    if (!piece) {
        hear_refusals();
        give_up(batch, piece.error());
    } else if (piece->size == 0) {
        item_->poured = true;
        if (item_->from == 0) end_item(batch);
    } else if (piece->hole) {
        wire::pb::PeerMessage hole;
        hole.mutable_item_hole()->set_item(item_->outcome.item);
        hole.mutable_item_hole()->set_offset(piece->offset);
        hole.mutable_item_hole()->set_length(piece->size);
        batch.add(hole);
        batch.content += piece->size;
        item_->offset = piece->offset + piece->size;
    } else {
        batch.add_data(item_->outcome.item, piece->offset, static_cast<std::size_t>(piece->size));
        item_->offset = piece->offset + piece->size;
        return !item_->is_stream;
    }
    return true;
}

void Packer::end_item(Batch& batch) {
    const auto end = outgoing_.end();
    wire::pb::PeerMessage message;
    message.mutable_item_end()->set_item(item_->outcome.item);
    message.mutable_item_end()->set_size(end.size().value());
    message.mutable_item_end()->set_digest(end.digest());
    message.mutable_item_end()->set_checksum(end.checksum());
    batch.add(message);
    item_->outcome.size = end.size();
    item_->outcome.digest = end.checksum().empty() ? end.digest() : end.checksum();
    if (item_->top) {
        batch.notes.emplace_back(Note::Kind::sent, true, std::move(item_->outcome));
    } else {
        ++batch.files;
        ++folders_.back().outcome.files;
        folders_.back().bytes += end.size().value();
    }
    const std::lock_guard held{lock_};
    sending_.reset();
    item_.reset();
}

void Packer::give_up(Batch& batch, const Error& why) {
    {
        const std::lock_guard held{lock_};
        sending_.reset();
    }
    wire::pb::PeerMessage message;
    message.mutable_item_end()->set_item(item_->outcome.item);
    message.mutable_item_end()->set_code(wire::code_to(why.code()));
    batch.add(message);
    auto outcome = std::move(item_->outcome);
    const bool refused = item_is_refused();
    item_.reset();
    item_refused_ = false;
    outcome.error = why;
    // Of a refusal everybody knows.
    if (!refused) failed(batch, std::move(outcome));
}

void Packer::failed(Batch& batch, ItemOutcome outcome) {
    whole_ = false;
    if (!folders_.empty()) folders_.back().whole = false;
    batch.notes.emplace_back(Note::Kind::settled, folders_.empty(), std::move(outcome));
}

ItemOutcome Packer::outcome_of(const Entry& entry) const {
    ItemOutcome outcome;
    outcome.name = entry.name();
    outcome.size = entry.size();
    outcome.kind = entry.kind();
    outcome.files = entry.kind() == EntryKind::file || entry.kind() == EntryKind::stream ? 1 : 0;
    return outcome;
}

wire::pb::PeerMessage Packer::begin_message(const Entry& entry) {
    wire::pb::PeerMessage message;
    auto* const begin = message.mutable_item_begin();
    begin->set_delivery(terms_.delivery);
    begin->set_item(++last_item_);
    put_entry(*begin, entry);
    if (!terms_.times) begin->clear_mtime_ns();
    return message;
}

// False: they are too many to be said.
bool Packer::put_patterns(google::protobuf::RepeatedPtrField<std::string>& into,
                          const std::vector<std::string>& patterns) {
    std::size_t size = 0;
    for (const auto& pattern : patterns)
        size += pattern.size() + 4;
    if (size > most_patterns) return false;
    for (const auto& pattern : patterns)
        into.Add(std::string{pattern});
    return true;
}

void Packer::refuse(std::uint32_t item) {
    const std::lock_guard held{lock_};
    refused_.push_back(item);
    if (sending_ == item) outgoing_.skip_item();
}

void Packer::hear_refusals() {
    std::vector<std::uint32_t> items;
    {
        const std::lock_guard held{lock_};
        if (refused_.empty()) return;
        items.swap(refused_);
    }
    for (const auto item : items) {
        if (item_ && item_->outcome.item == item) item_refused_ = true;
        for (auto& folder : folders_)
            folder.refused = folder.refused || folder.outcome.item == item;
    }
}

bool Packer::item_is_refused() const {
    return item_refused_ ||
           std::any_of(folders_.begin(), folders_.end(), [](const Folder& folder) { return folder.refused; });
}

// One folder at a time: the next item is its end, and then those around it are looked at again.
bool Packer::leave_refused_folder() {
    const bool refused =
        std::any_of(folders_.begin(), folders_.end(), [](const Folder& folder) { return folder.refused; });
    if (refused) outgoing_.leave_folder();
    return refused;
}

}  // namespace p2pc::peer
