#include "storage/memory/memory_store.hpp"

#include "storage/rules.hpp"

namespace p2pc::storage {

Result<ServerSecrets> MemoryStore::secrets(const ServerSecrets& if_new) {
    if (!secrets_) secrets_ = if_new;
    return *secrets_;
}

Status MemoryStore::note_alive(WallTime now) {
    last_alive_ = now;
    return {};
}

Result<std::optional<WallTime>> MemoryStore::last_alive() {
    return last_alive_;
}

Result<std::vector<AttemptRecord>> MemoryStore::load_attempts() {
    std::vector<AttemptRecord> rows;
    for (const auto& [key, row] : attempts_)
        rows.push_back(row);
    return rows;
}

Status MemoryStore::save_attempts(std::span<const AttemptRecord> rows) {
    for (const auto& row : rows)
        attempts_.insert_or_assign(row.key, row);
    return {};
}

Status MemoryStore::forget_attempts(const AttemptKey& key) {
    attempts_.erase(key);
    return {};
}

}  // namespace p2pc::storage
