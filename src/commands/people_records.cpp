#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.hpp"
#include "commands/people.hpp"
#include "wire/reason.hpp"

namespace p2pc::commands {
namespace {

std::optional<WallTime> time_of(std::int64_t ms) {
    // Beyond the year 9999 there is no RFC 3339.
    if (ms <= 0 || ms > 253'402'300'799'000) return std::nullopt;
    return WallTime{std::chrono::milliseconds{ms}};
}

Result<Record::Device> device_of(const wire::pb::DeviceInfo& info) {
    const auto name = model::DeviceName::parse(info.name());
    if (!name) return Error{Errc::malformed, "a device has no name"};
    Record::Device device;
    device.name = name->text();
    for (const auto& text : info.endpoints()) {
        const auto endpoint = model::Endpoint::parse(text);
        if (endpoint) device.endpoints.push_back(endpoint->text());
    }
    return device;
}

model::SessionState state_of(wire::pb::SessionState state) {
    if (state == wire::pb::SESSION_ACTIVE) return model::SessionState::active;
    return state == wire::pb::SESSION_ENDED ? model::SessionState::ended : model::SessionState::unconfirmed;
}

}  // namespace

Result<UserRecord> user_record(const Client& client, const wire::pb::User& user) {
    const auto name = model::UserName::parse(user.name());
    if (!name) return Error{Errc::malformed, "a user has no name"};
    const auto key = model::PublicKey::from(as_bytes(user.account_key()));
    if (!key) return key.error();
    const auto trust = client.trust_of(*name, *key);
    if (!trust) return trust.error();
    UserRecord record;
    record.name = name->text();
    record.online = user.online();
    record.since = time_of(user.since_ms());
    record.account_key = *key;
    record.trust = *trust;
    for (const auto& info : user.devices()) {
        auto device = device_of(info);
        if (!device) return device.error();
        record.devices.push_back(std::move(*device));
    }
    return record;
}

Result<SessionRecord> session_record(const home::Login& login, const wire::pb::SessionInfo& session) {
    const auto id = model::SessionId::from(as_bytes(session.session()));
    if (!id) return id.error();
    const bool names = model::is_name(session.caller()) && model::is_name(session.callee()) &&
                       model::is_name(session.caller_device());
    // Nobody took the call: there is no device at the other end.
    const bool callee_named = session.callee_device().empty() || model::is_name(session.callee_device());
    if (!names || !callee_named) return Error{Errc::malformed, "a session has no names"};
    // Between two devices of one account, this device's end counts.
    const auto& self = login.user().text();
    const bool called_here =
        session.callee() == self && session.callee_device() == login.device().name.text();
    const bool caller = session.caller() == self && !(called_here && session.caller() == session.callee());
    SessionRecord record;
    record.id = model::id_text(*id);
    record.peers.push_back(caller ? session.callee() : session.caller());
    record.device = caller ? session.caller_device() : session.callee_device();
    record.role = caller ? "caller" : "callee";
    record.state = state_of(session.state());
    record.started = time_of(session.started_ms());
    record.ended = time_of(session.ended_ms());
    record.reason = wire::from_wire(session.reason());
    const bool reported = caller ? session.has_caller_report() : session.has_callee_report();
    if (reported) {
        const auto& report = caller ? session.caller_report() : session.callee_report();
        if (!report.path().empty()) record.path = report.path();
        record.bytes_in = ByteCount{report.bytes_in()};
        record.bytes_out = ByteCount{report.bytes_out()};
    }
    return record;
}

std::vector<std::string> cells_of(const UserRecord& user) {
    std::vector<std::string> devices;
    for (const auto& device : user.devices)
        devices.push_back(device.name);
    std::string since = user.online ? "online" : "offline";
    if (user.online && user.since) since += " since " + base::local_text(*user.since);
    return {user.name, since, fmt::format("{}", fmt::join(devices, ",")),
            std::string{identity::trust_text(user.trust)}};
}

}  // namespace p2pc::commands
