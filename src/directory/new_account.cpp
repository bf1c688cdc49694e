#include "directory/new_account.hpp"

namespace p2pc::directory {
namespace {

using storage::DirectoryStore;
using storage::TokenRecord;
using storage::TokenUse;
using MaybeToken = std::optional<TokenRecord>;

// A token that is given must be one. It is looked up by its hash: how long that takes says nothing of it.
Result<MaybeToken> shown(DirectoryStore& store, const Registering& wanted) {
    if (!wanted.token) return MaybeToken{};
    auto token = store.find_token(*wanted.token, wanted.account.created);
    if (!token && token.error().code() == Errc::not_found) return Errc::bad_token;
    if (!token) return token.error();
    if (token->use == TokenUse::attempt) return Errc::bad_token;
    if (token->use == TokenUse::reset && token->user != wanted.account.user) return Errc::bad_token;
    return MaybeToken{std::move(*token)};
}

Result<Registered> stored(DirectoryStore& store, const Registering& wanted, Became became, Status done) {
    if (done && became != Became::known) {
        auto row = wanted.row;
        row.event = became == Became::reset ? storage::AuditEvent::reset : storage::AuditEvent::registered;
        done = store.append_audit(row);
    }
    if (!done) return done.error();
    auto account = store.find_account(wanted.account.user);
    if (!account) return account.error();
    return Registered{became, std::move(*account)};
}

Result<Registered> for_known(DirectoryStore& store, const Registering& wanted, const MaybeToken& token) {
    if (wanted.mode == Registration::closed && (!token || token->use != TokenUse::reset))
        return Errc::refused;
    if (!token && wanted.mode == Registration::invite) return Errc::bad_token;
    if (!token || token->use != TokenUse::reset) return Errc::name_taken;
    // The token goes with the old account's.
    auto done = store.replace_account(wanted.account);
    if (done) done = store.forget_attempts(wanted.attempts);
    return stored(store, wanted, Became::reset, std::move(done));
}

Result<Registered> for_new(DirectoryStore& store, const Registering& wanted, const MaybeToken& token) {
    if (wanted.mode == Registration::closed) return Errc::refused;
    if (!token && wanted.mode == Registration::invite) return Errc::bad_token;
    auto count = store.count_accounts();
    if (!count) return count.error();
    if (*count >= wanted.most_users) return Error{Errc::limit, "as many users as there may be"};
    auto made = store.create_account(wanted.account);
    if (!made) return made.error();
    auto done = token ? store.forget_token(token->hash) : Status{};
    return stored(store, wanted, Became::registered, std::move(done));
}

}  // namespace

Result<Registered> register_within(DirectoryStore& store, const Registering& wanted) {
    auto known = store.find_account(wanted.account.user);
    if (!known && known.error().code() != Errc::not_found) return known.error();
    if (known && known->account_key == wanted.account.account_key) {
        return Registered{Became::known, std::move(*known)};
    }
    auto token = shown(store, wanted);
    if (!token) return token.error();
    return known ? for_known(store, wanted, *token) : for_new(store, wanted, *token);
}

}  // namespace p2pc::directory
