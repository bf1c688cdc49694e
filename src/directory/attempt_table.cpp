#include "directory/attempt_table.hpp"

#include "crypto/hash.hpp"

namespace p2pc::directory {

AttemptTable::AttemptTable(crypto::SecretBytes<32> hmac_key, BlockRules rules, std::size_t capacity)
    : hmac_key_(std::move(hmac_key)), rules_(rules), capacity_(capacity) {}

void AttemptTable::load(const std::vector<AttemptRecord>& rows, Instant now) {
    for (const auto& row : rows) {
        // An operator who made lockouts permanent means the running ones too, and the other way round.
        AttemptRecord loaded = row;
        if (blocked(loaded) && (rules_.lockout == Lockout::permanent) != (loaded.block_left == for_ever)) {
            loaded.block_left = block_of(loaded.level, rules_);
        }
        if (rows_.size() < capacity_ || make_room(now)) put(loaded, now);
    }
}

AttemptKey AttemptTable::key_of(const model::UserName& user) const {
    return AttemptKey{crypto::keyed_hash256(hmac_key_, {as_bytes(user.text())})};
}

AttemptTable::Entry* AttemptTable::find(const AttemptKey& key, Instant now) {
    const auto at = rows_.find(key);
    if (at == rows_.end()) return nullptr;
    Entry& entry = at->second;
    const auto span = std::chrono::duration_cast<milliseconds>(now - entry.counted);
    elapse(entry.row, span);
    entry.counted += span;  // the part of a millisecond is not lost
    return &entry;
}

AttemptTable::Entry& AttemptTable::put(const AttemptRecord& row, Instant now) {
    Order& order = order_of(row);
    auto& entry = rows_[row.key];
    entry.row = row;
    entry.counted = now;
    entry.place = order.insert(order.end(), row.key);
    return entry;
}

AttemptTable::Entry* AttemptTable::touch(const AttemptKey& key, Instant now) {
    if (Entry* entry = find(key, now)) {
        Order& order = order_of(entry->row);
        order.splice(order.end(), order, entry->place);
        return entry;
    }
    if (rows_.size() >= capacity_ && !make_room(now)) return nullptr;
    AttemptRecord fresh;
    fresh.key = key;
    return &put(fresh, now);
}

bool AttemptTable::make_room(Instant now) {
    auto victim = invented_.begin();
    if (victim == invented_.end()) {
        victim = real_.begin();
        while (victim != real_.end() && blocked(find(*victim, now)->row))
            ++victim;
        if (victim == real_.end()) return false;
    }
    evicted_.push_back(*victim);
    erase(evicted_.back());
    return true;
}

void AttemptTable::erase(const AttemptKey& key) {
    const auto at = rows_.find(key);
    Order& order = order_of(at->second.row);
    const auto place = at->second.place;
    rows_.erase(at);
    order.erase(place);
}

Result<AttemptRecord> AttemptTable::begin(const model::UserName& user, Instant now, WallTime wall) {
    Entry* entry = touch(key_of(user), now);
    if (!entry) return Error{Errc::busy, "the table of failed attempts is full of blocks"};
    auto counted = begin_attempt(entry->row, rules_);
    if (!counted) return counted.error();
    entry->failed_before = std::exchange(entry->row.last_failed, wall);
    return entry->row;
}

void AttemptTable::mark_real(const model::UserName& user) {
    const auto at = rows_.find(key_of(user));
    if (at == rows_.end() || at->second.row.real) return;
    real_.splice(real_.end(), invented_, at->second.place);
    at->second.row.real = true;
}

AttemptRecord AttemptTable::changed(const model::UserName& user, void (*change)(Entry&), Instant now) {
    const AttemptKey key = key_of(user);
    AttemptRecord row;
    row.key = key;
    if (Entry* entry = find(key, now)) {
        change(*entry);
        row = entry->row;
        if (blank(row)) erase(key);
    }
    return row;
}

AttemptRecord AttemptTable::forgive(const model::UserName& user, Instant now) {
    const auto forgotten = [](Entry& entry) {
        directory::forgive(entry.row);
        entry.row.last_failed = entry.row.notices > 0 ? entry.failed_before : WallTime{};
    };
    return changed(user, forgotten, now);
}

AttemptRecord AttemptTable::lift(const model::UserName& user, Instant now) {
    return changed(
        user, [](Entry& entry) { directory::lift(entry.row); }, now);
}

void AttemptTable::forget(const model::UserName& user) {
    const AttemptKey key = key_of(user);
    if (rows_.contains(key)) erase(key);
}

Result<AttemptRecord> AttemptTable::open_window(const model::UserName& user, std::int64_t today,
                                                Instant now) {
    const AttemptKey key = key_of(user);
    Entry* entry = find(key, now);
    if (!entry) {
        AttemptRecord nothing;
        nothing.key = key;
        return nothing;
    }
    auto opened = directory::open_window(entry->row, today, rules_);
    if (!opened) return opened.error();
    return entry->row;
}

AttemptTable::Notices AttemptTable::take_notices(const model::UserName& user) {
    const auto at = rows_.find(key_of(user));
    if (at == rows_.end()) return {};
    auto& row = at->second.row;
    return {std::exchange(row.notices, 0), std::exchange(row.last_failed, {})};
}

AttemptRecord AttemptTable::row(const model::UserName& user, Instant now) {
    const AttemptKey key = key_of(user);
    if (Entry* entry = find(key, now)) return entry->row;
    AttemptRecord nothing;
    nothing.key = key;
    return nothing;
}

milliseconds AttemptTable::block_left(const model::UserName& user, Instant now) {
    const Entry* entry = find(key_of(user), now);
    return entry ? entry->row.block_left : milliseconds::zero();
}

std::size_t AttemptTable::lockouts(Instant now) {
    std::size_t count = 0;
    for (auto& [key, kept] : rows_)
        count += blocked(find(key, now)->row) ? 1 : 0;
    return count;
}

std::vector<AttemptRecord> AttemptTable::running_blocks(Instant now) {
    std::vector<AttemptRecord> rows;
    for (auto& [key, kept] : rows_) {
        Entry& entry = *find(key, now);
        const bool runs = blocked(entry.row);
        if (runs || entry.saved_blocked) rows.push_back(entry.row);
        entry.saved_blocked = runs;
    }
    return rows;
}

}  // namespace p2pc::directory
