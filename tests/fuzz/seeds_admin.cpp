// Seeds of what is said on the operator's socket: requests, and an answer with every field in use.
#include "admin.pb.h"
#include "fuzz/seeds.hpp"

namespace p2pc::fuzz {
namespace {

namespace pb = admin::pb;

void add_requests(const Corpus& corpus) {
    const auto add = [&](std::string_view name, const pb::Request& request) {
        corpus.add("admin_message", name, request.SerializeAsString());
    };
    pb::Request request;
    request.mutable_users();
    add("users", request);
    request.mutable_block()->set_user("alice");
    add("block", request);
    request.mutable_token()->set_user("bob");
    add("token", request);
    request.mutable_backup();
    add("backup", request);
}

pb::Reply whole_reply() {
    pb::Reply reply;
    auto& user = *reply.add_users();
    user.set_name("alice");
    user.set_account_key(std::string(32, '\x22'));
    user.set_created_ms(1'700'000'000'000);
    user.set_blocked(true);
    user.set_lockout_ms(-1);
    user.set_online(true);
    user.set_since_ms(1);
    auto& device = *user.add_devices();
    device.set_name("box");
    device.add_endpoints("tls://192.0.2.7:5000");
    auto& session = *reply.add_sessions();
    session.set_id(std::string(16, '\x11'));
    session.set_caller("alice");
    session.set_callee_device("box");
    session.set_state("active");
    session.set_started_ms(5);
    auto& row = *reply.add_audit();
    row.set_number(7);
    row.set_event("login");
    row.set_source("192.0.2.7");
    row.set_uid(0);
    reply.mutable_stats()->set_accounts(5);
    reply.mutable_token()->set_text("token");
    reply.set_backup("bytes");
    reply.set_backup_size(5);
    reply.mutable_failure()->set_code(4);
    reply.set_done(true);
    return reply;
}

}  // namespace

void add_admin_seeds(const Corpus& corpus) {
    add_requests(corpus);
    corpus.add("admin_message", "reply", whole_reply().SerializeAsString());
}

}  // namespace p2pc::fuzz
