#include "directory/directory.hpp"

#include "directory/client_link.hpp"
#include "directory/replies.hpp"
#include "identity/keys.hpp"

namespace p2pc::directory {
namespace {

std::string text_of(std::exception_ptr what) {
    try {
        std::rethrow_exception(std::move(what));
    } catch (const std::exception& bug) {
        return bug.what();
    } catch (...) {
        return "unknown";
    }
}

ConnectionLimits connection_limits(const ServerLimits& limits) {
    return {limits.connections, limits.connections_a_device, limits.connections_an_account,
            limits.strangers_a_source};
}

CallLimits call_limits(const ServerLimits& limits) {
    return {limits.waiting_calls, limits.questions, limits.answer_time};
}

}  // namespace

Directory::Directory(io::Loop& on, storage::StoreQueue& with, const base::Log& to, crypto::Random& from,
                     ServerOptions chosen, const storage::ServerSecrets& secrets)
    : loop(on),
      store(with),
      log(to),
      random(from),
      options(chosen),
      founding(crypto::Seed{secrets.founding_seed}),
      founding_key(identity::public_key(founding)),
      started(on.clock().wall()),
      attempts(crypto::SecretBytes<32>{secrets.hmac_key}, chosen.limits.block, chosen.limits.attempt_rows),
      audit(on),
      delays(chosen.limits.failures),
      registrations(chosen.limits.registrations_an_hour),
      connections(connection_limits(chosen.limits)),
      presence(on.clock(), [this](InstanceId id, const Bytes& frame) { return deliver(id, frame); }),
      watchers(on, presence),
      sessions(on.clock(), with, to, chosen.limits.lost_after),
      calls(on, from, presence, sessions, to, call_limits(chosen.limits)),
      link_ended(on),
      stranger_lines(chosen.limits.stranger_lines, 5 * chosen.limits.stranger_lines),
      tasks(on, [&to](std::string_view name, std::exception_ptr what) {
          to.error("task failed", {{"task", name}, {"error", text_of(std::move(what))}});
      }) {
    sessions.on_removed([this](InstanceId other, const SessionId& session) {
        presence.signal(other, peer_removed_frame(session), nullptr);
    });
    presence.watch([this](const UserView& user) { watchers.changed(user); });
}

Directory::~Directory() = default;

bool Directory::deliver(InstanceId to, const Bytes& frame) {
    ClientLink* client = link(to);
    return client && client->deliver(frame);
}

ClientLink* Directory::link(InstanceId id) const {
    const auto at = links.find(id);
    return at == links.end() ? nullptr : at->second;
}

}  // namespace p2pc::directory
