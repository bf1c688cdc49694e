// AttemptTable: the failed password logins of every name, real or invented, in one bounded table.
//
// Owned by the loop; the store keeps a copy that its callers write (the record each call returns) BEFORE
// they evaluate anything. Names are never in it, only their keyed hash, so that an invented name behaves as
// a real one. Full, it forgets the invented name touched longest ago, then a real one that blocks nothing.
#pragma once

#include <cstddef>
#include <list>
#include <p2pc/base/time.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crypto/secret.hpp"
#include "directory/block_rule.hpp"
#include "model/names.hpp"

namespace p2pc::directory {

using storage::AttemptKey;

class AttemptTable {
  public:
    AttemptTable(crypto::SecretBytes<32> hmac_key, BlockRules rules, std::size_t capacity);

    // What the store remembered, as of `now`.
    void load(const std::vector<AttemptRecord>& rows, Instant now);

    AttemptKey key_of(const model::UserName& user) const;

    // Counts an attempt, made at `wall`, before its evaluation and returns the row to be stored before it.
    //   Errc::blocked  do not evaluate
    //   Errc::busy     no room: every row blocks a real account
    Result<AttemptRecord> begin(const model::UserName& user, Instant now, WallTime wall);
    // The name turned out to be an account's: its blocking row stays.
    void mark_real(const model::UserName& user);
    // The attempt was right. Returns the row to be stored.
    AttemptRecord forgive(const model::UserName& user, Instant now);
    // The operator lifts a block. Returns the row to be stored.
    AttemptRecord lift(const model::UserName& user, Instant now);
    // There is no such account any more.
    void forget(const model::UserName& user);
    //   Errc::busy  as many windows today as there may be
    Result<AttemptRecord> open_window(const model::UserName& user, std::int64_t today, Instant now);
    // Failures the owner was not told of, and is told of now. Not 0: the row is to be stored.
    struct Notices {
        std::uint32_t count = 0;
        WallTime last{};
    };
    Notices take_notices(const model::UserName& user);
    AttemptRecord row(const model::UserName& user, Instant now);

    milliseconds block_left(const model::UserName& user, Instant now);
    // Rows whose block runs, or ran out since the last call: to be saved each minute.
    std::vector<AttemptRecord> running_blocks(Instant now);

    // Keys of rows that had to make room since the last call: the store is to forget them too.
    std::vector<AttemptKey> take_evicted() { return std::exchange(evicted_, {}); }

    std::size_t size() const noexcept { return rows_.size(); }
    // How many rows block now.
    std::size_t lockouts(Instant now);

  private:
    struct Entry {
        AttemptRecord row;
        Instant counted;  // block_left is as of then
        bool saved_blocked = false;
        WallTime failed_before{};  // row.last_failed before the newest attempt
        std::list<AttemptKey>::iterator place;
    };
    using Order = std::list<AttemptKey>;

    Entry* find(const AttemptKey& key, Instant now);
    Entry* touch(const AttemptKey& key, Instant now);
    Entry& put(const AttemptRecord& row, Instant now);
    bool make_room(Instant now);
    AttemptRecord changed(const model::UserName& user, void (*change)(Entry&), Instant now);
    Order& order_of(const AttemptRecord& row) { return row.real ? real_ : invented_; }
    void erase(const AttemptKey& key);

    crypto::SecretBytes<32> hmac_key_;
    BlockRules rules_;
    std::size_t capacity_;
    std::unordered_map<AttemptKey, Entry> rows_;
    Order invented_, real_;  // least recently touched first
    std::vector<AttemptKey> evicted_;
};

}  // namespace p2pc::directory
