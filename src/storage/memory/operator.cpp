// MemoryStore: what the operator gives out, and the audit record.
#include <algorithm>

#include "storage/memory/memory_store.hpp"

namespace p2pc::storage {

Status MemoryStore::keep_token(const TokenRecord& token) {
    if (token.user && !accounts_.contains(*token.user)) return Errc::not_found;
    const bool is_new = tokens_.emplace(token.hash, token).second;
    if (!is_new) return Error{Errc::conflict, "that token is there"};
    return {};
}

Result<TokenRecord> MemoryStore::find_token(const TokenHash& hash, WallTime now) {
    const auto found = tokens_.find(hash);
    if (found == tokens_.end() || found->second.expires <= now) return Errc::not_found;
    return found->second;
}

Status MemoryStore::forget_token(const TokenHash& hash) {
    tokens_.erase(hash);
    return {};
}

Result<TokenCounts> MemoryStore::count_tokens(WallTime now) {
    TokenCounts counts;
    for (const auto& [hash, token] : tokens_) {
        if (token.expires <= now) continue;
        counts.registration += token.use == TokenUse::registration ? 1 : 0;
        counts.attempt += token.use == TokenUse::attempt ? 1 : 0;
        counts.reset += token.use == TokenUse::reset ? 1 : 0;
    }
    return counts;
}

Result<std::uint64_t> MemoryStore::prune_tokens(WallTime now) {
    return std::erase_if(tokens_, [now](const auto& entry) { return entry.second.expires <= now; });
}

void MemoryStore::drop_tokens_of(const model::UserName& user) {
    std::erase_if(tokens_, [&user](const auto& entry) { return entry.second.user == user; });
}

Status MemoryStore::append_audit(const AuditEntry& entry) {
    audit_.emplace_back(++last_audit_, entry);
    return {};
}

Result<std::vector<AuditRow>> MemoryStore::audit_after(std::uint64_t after, std::size_t limit) {
    std::vector<AuditRow> found;
    for (const auto& row : audit_) {
        if (row.number > after && found.size() < limit) found.push_back(row);
    }
    return found;
}

Result<std::uint64_t> MemoryStore::prune_audit(WallTime before) {
    return std::erase_if(audit_, [before](const AuditRow& row) { return row.entry.at < before; });
}

}  // namespace p2pc::storage
