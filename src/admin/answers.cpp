#include "admin/answers.hpp"

#include "directory/block_rule.hpp"

namespace p2pc::admin {
namespace {

constexpr std::size_t piece_size = 32 * 1024;

std::int64_t to_ms(WallTime time) {
    return time.time_since_epoch().count();
}

// `put` adds one item to a reply and returns what it weighs.
template <class Item, class Put>
std::vector<pb::Reply> in_pieces(const std::vector<Item>& items, Put put) {
    std::vector<pb::Reply> pieces(1);
    std::size_t size = 0;
    for (const Item& item : items) {
        if (size > piece_size) {
            pieces.emplace_back();
            size = 0;
        }
        size += put(pieces.back(), item);
    }
    pieces.back().set_done(true);
    return pieces;
}

void fill(pb::User& message, const directory::OperatorUser& user) {
    message.set_name(user.account.user.text());
    message.set_account_key(user.account.account_key.str());
    message.set_created_ms(to_ms(user.account.created));
    message.set_blocked(user.account.state == storage::AccountState::blocked);
    const bool for_good = user.lockout_left == directory::for_ever;
    message.set_lockout_ms(for_good ? -1 : user.lockout_left.count());
    if (!user.present || !user.present->online()) return;
    message.set_online(true);
    message.set_since_ms(to_ms(*user.present->since));
    for (const auto& device : user.present->devices) {
        auto* shown = message.add_devices();
        shown->set_name(device.name.text());
        for (const auto& endpoint : device.endpoints)
            shown->add_endpoints(endpoint);
    }
}

void fill(pb::Session& message, const storage::SessionRecord& session) {
    message.set_id(session.id.str());
    message.set_caller(session.caller.user.text());
    message.set_caller_device(session.caller.device_name.text());
    message.set_callee(session.callee.user.text());
    message.set_callee_device(session.callee.device_name.text());
    message.set_state(std::string{model::to_text(session.state)});
    message.set_started_ms(to_ms(session.started));
}

void fill(pb::AuditRow& message, const storage::AuditRow& row) {
    const auto& entry = row.entry;
    message.set_number(row.number);
    message.set_at_ms(to_ms(entry.at));
    message.set_event(std::string{storage::to_text(entry.event)});
    message.set_outcome(std::string{storage::to_text(entry.outcome)});
    if (entry.user) message.set_user(entry.user->text());
    if (entry.device) message.set_device(entry.device->text());
    message.set_source(entry.source);
    if (entry.uid) message.set_uid(*entry.uid);
}

}  // namespace

std::vector<pb::Reply> users_replies(const std::vector<directory::OperatorUser>& users) {
    return in_pieces(users, [](pb::Reply& reply, const directory::OperatorUser& user) {
        auto* message = reply.add_users();
        fill(*message, user);
        return message->ByteSizeLong();
    });
}

std::vector<pb::Reply> sessions_replies(const std::vector<storage::SessionRecord>& sessions) {
    return in_pieces(sessions, [](pb::Reply& reply, const storage::SessionRecord& session) {
        auto* message = reply.add_sessions();
        fill(*message, session);
        return message->ByteSizeLong();
    });
}

pb::Reply audit_piece(const std::vector<storage::AuditRow>& rows) {
    pb::Reply reply;
    for (const auto& row : rows)
        fill(*reply.add_audit(), row);
    return reply;
}

pb::Reply stats_reply(const directory::ServerStats& stats) {
    auto reply = done_reply();
    auto* message = reply.mutable_stats();
    message->set_started_ms(to_ms(stats.started));
    message->set_accounts(stats.accounts);
    message->set_blocked(stats.blocked);
    message->set_connections(stats.connections);
    message->set_instances(stats.instances);
    message->set_online(stats.online);
    message->set_sessions(stats.sessions);
    message->set_lockouts(stats.lockouts);
    message->set_unknown_names(stats.unknown_names);
    message->set_registration_tokens(stats.tokens.registration);
    message->set_attempt_tokens(stats.tokens.attempt);
    message->set_reset_tokens(stats.tokens.reset);
    return reply;
}

pb::Reply token_reply(const directory::IssuedToken& issued) {
    auto reply = done_reply();
    reply.mutable_token()->set_text(issued.token.text());
    reply.mutable_token()->set_expires_ms(to_ms(issued.expires));
    return reply;
}

pb::Reply done_reply() {
    pb::Reply reply;
    reply.set_done(true);
    return reply;
}

}  // namespace p2pc::admin
