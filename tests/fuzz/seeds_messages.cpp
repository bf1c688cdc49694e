// Seeds of the targets that read frames and messages: one of each kind, every field in use.
#include "crypto/signing.hpp"
#include "fuzz/seeds.hpp"
#include "identity/device_list.hpp"
#include "wire/message.hpp"

namespace p2pc::fuzz {
namespace {

namespace pb = wire::pb;

const std::string id(16, '\x11');
const std::string key(32, '\x22');

// Sets every field of kind `Set` once, a message each.
template <class Message>
class Kinds {
  public:
    Kinds(const Corpus& corpus, std::string_view target) : corpus_(corpus), target_(target) {}
    template <class Fill>
    void add(std::string_view name, Fill fill) const {
        Message message;
        fill(message);
        std::string body;
        message.SerializeToString(&body);
        corpus_.add(target_, name, body);
    }

  private:
    const Corpus& corpus_;
    std::string_view target_;
};

std::string signed_list() {
    crypto::SeededRandom random{1};
    const auto account = crypto::SigningKey::generate(random);
    const auto user = *model::UserName::parse("alice");
    const identity::Device box{model::DeviceId{}, *model::DeviceName::parse("box"), model::PublicKey{}};
    return wire::to_string(identity::DeviceList::make(user, model::PublicKey{}, 1, {box})->sign(account));
}

void add_hello(const Corpus& corpus) {
    const Kinds<pb::Hello> kinds{corpus, "hello"};
    kinds.add("device", [](auto& m) {
        m.set_version_least(1);
        m.set_version_most(1);
        m.set_role(pb::ROLE_DEVICE);
        m.set_user("alice");
        m.set_device_id(id);
        m.set_key(key);
        m.set_nonce(key);
    });
    kinds.add("peer", [](auto& m) {
        m.set_role(pb::ROLE_PEER);
        m.set_user("bob");
        m.set_account_key(key);
        m.set_device_list(signed_list());
        m.set_session(id);
        m.set_ticket(key);
        m.set_use(pb::LINK_BULK);
        m.add_features("future");
    });
    kinds.add("many-features", [](auto& m) {
        for (int i = 0; i < 2047; ++i)
            m.add_features("");
    });
    pb::Refusal refusal;
    refusal.set_code(5);
    refusal.set_retry_after_ms(900'000);
    corpus.add("hello", "refusal", refusal.SerializeAsString());
}

void add_client(const Corpus& corpus) {
    const Kinds<pb::ClientMessage> kinds{corpus, "client_message"};
    kinds.add("register", [](auto& m) {
        m.set_id(1);
        m.mutable_register_()->set_account_key(std::string(32, '\0'));
        m.mutable_register_()->set_login_key(key);
        m.mutable_register_()->set_wrapped_key(std::string(80, 'w'));
        m.mutable_register_()->set_device_list(signed_list());
        m.mutable_register_()->set_token("token");
    });
    kinds.add("enrol", [](auto& m) {
        m.mutable_enrol_device()->set_device_id(id);
        m.mutable_enrol_device()->set_device_list(signed_list());
    });
    kinds.add("remove", [](auto& m) { m.mutable_remove_device()->set_device_id(id); });
    kinds.add("announce", [](auto& m) {
        m.set_id(300);
        m.mutable_announce()->set_program(pb::PROGRAM_RECEIVE);
        m.mutable_announce()->add_endpoints("tls://192.0.2.7:4000");
        m.mutable_announce()->add_sessions()->set_session(id);
    });
    kinds.add("list", [](auto& m) { m.mutable_list_users()->set_all(true); });
    kinds.add("watch", [](auto& m) { m.mutable_watch(); });
    kinds.add("info", [](auto& m) { m.mutable_user_info()->set_user("bob"); });
    kinds.add("call", [](auto& m) {
        m.mutable_call()->set_user("bob");
        m.mutable_call()->set_device("box");
        m.mutable_call()->set_kind(pb::KIND_FILES);
        m.mutable_call()->add_endpoints("tls://[2001:db8::7]:4000");
        m.mutable_call()->set_seen_scheme("tls");
        m.mutable_call()->set_seen_port(4000);
    });
    kinds.add("answer", [](auto& m) {
        m.mutable_call_answer()->set_session(id);
        m.mutable_call_answer()->set_take(true);
        m.mutable_call_answer()->add_endpoints("tcp://h:2000");
    });
    kinds.add("cancel", [](auto& m) { m.mutable_call_cancel()->set_session(id); });
    kinds.add("report", [](auto& m) {
        m.mutable_report()->set_session(id);
        m.mutable_report()->set_reason(pb::END_CLOSED);
        m.mutable_report()->set_bytes_in(1000);
        m.mutable_report()->set_bytes_out(UINT64_MAX);
        m.mutable_report()->set_path("direct");
        m.mutable_report()->set_ended_ms(1'700'000'000'000);
    });
    kinds.add("sessions", [](auto& m) { m.mutable_sessions_query()->set_limit(10); });
    kinds.add("logout", [](auto& m) { m.mutable_logout(); });
    kinds.add("window", [](auto& m) { m.mutable_open_window(); });
}

void fill_peer(pb::PeerDescription& peer) {
    peer.set_user("alice");
    peer.set_device("box");
    peer.set_device_id(std::string(16, '\0'));
    peer.set_account_key(key);
    peer.set_device_list(signed_list());
    peer.add_endpoints("tls://192.0.2.7:4000");
    peer.set_same_address(true);
}

void add_server(const Corpus& corpus) {
    const Kinds<pb::ServerMessage> kinds{corpus, "server_message"};
    kinds.add("done", [](auto& m) {
        m.set_reply_to(7);
        m.mutable_done();
    });
    kinds.add("failure", [](auto& m) {
        m.mutable_failure()->set_code(11);
        m.mutable_failure()->set_retry_after_ms(50);
    });
    kinds.add("welcome", [](auto& m) {
        m.mutable_welcome()->set_account_key(key);
        m.mutable_welcome()->set_wrapped_key(std::string(80, 'w'));
        m.mutable_welcome()->set_device_list(signed_list());
        m.mutable_welcome()->set_observed("192.0.2.7");
        m.mutable_welcome()->set_failed_attempts(3);
    });
    kinds.add("users", [](auto& m) {
        auto* user = m.mutable_users()->add_users();
        user->set_name("bob");
        user->set_online(true);
        user->set_since_ms(1'700'000'000'000);
        user->set_account_key(key);
        user->add_devices()->set_name("box");
        user->mutable_devices(0)->add_endpoints("tls://192.0.2.7:4000");
        user->set_device_list(signed_list());
        m.mutable_users()->set_more(true);
    });
    kinds.add("opened", [](auto& m) {
        m.mutable_call_opened()->set_session(id);
        m.mutable_call_opened()->set_ticket(key);
        fill_peer(*m.mutable_call_opened()->mutable_peer());
    });
    kinds.add("incoming", [](auto& m) {
        m.mutable_incoming_call()->set_session(id);
        m.mutable_incoming_call()->set_ticket(key);
        m.mutable_incoming_call()->set_kind(pb::KIND_CHAT);
        fill_peer(*m.mutable_incoming_call()->mutable_peer());
    });
    kinds.add("gone", [](auto& m) { m.mutable_call_gone()->set_session(id); });
    kinds.add("sessions", [](auto& m) {
        auto* one = m.mutable_sessions()->add_sessions();
        one->set_session(id);
        one->set_caller("alice");
        one->set_caller_device("box");
        one->set_callee("bob");
        one->set_callee_device("box");
        one->set_state(pb::SESSION_ENDED);
        one->set_started_ms(1'700'000'000'000);
        one->set_ended_ms(INT64_MAX);
        one->set_reason(pb::END_LOST);
        one->mutable_caller_report()->set_reason(pb::END_CLOSED);
        one->mutable_caller_report()->set_bytes_in(5);
        one->mutable_caller_report()->set_path("direct");
        one->mutable_callee_report()->set_bytes_out(5);
    });
    kinds.add("removed", [](auto& m) { m.mutable_device_removed(); });
}

void add_peer(const Corpus& corpus) {
    const Kinds<pb::PeerMessage> kinds{corpus, "peer_message"};
    kinds.add("chosen", [](auto& m) { m.mutable_link_chosen(); });
    kinds.add("invite", [](auto& m) { m.mutable_invite(); });
    kinds.add("invited", [](auto& m) { m.mutable_invite_answer()->set_accepted(true); });
    kinds.add("text", [](auto& m) {
        m.mutable_text()->set_id(1);
        m.mutable_text()->set_text("hello");
    });
    kinds.add("taken", [](auto& m) { m.mutable_text_taken()->set_id(1); });
    kinds.add("offer", [](auto& m) {
        m.mutable_offer()->set_delivery(1);
        m.mutable_offer()->set_files(2);
        m.mutable_offer()->set_total(300);
        m.mutable_offer()->set_first_name("a.txt");
        m.mutable_offer()->set_update(true);
        m.mutable_offer()->set_dry_run(true);
        m.mutable_offer()->set_remove(true);
    });
    kinds.add("offer-answer", [](auto& m) {
        m.mutable_offer_answer()->set_delivery(1);
        m.mutable_offer_answer()->set_code(8);
        m.mutable_offer_answer()->set_resume(true);
        m.mutable_offer_answer()->set_lanes(31);
    });
    kinds.add("begin", [](auto& m) {
        auto* begin = m.mutable_item_begin();
        begin->set_delivery(1);
        begin->set_item(1);
        begin->set_kind(pb::ITEM_DIR);
        begin->set_name("a.txt");
        begin->set_size(10);
        begin->set_mode(0644);
        begin->set_mtime_ns(-1'500'000'001);
        begin->set_source(id);
        begin->set_target("../x");
        begin->set_keep(true);
        begin->set_from(1 << 20);
        begin->set_checksum("sha256");
        begin->set_whole(true);
        begin->add_exclude("*.o");
        begin->set_stored(4096);
    });
    kinds.add("hole", [](auto& m) {
        m.mutable_item_hole()->set_item(1);
        m.mutable_item_hole()->set_offset(1);
        m.mutable_item_hole()->set_length(1ULL << 40);
    });
    kinds.add("chunks", [](auto& m) {
        m.mutable_item_chunks()->set_item(1);
        m.mutable_item_chunks()->set_first(1);
        m.mutable_item_chunks()->set_hashes(key);
    });
    kinds.add("ask", [](auto& m) {
        m.mutable_ask()->set_ask(1);
        m.mutable_ask()->set_kind(pb::ITEM_FILE);
        m.mutable_ask()->set_name("a.txt");
        m.mutable_ask()->set_size(10);
        m.mutable_ask()->set_mtime_ns(INT64_MIN);
        m.mutable_ask()->set_source(id);
        m.mutable_ask()->set_digest("xxh3-1m:00");
        m.mutable_ask()->add_exclude("b");
    });
    kinds.add("ask-answer", [](auto& m) {
        m.mutable_ask_answer()->set_ask(1);
        m.mutable_ask_answer()->set_keep(true);
        m.mutable_ask_answer()->set_from(1 << 20);
        m.mutable_ask_answer()->set_digest("xxh3-1m:00");
    });
    kinds.add("end", [](auto& m) {
        m.mutable_item_end()->set_item(1);
        m.mutable_item_end()->set_size(10);
        m.mutable_item_end()->set_digest("xxh3-1m:00");
        m.mutable_item_end()->set_code(16);
        m.mutable_item_end()->set_checksum("sha256:00");
    });
    kinds.add("result", [](auto& m) {
        m.mutable_item_result()->set_item(1);
        m.mutable_item_result()->set_skipped(true);
    });
    kinds.add("delivery-end", [](auto& m) {
        m.mutable_delivery_end()->set_delivery(1);
        m.mutable_delivery_end()->set_whole(true);
    });
    kinds.add("delivery-result", [](auto& m) {
        m.mutable_delivery_result()->set_delivery(1);
        m.mutable_delivery_result()->set_removed(3);
    });
    kinds.add("code-share", [](auto& m) {
        m.mutable_code_share()->set_share(key);
        m.mutable_code_share()->set_proof(key + key);
    });
    kinds.add("code-proof", [](auto& m) { m.mutable_code_proof()->set_proof(key + key); });
    kinds.add("close", [](auto& m) { m.mutable_close(); });
    kinds.add("bulk", [](auto& m) { m.mutable_open_bulk(); });
    kinds.add("lane", [](auto& m) { m.mutable_lane()->set_delivery(1); });
    kinds.add("batch", [](auto& m) {
        m.mutable_batch()->set_number(1);
        m.mutable_batch()->set_size(500);
    });
}

void add_frames(const Corpus& corpus) {
    const auto with_phase = [](char phase, const Bytes& frame) { return phase + wire::to_string(frame); };
    const Bytes body(64, std::byte{7});
    for (const char phase : {'\0', '\1', '\2'}) {
        for (unsigned type = 0; type <= 8; ++type) {
            const auto name = std::to_string(static_cast<int>(phase)) + "-" + std::to_string(type);
            corpus.add("frame", name,
                       with_phase(phase, wire::make_frame(static_cast<wire::FrameType>(type), body)));
        }
    }
    corpus.add("frame", "beat", with_phase('\2', wire::make_frame(wire::FrameType::beat, Bytes(1))));
    corpus.add("frame", "long", std::string{"\2\xff\xff\xff\xff\6", 6});
}

}  // namespace

void add_message_seeds(const Corpus& corpus) {
    add_frames(corpus);
    add_hello(corpus);
    add_client(corpus);
    add_server(corpus);
    add_peer(corpus);
}

}  // namespace p2pc::fuzz
