#include "directory/replies.hpp"

#include "wire/reason.hpp"

namespace p2pc::directory {
namespace {

using storage::EndReport;
using storage::SessionRecord;

std::int64_t to_ms(WallTime time) {
    return time.time_since_epoch().count();
}

void put(wire::pb::EndOf& end, const EndReport& report) {
    end.set_reason(wire::to_wire(report.reason));
    end.set_bytes_in(report.bytes_in.value());
    end.set_bytes_out(report.bytes_out.value());
    end.set_path(report.path);
}

wire::pb::SessionState to_message(model::SessionState state) {
    switch (state) {
        case model::SessionState::active:
            return wire::pb::SESSION_ACTIVE;
        case model::SessionState::unconfirmed:
            return wire::pb::SESSION_UNCONFIRMED;
        case model::SessionState::ended:
            return wire::pb::SESSION_ENDED;
    }
    return wire::pb::SESSION_NONE;
}

// Cuts a long list into messages. `put` adds one item to a message, `more` marks it as not the last.
template <class Item, class Put, class More>
std::vector<Bytes> in_pieces(std::uint64_t reply_to, const std::vector<Item>& items, Put put, More more) {
    std::vector<Bytes> frames;
    wire::pb::ServerMessage message;
    std::size_t size = 0;
    const auto restart = [&] {
        message.Clear();
        message.set_reply_to(reply_to);
        more(message, false);
        size = 0;
    };
    restart();
    for (const Item& item : items) {
        const std::size_t weight = item.ByteSizeLong() + 4;  // its tag and length
        if (size > 0 && size + weight > piece_size) {
            more(message, true);
            frames.push_back(wire::frame(message));
            restart();
        }
        put(message, item);
        size += weight;
    }
    frames.push_back(wire::frame(message));
    return frames;
}

}  // namespace

Bytes done_frame(std::uint64_t reply_to) {
    wire::pb::ServerMessage message;
    message.set_reply_to(reply_to);
    message.mutable_done();
    return wire::frame(message);
}

Bytes failure_frame(std::uint64_t reply_to, Errc code, Duration retry_after) {
    wire::pb::ServerMessage message;
    message.set_reply_to(reply_to);
    message.mutable_failure()->set_code(wire::code_to(code));
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(retry_after);
    message.mutable_failure()->set_retry_after_ms(static_cast<std::uint64_t>(wait.count()));
    return wire::frame(message);
}

Bytes peer_removed_frame(const model::SessionId& session) {
    wire::pb::ServerMessage message;
    message.mutable_peer_removed()->set_session(session.str());
    return wire::frame(message);
}

Bytes refusal_frame(Errc code) {
    wire::pb::Refusal message;
    message.set_code(wire::code_to(code));
    return wire::frame(message);
}

Bytes removed_frame() {
    wire::pb::ServerMessage message;
    message.mutable_device_removed();
    return wire::frame(message);
}

wire::pb::User to_message(const UserView& user) {
    wire::pb::User message;
    message.set_name(user.name.text());
    message.set_account_key(user.account_key.str());
    if (!user.online()) return message;
    message.set_online(true);
    message.set_since_ms(to_ms(*user.since));
    for (const auto& device : user.devices) {
        auto* shown = message.add_devices();
        shown->set_name(device.name.text());
        for (const auto& endpoint : device.endpoints)
            shown->add_endpoints(endpoint);
    }
    return message;
}

wire::pb::SessionInfo to_message(const SessionRecord& session) {
    wire::pb::SessionInfo message;
    message.set_session(session.id.str());
    message.set_caller(session.caller.user.text());
    message.set_caller_device(session.caller.device_name.text());
    message.set_callee(session.callee.user.text());
    message.set_callee_device(session.callee.device_name.text());
    message.set_state(to_message(session.state));
    message.set_started_ms(to_ms(session.started));
    if (session.ended) message.set_ended_ms(to_ms(*session.ended));
    if (session.reason) message.set_reason(wire::to_wire(*session.reason));
    if (session.caller_report) put(*message.mutable_caller_report(), *session.caller_report);
    if (session.callee_report) put(*message.mutable_callee_report(), *session.callee_report);
    return message;
}

wire::pb::PeerDescription describe(const Instance& peer, const std::vector<std::string>& endpoints,
                                   bool same_address) {
    wire::pb::PeerDescription message;
    message.set_user(peer.user.text());
    message.set_device(peer.device_name.text());
    message.set_device_id(peer.device.str());
    message.set_account_key(peer.account->account_key.str());
    message.set_device_list(wire::to_string(peer.account->device_list));
    for (const auto& endpoint : endpoints)
        message.add_endpoints(endpoint);
    message.set_same_address(same_address);
    return message;
}

std::vector<Bytes> users_frames(std::uint64_t reply_to, const std::vector<wire::pb::User>& users) {
    return in_pieces(
        reply_to, users,
        [](wire::pb::ServerMessage& message, const wire::pb::User& user) {
            *message.mutable_users()->add_users() = user;
        },
        [](wire::pb::ServerMessage& message, bool more) { message.mutable_users()->set_more(more); });
}

std::vector<Bytes> sessions_frames(std::uint64_t reply_to, const std::vector<SessionRecord>& sessions) {
    std::vector<wire::pb::SessionInfo> rows;
    rows.reserve(sessions.size());
    for (const auto& session : sessions)
        rows.push_back(to_message(session));
    return in_pieces(
        reply_to, rows,
        [](wire::pb::ServerMessage& message, const wire::pb::SessionInfo& row) {
            *message.mutable_sessions()->add_sessions() = row;
        },
        [](wire::pb::ServerMessage& message, bool more) { message.mutable_sessions()->set_more(more); });
}

}  // namespace p2pc::directory
