// Requests about the own account: its devices, and its password login.
#include "directory/border.hpp"
#include "directory/client_session.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {

using storage::DirectoryStore;

asio::awaitable<Status> ClientSession::disable(model::DeviceId device) {
    auto look = [user = me_.user, device](DirectoryStore& store) { return store.find_device(user, device); };
    auto known = co_await ask(directory_.loop, directory_.store, std::move(look));
    if (!known) co_return known.error();
    if (known->state == storage::DeviceState::disabled) co_return Status{};
    auto row = directory_.audit.row(AuditEvent::device_removed, AuditOutcome::done, me_.user, link_.host());
    if (row) row->device = known->name;
    auto job = [user = me_.user, device, row = std::move(row)](DirectoryStore& store) {
        auto disabled = store.disable_device(user, device);
        return disabled ? keep(store, row) : disabled;
    };
    auto disabled = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (disabled) {
        directory_.log.info(
            "device removed",
            {{"user", me_.user.text()}, {"device", id_text(device)}, {"by", me_.device_name.text()}});
    }
    co_return disabled;
}

// Every connection of a device that may not log in any more. The own one is left to its request.
void ClientSession::end_device(const model::DeviceId& device) {
    const Bytes frame = removed_frame();
    for (const InstanceId id : directory_.connections.of_device(me_.user, device)) {
        ClientLink* link = directory_.link(id);
        if (link && link != &link_) link->end(frame, "device removed");
    }
    // A device that was stolen does not hang up by itself.
    directory_.sessions.removed(me_.user, device);
}

asio::awaitable<void> ClientSession::remove_device(std::uint64_t id, std::string device_id) {
    const auto device = border::device_id(device_id);
    if (!device) co_return fail(id, device.error().code());
    auto disabled = co_await disable(*device);
    if (!disabled) co_return fail(id, disabled.error().code());
    end_device(*device);
    if (*device == me_.device) {
        link_.end(done_frame(id), "device removed");
    } else {
        reply(id, {});
    }
}

asio::awaitable<void> ClientSession::log_out(std::uint64_t id) {
    auto disabled = co_await disable(me_.device);
    if (!disabled) co_return fail(id, disabled.error().code());
    end_device(me_.device);
    link_.end(done_frame(id), "logged out");
}

asio::awaitable<void> ClientSession::open_window(std::uint64_t id) {
    const auto used = directory_.attempts.row(me_.user, directory_.loop.now()).windows_used;
    const auto today = std::chrono::floor<std::chrono::days>(directory_.loop.clock().wall());
    auto row =
        directory_.attempts.open_window(me_.user, today.time_since_epoch().count(), directory_.loop.now());
    if (!row) co_return fail(id, row.error().code());
    std::optional<AuditEntry> entry;
    if (row->windows_used != used)
        entry = directory_.audit.row(AuditEvent::window, AuditOutcome::done, me_.user, link_.host());
    auto job = [row = *row, entry = std::move(entry)](DirectoryStore& store) {
        auto done = blank(row) ? Status{} : store.save_attempts({&row, 1});
        return done ? keep(store, entry) : done;
    };
    auto saved = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (saved) directory_.log.info("password window opened", {{"user", me_.user.text()}});
    reply(id, saved);
}

}  // namespace p2pc::directory
