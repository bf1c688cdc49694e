// The questions of a Packer: a walk of their own, ahead of the items.
#include "peer/item_message.hpp"
#include "peer/packer.hpp"

namespace p2pc::peer {
namespace {

using transfer::Entry;
using transfer::EntryKind;

}  // namespace

bool Packer::is_answered(const Entry& entry) noexcept {
    return entry.kind() == EntryKind::file || entry.kind() == EntryKind::link;
}

void Packer::ask(Batch& batch) {
    while (!asked_all_ && outgoing_.ahead() < most_ahead && batch.room() >= entry_room()) {
        const auto entry = outgoing_.look_ahead(last_ask_ + 1);
        if (!entry) {
            if (entry.error().code() == Errc::canceled) return;
            const bool failed = entry.error().code() != Errc::unsupported;
            if (failed && !asked_whole_.empty()) asked_whole_.back() = false;
            continue;
        }
        asked_all_ = !entry->has_value();
        if (!asked_all_) put_ask(batch, **entry);
    }
}

void Packer::put_ask(Batch& batch, const Entry& entry) {
    wire::pb::ItemBegin same;
    put_entry(same, entry);
    wire::pb::PeerMessage message;
    auto* const ask = message.mutable_ask();
    {
        const std::lock_guard held{lock_};
        ask->set_ask(++last_ask_);
    }
    ask->set_kind(same.kind());
    ask->set_name(same.name());
    if (same.has_size()) ask->set_size(same.size());
    if (terms_.times) ask->set_mtime_ns(same.mtime_ns());
    ask->set_source(same.source());
    ask->set_target(same.target());
    if (entry.kind() == EntryKind::folder) {
        asked_whole_.push_back(true);
        const bool said =
            !terms_.remove || put_patterns(*ask->mutable_exclude(), outgoing_.last_seen().step.left_out());
        if (!said) asked_whole_.back() = false;
    } else if (entry.kind() == EntryKind::up) {
        const bool was_whole = asked_whole_.back();
        asked_whole_.pop_back();
        if (terms_.remove) ask->set_whole(was_whole);
        if (!was_whole && !asked_whole_.empty()) asked_whole_.back() = false;
    }
    batch.add(message);
}

Packer::Answer Packer::answer_to(std::uint32_t number) {
    const std::lock_guard held{lock_};
    // Those before it were about what is not wanted any more.
    while (!answers_.empty() && answers_.front().ask() < number)
        answers_.pop_front();
    if (answers_.empty() || answers_.front().ask() != number) return std::nullopt;
    Answer found = std::move(answers_.front());
    answers_.pop_front();
    return found;
}

Status Packer::answer(const wire::pb::AskAnswer& answer) {
    const std::lock_guard held{lock_};
    if (answer.ask() > last_ask_ || answer.ask() <= last_answer_)
        return Error{Errc::malformed, "an answer to what nobody asked"};
    last_answer_ = answer.ask();
    answers_.push_back(answer);
    return {};
}

}  // namespace p2pc::peer
