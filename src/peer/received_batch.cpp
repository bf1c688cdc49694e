#include "peer/received_batch.hpp"

#include "peer/item_message.hpp"
#include "transfer/source.hpp"

namespace p2pc::peer {

using transfer::EntryKind;
using transfer::Incoming;

namespace {

// At most what one message takes; few enough that data which comes meanwhile does not wait long.
constexpr std::size_t hashes_a_job = 32;

bool is_breach(const Error& error) {
    return error.code() == Errc::malformed;
}

}  // namespace

Status ReceivedItems::run(const ReceivedBatch& batch, Done& done) {
    for (const auto& next : batch.steps()) {
        if (auto taken = step(batch, next, done); !taken) return taken;
    }
    return {};
}

Status ReceivedItems::step(const ReceivedBatch& batch, const ReceivedBatch::Step& step, Done& done) {
    if (step.is_data) return data(step.data, batch.data_of(step), done);
    if (step.message.has_item_begin()) return begin(step.message.item_begin(), done);
    if (step.message.has_item_hole()) return hole(step.message.item_hole(), done);
    if (step.message.has_item_end()) return end(step.message.item_end(), done);
    if (step.message.has_ask()) return ask(step.message.ask(), done);
    return finish(step.message.delivery_end(), done);
}

Status ReceivedItems::finish(const wire::pb::DeliveryEnd& message, Done& done) {
    const bool asking = asking_ && asking_->in_tree();
    if (open_ || depth_ > 0 || asking) return Error{Errc::malformed, "the delivery ended within an item"};
    if (message.delivery() != delivery_) return Error{Errc::malformed, "another delivery"};
    done.end = message;
    if (!message.whole() || message.code() != 0) return {};
    if (items_ == Items::none) {
        done.removed = incoming_.removable();
        return {};
    }
    auto removed = incoming_.remove();
    if (!removed && is_breach(removed.error())) return removed.error();
    if (removed) done.removed = *removed;
    return {};
}

Status ReceivedItems::ask(const wire::pb::Ask& message, Done& done) {
    if (message.ask() != last_ask_ + 1) return Error{Errc::malformed, "a question out of order"};
    last_ask_ = message.ask();
    if (!asking_) {
        asking_ = incoming_.asking(items_ == Items::none ? Incoming::Counting::yes : Incoming::Counting::no);
        if (!asking_) return Error{Errc::malformed, "a question where nobody answers"};
    }
    const auto entry = entry_of(message);
    if (!entry) return Error{Errc::malformed, "a question about something unknown"};
    const std::vector<std::string> left_out(message.exclude().begin(), message.exclude().end());
    switch (entry->kind()) {
        case EntryKind::folder:
            asking_->enter(*entry, key_of_, left_out);
            return {};
        case EntryKind::up:
            return asking_->up(message.whole() ? transfer::Whole::yes : transfer::Whole::no);
        case EntryKind::stream:
            return {};  // there is nothing to compare it with
        default:
            break;
    }
    const auto answer = asking_->ask(*entry, key_of_);
    wire::pb::AskAnswer told;
    told.set_ask(message.ask());
    if (answer.refused()) told.set_code(wire::code_to(*answer.refused()));
    told.set_keep(answer.keeps());
    told.set_from(answer.from());
    told.set_digest(answer.digest());
    if (answer.starts_over()) done.started_over.push_back(entry->name());
    done.answers.push_back(std::move(told));
    return {};
}

// The current item has come to its end here. In a tree only what went another way than it should is told: all
// else is settled with the tree.
void ReceivedItems::settle(Done& done, std::optional<Error> error, bool skipped) {
    if (!error) ++done.files;
    if (depth_ > 0 && !error && !skipped) {
        tree_->size = ByteCount{tree_->size->value() + current_.size.value_or(ByteCount{}).value()};
        return;
    }
    current_.error = std::move(error);
    current_.skipped = skipped;
    done.settled.emplace_back(current_, true);
}

// The folders around what comes next, each with a slash behind it.
std::string ReceivedItems::inside() const {
    std::string path;
    for (const auto& folder : folders_)
        path += folder + '/';
    return path;
}

Status ReceivedItems::begin(const wire::pb::ItemBegin& message, Done& done) {
    if (open_ || items_ == Items::none || message.item() <= last_item_ || message.delivery() != delivery_) {
        return Error{Errc::malformed, "an item out of order"};
    }
    last_item_ = message.item();
    if (message.kind() == wire::pb::ITEM_UP) return up(message, done);
    current_.item = message.item();
    current_.label = message.name();
    current_.name = inside() + message.name();
    current_.size.reset();
    if (message.has_size()) current_.size = ByteCount{message.size()};
    current_.digest.clear();
    current_.path.reset();
    current_.skipped = false;
    current_.error.reset();
    next_offset_ = from_ = message.from();
    hashed_ = 0;
    const auto entry = entry_of(message);
    if (!entry) {
        // Of a kind we do not know it is not known either whether it has an end: it has, as all have that
        // came in version 1 and are not known by kind.
        open_ = skipping_ = true;
        settle(done, entry.error());
        return {};
    }
    if (message.keep() && entry->kind() != EntryKind::file && entry->kind() != EntryKind::link) {
        return Error{Errc::malformed, "a keep of what cannot be kept"};
    }
    if (message.keep()) return begun(incoming_.keep(*entry, key_of_), *entry, done);
    switch (entry->kind()) {
        case EntryKind::folder:
            return begun(
                incoming_.enter(*entry, key_of_, {message.exclude().begin(), message.exclude().end()}),
                *entry, done);
        case EntryKind::link:
            return begun(incoming_.link(*entry, message.item()), *entry, done);
        default:
            open_ = true;
            return begun(incoming_.begin(*entry, key_of_), *entry, done);
    }
}

Status ReceivedItems::begun(Result<Incoming::Begun> begun, const transfer::Entry& entry, Done& done) {
    skipping_ = !begun || *begun != Incoming::Begun::taken;
    if (!begun && is_breach(begun.error())) return begun.error();
    const bool passed = begun && *begun == Incoming::Begun::passed;
    const bool there = begun && *begun == Incoming::Begun::there;
    if (!begun) settle(done, begun.error());
    if (!skipping_) done.resumed += from_;
    if (there) {
        current_.path = incoming_.there();
        settle(done, std::nullopt, true);
    }
    if (entry.kind() != EntryKind::folder) return {};
    if (begun && !passed) folders_.push_back(entry.name());
    if (depth_ == 0 && begun && !passed) {
        tree_ = current_;
        tree_->size = ByteCount{};
    }
    ++depth_;
    return {};
}

Status ReceivedItems::up(const wire::pb::ItemBegin& message, Done& done) {
    auto left = incoming_.up(message.whole() ? transfer::Whole::yes : transfer::Whole::no);
    if (!left && is_breach(left.error())) return left.error();
    if (folders_.size() == depth_) folders_.pop_back();  // else it was refused, or is in one that was
    --depth_;
    if (depth_ > 0 || !tree_) return {};
    auto tree = std::move(*tree_);
    tree_.reset();
    if (!left) {
        tree.error = left.error();
    } else if (*left) {
        tree.path = (*left)->path();
        for (const auto& link : (*left)->failed_links()) {
            ItemOutcome failed;
            failed.item = link.number;
            failed.label = link.name;
            failed.name = tree.name + '/' + link.name;
            failed.error = link.why;
            done.settled.emplace_back(std::move(failed), true);
        }
    }
    done.settled.emplace_back(std::move(tree), true);
    return {};
}

Status ReceivedItems::data(const wire::DataHeader& header, BytesView bytes, Done& done) {
    const bool again = header.offset < from_;
    if (!open_ || header.item != current_.item || (!again && header.offset != next_offset_)) {
        return Error{Errc::malformed, "data out of order"};
    }
    if (again) return skipping_ ? Status{} : took(incoming_.repair(header.offset, bytes), 0, done);
    next_offset_ += bytes.size();
    if (skipping_) return {};
    return took(incoming_.data(bytes), bytes.size(), done);
}

Status ReceivedItems::hole(const wire::pb::ItemHole& message, Done& done) {
    const bool next = open_ && message.item() == current_.item && message.offset() == next_offset_;
    if (!next || message.length() > transfer::Source::most_hole)
        return Error{Errc::malformed, "a hole out of order"};
    next_offset_ += message.length();
    if (skipping_) return {};
    return took(incoming_.hole(message.length()), message.length(), done);
}

// What was written counts; what could not be is the end of the item.
Status ReceivedItems::took(Status written, std::uint64_t size, Done& done) {
    if (!written && is_breach(written.error())) return written;
    if (written) {
        done.bytes += size;
        return {};
    }
    skipping_ = true;
    settle(done, written.error());
    return {};
}

Status ReceivedItems::hash(Done& done) {
    if (!hashes()) return {};
    const auto hashed = incoming_.next_hashes(hashes_a_job);
    if (!hashed) return took(hashed.error(), 0, done);
    wire::pb::ItemChunks chunks;
    chunks.set_item(current_.item);
    chunks.set_first(hashed_ / crypto::digest_chunk_size);
    for (const auto& hash : *hashed)
        chunks.mutable_hashes()->append(as_text(hash));
    hashed_ += hashed->size() * crypto::digest_chunk_size;
    done.chunks.push_back(std::move(chunks));
    return {};
}

Status ReceivedItems::end(const wire::pb::ItemEnd& message, Done& done) {
    if (!open_ || message.item() != current_.item) return Error{Errc::malformed, "an end out of order"};
    open_ = false;
    if (message.code() != 0) {
        // The sender gave up on it: nothing may look as if it were whole.
        if (skipping_) return {};
        incoming_.abandon();
        current_.error = Error{wire::code_from(message.code()), "the sender gave it up"};
        done.settled.emplace_back(current_, false);
        return {};
    }
    if (skipping_) return {};
    transfer::ItemEnd said{ByteCount{message.size()}, message.digest()};
    said.set_checksum(message.checksum());
    auto item = incoming_.end(said);
    if (!item && is_breach(item.error())) return item.error();
    if (!item) {
        settle(done, item.error());
        return {};
    }
    current_.path = item->path();
    current_.size = item->size();
    current_.digest = item->checksum().empty() ? item->digest() : item->checksum();
    settle(done, std::nullopt);
    return {};
}

std::vector<ItemOutcome> ReceivedItems::unsettled(const Error& why) {
    std::vector<ItemOutcome> left;
    if (open_ && !skipping_ && !tree_) left.push_back(current_);
    if (tree_) left.push_back(*tree_);
    for (auto& item : left)
        item.error = why;
    return left;
}

}  // namespace p2pc::peer
