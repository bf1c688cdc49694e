#include "storage/sqlite/rows.hpp"

namespace p2pc::storage {
namespace {

const std::string parties =
    "id, caller, caller_device, caller_device_name, callee, callee_device, callee_device_name, started";
const std::string reports =
    "caller_reason, caller_bytes_in, caller_bytes_out, caller_path, caller_when, "
    "callee_reason, callee_bytes_in, callee_bytes_out, callee_path, callee_when";

model::SessionState read_state(Query& row) {
    const auto text = row.text();
    using enum model::SessionState;
    for (auto state : {active, unconfirmed, ended}) {
        if (text == model::to_text(state)) return state;
    }
    Query::damaged("session state");
}

std::optional<model::EndReason> read_reason(Query& row) {
    if (row.null_next()) {
        row.skip(1);
        return std::nullopt;
    }
    const auto reason = model::parse_end_reason(row.text());
    if (!reason) Query::damaged("end reason");
    return reason;
}

Party read_party(Query& row) {
    return {.user = row.name<model::UserName>(),
            .device = row.id<model::DeviceId>(),
            .device_name = row.name<model::DeviceName>()};
}

std::optional<EndReport> read_report(Query& row) {
    const auto reason = read_reason(row);
    if (!reason) {
        row.skip(4);
        return std::nullopt;
    }
    return EndReport{.reason = *reason,
                     .bytes_in = ByteCount{from_column(row.integer())},
                     .bytes_out = ByteCount{from_column(row.integer())},
                     .path = row.text(),
                     .when = row.time()};
}

}  // namespace

const std::string columns_of_active =
    parties + ", state, last_seen, NULL AS reason, NULL AS ended, " + reports;
const std::string columns_of_log =
    parties + ", 'ended' AS state, NULL AS last_seen, reason, ended, " + reports;

SessionRecord read_session(Query& row) {
    return {.id = row.id<model::SessionId>(),
            .caller = read_party(row),
            .callee = read_party(row),
            .started = row.time(),
            .state = read_state(row),
            .last_seen = row.time_if_any(),
            .reason = read_reason(row),
            .ended = row.time_if_any(),
            .caller_report = read_report(row),
            .callee_report = read_report(row)};
}

DeviceRecord read_device(Query& row) {
    return {.id = row.id<model::DeviceId>(),
            .name = row.name<model::DeviceName>(),
            .key = row.id<model::PublicKey>(),
            .state = row.integer() != 0 ? DeviceState::enabled : DeviceState::disabled};
}

}  // namespace p2pc::storage
