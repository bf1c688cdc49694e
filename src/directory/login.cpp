#include "directory/login.hpp"

#include <algorithm>

#include "directory/border.hpp"
#include "directory/parting.hpp"
#include "directory/replies.hpp"
#include "directory/store_calls.hpp"

namespace p2pc::directory {
namespace {

using storage::AccountRecord;
using storage::DirectoryStore;

// A heartbeat comes every 15 s; past this one was missed.
constexpr Duration missed_heartbeat = std::chrono::seconds{20};

}  // namespace

const storage::DeviceRecord* enabled_device(const AccountRecord& account, const model::DeviceId& id) {
    const auto device = std::ranges::find(account.devices, id, &storage::DeviceRecord::id);
    const bool usable = device != account.devices.end() && device->state == storage::DeviceState::enabled;
    return usable ? &*device : nullptr;
}

std::shared_ptr<const AccountCard> card_of(const AccountRecord& account) {
    return std::make_shared<const AccountCard>(account.account_key, account.serial, account.signed_list);
}

asio::awaitable<Result<LoggedIn>> Login::run() {
    auto hello = co_await accepting_.hello(by_);
    if (!hello) co_return hello.error();
    hello_ = std::move(*hello);
    switch (hello_.role()) {
        case wire::pb::ROLE_PROBE:
            co_return co_await as_probe();
        case wire::pb::ROLE_REGISTER:
            co_return co_await as_new_user();
        case wire::pb::ROLE_PASSWORD:
            co_return co_await with_password();
        case wire::pb::ROLE_DEVICE:
            co_return co_await as_device();
        default:
            co_return Error{Errc::malformed, "a role that does not come here"};
    }
}

asio::awaitable<Result<LoggedIn>> Login::as_probe() {
    auto greeted = greet();
    if (greeted) greeted = Error{Errc::closed, "probe"};
    co_await part(directory_.loop, accepting_.channel(), by_);
    co_return greeted.error();
}

asio::awaitable<Result<LoggedIn>> Login::as_device() {
    auto user = border::user(hello_.user());
    if (!user) co_return user.error();
    auto id = border::device_id(hello_.device_id());
    if (!id) co_return id.error();
    auto key = border::key(hello_.key());
    if (!key) co_return key.error();
    auto proved = co_await accepting_.proof(by_);
    if (!proved) co_return proved.error();

    auto job = [name = *user](DirectoryStore& store) { return store.find_account(name); };
    auto account = co_await ask(directory_.loop, directory_.store, std::move(job));
    if (!account && account.error().code() != Errc::not_found) co_return co_await refuse(Errc::busy);
    const auto* device = account ? enabled_device(*account, *id) : nullptr;
    if (!device || device->key != *key) co_return co_await refuse(Errc::not_logged_in);
    if (account->state == storage::AccountState::blocked) co_return co_await refuse(Errc::account_blocked);

    const auto admitted = admit(*user, *id);
    if (!admitted) co_return co_await refuse(admitted.error().code());
    const auto greeted = greet();
    if (!greeted) co_return greeted.error();
    open();
    welcome(0, *account, {});
    co_return LoggedIn{*user, *id, device->name, card_of(*account)};
}

std::optional<AuditEntry> Login::audited(AuditEvent event, AuditOutcome outcome,
                                         const model::UserName& user) {
    return directory_.audit.row(event, outcome, user, link_.host());
}

asio::awaitable<void> Login::delay_failure(Instant began) {
    const Duration delay = directory_.delays.failed(link_.source(), began);
    co_await io::sleep_until(directory_.loop, std::min(began + delay, by_));
}

Status Login::greet() {
    auto mine = channel::hello_of(wire::pb::ROLE_SERVER);
    mine.set_key(directory_.founding_key.str());
    return accepting_.answer(std::move(mine), directory_.founding);
}

void Login::open() {
    auto channel = std::move(accepting_).take(wire::Phase::server_link);
    channel::ChannelLimits limits;
    limits.queue = directory_.options.limits.client_queue;
    channel->set_limits(limits);
    link_.opened(std::move(channel));
}

asio::awaitable<Error> Login::refuse(Errc code, Duration retry_after) {
    const auto greeted = greet();
    if (greeted) accepting_.refuse(code, retry_after);
    co_await part(directory_.loop, accepting_.channel(), by_);
    co_return Error{code};
}

asio::awaitable<Error> Login::fail(std::uint64_t reply_to, Errc code, Duration retry_after) {
    link_.deliver(failure_frame(reply_to, code, retry_after));
    co_await part(directory_.loop, link_.channel(), by_);
    co_return Error{code};
}

asio::awaitable<Result<wire::pb::ClientMessage>> Login::next_request() {
    auto frame = co_await link_.channel().read(by_);
    if (!frame) co_return frame.error();
    if (frame->type() != wire::FrameType::control) co_return Error{Errc::malformed, "a request was due"};
    auto request = wire::parse_client(frame->body());
    if (request && request->id() == 0) co_return Error{Errc::malformed, "a request without an id"};
    co_return request;
}

Status Login::admit(const model::UserName& user, const model::DeviceId& device) {
    auto& connections = directory_.connections;
    auto counted = connections.log_in(link_.id(), user, device);
    if (counted || counted.error().code() != Errc::too_many_connections) return counted;
    ClientLink* silent = silent_one(user, device);
    if (!silent) return counted;
    connections.remove(silent->id());
    silent->cut("replaced");
    return connections.log_in(link_.id(), user, device);
}

ClientLink* Login::silent_one(const model::UserName& user, const model::DeviceId& device) const {
    const auto& limits = directory_.options.limits;
    auto full = directory_.connections.of_device(user, device);
    if (full.size() < limits.connections_a_device) full = directory_.connections.of_account(user);
    ClientLink* silent = nullptr;
    for (const InstanceId id : full) {
        ClientLink* link = directory_.link(id);
        if (link && (!silent || link->last_heard() < silent->last_heard())) silent = link;
    }
    const Instant late = directory_.loop.now() - missed_heartbeat;
    return silent && silent->last_heard() < late ? silent : nullptr;
}

void Login::welcome(std::uint64_t reply_to, const AccountRecord& account, BytesView wrapped_key) {
    wire::pb::ServerMessage message;
    message.set_reply_to(reply_to);
    auto* said = message.mutable_welcome();
    said->set_account_key(account.account_key.str());
    said->set_device_list(wire::to_string(account.signed_list));
    said->set_wrapped_key(wire::to_string(wrapped_key));
    said->set_observed(link_.host());
    // Only the account key can take them off the list.
    if (!wrapped_key.empty()) {
        for (const auto& device : account.devices) {
            if (device.state == storage::DeviceState::disabled) said->add_removed_devices(device.id.str());
        }
    }
    const auto notices = directory_.attempts.take_notices(account.user);
    said->set_failed_attempts(notices.count);
    said->set_last_failed_ms(notices.last.time_since_epoch().count());
    link_.deliver(wire::frame(message));
    if (notices.count == 0) return;
    const auto row = directory_.attempts.row(account.user, directory_.loop.now());
    directory_.store.run(
        [row](DirectoryStore& store) {
            return store.save_attempts({&row, 1});
        },
        [&log = directory_.log](const Status& saved) {
            if (!saved) log.error("attempts not written", {{"error", describe(saved.error())}});
        });
}

}  // namespace p2pc::directory
