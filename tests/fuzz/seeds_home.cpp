// Seeds of the targets that read the files of a home, device lists and the block of a plugin.
#include "base/encoding.hpp"
#include "fuzz/seeds.hpp"
#include "home/record.hpp"
#include "identity/device_list.hpp"
#include "p2pc/plugin/plugin.hpp"

namespace p2pc::fuzz {
namespace {

using namespace std::string_literals;

const Bytes key(32, std::byte{0x22});
const Bytes id(16, std::byte{0x11});

identity::DeviceList list(std::size_t devices) {
    std::vector<identity::Device> made;
    for (std::size_t i = 1; i <= devices; ++i) {
        ByteArray<16> number{};
        number[0] = static_cast<std::byte>(i);
        ByteArray<32> of{};
        of[0] = static_cast<std::byte>(i);
        made.emplace_back(model::DeviceId{number}, *model::DeviceName::parse("box" + std::to_string(i)),
                          model::PublicKey{of});
    }
    return *identity::DeviceList::make(*model::UserName::parse("alice"), model::PublicKey{}, 3,
                                       std::move(made));
}

void add_lists(const Corpus& corpus, const crypto::SigningKey& account) {
    for (const std::size_t devices : {1, 2, 32}) {
        // Unsigned: the target signs it.
        const Bytes bytes = list(devices).sign(account);
        const std::string text{as_text(BytesView{bytes}.first(bytes.size() - 64))};
        corpus.add("device_list", "signed-" + std::to_string(devices), "\x01"s + text);
        corpus.add("device_list", "whole-" + std::to_string(devices), "\x00"s + std::string{as_text(bytes)});
    }
}

void add_files(const Corpus& corpus, const crypto::SigningKey& account) {
    home::Record login{"login"};
    login.text("server", "tls://localhost:9876")
        .bytes("founding_key", Bytes(32))
        .text("user", "alice")
        .bytes("account_key", account.public_key())
        .bytes("device_id", BytesView{list(1).devices()[0].id.view()})
        .bytes("device_list", list(1).sign(account));
    corpus.add("state_file", "login", "\x00\x01"s + login.encode());
    home::Record registration{"registration"};
    registration.text("server", "tls://localhost:9876")
        .bytes("founding_key", key)
        .text("user", "alice")
        .bytes("device_id", id)
        .text("device", "box")
        .seed("account_seed", account)
        .seed("device_seed", account);
    corpus.add("state_file", "registration", "\x01\x01"s + registration.encode());
    home::Record pin{"pin"};
    pin.text("user", "bob")
        .bytes("founding_key", key)
        .bytes("account_key", key)
        .number("serial", 3)
        .yes_no("verified", true)
        .time("first_seen", WallTime{std::chrono::milliseconds{1'700'000'000'000}});
    corpus.add("state_file", "pins", "\x02\x01"s + pin.encode() + pin.encode());
    home::Record report{"report"};
    report.bytes("session", id)
        .bytes("device_id", id)
        .text("reason", "closed")
        .number("bytes_in", 5)
        .number("bytes_out", 7)
        .text("path", "direct")
        .time("ended", WallTime{std::chrono::milliseconds{1'700'000'000'000}});
    corpus.add("state_file", "reports", "\x03\x01"s + report.encode());
    corpus.add("state_file", "placed",
               "\x04\x01"
               "key " +
                   base::to_hex(as_bytes("in/a b")) + "\nnothing 2f\ncut");
    corpus.add("state_file", "key", "\x00\x01key seed="s + base::to_base32(key) + "\n");
    corpus.add("state_file", "escaped", "\x03\x01report path=%20%25%ff\n"s);
    corpus.add("state_file", "no-checksum", "\x02\x00p2pc pins 1\npin\nend x\n"s);
}

void add_plugin(const Corpus& corpus) {
    const auto magic = plugin::make_magic("tls", nullptr);
    const std::string block{reinterpret_cast<const char*>(&magic), sizeof magic};
    corpus.add("plugin_magic", "ours", "\x00\x03tls"s + block);
    corpus.add("plugin_magic", "short", "\x00\x03tls"s + block.substr(0, 20));
    corpus.add("plugin_magic", "long", "\x00\x03tls"s + block + "x");
    corpus.add("plugin_magic", "changed", "\x01\x03tls\x00\x08\x07\x00"s);
    corpus.add("plugin_magic", "cut", "\x02\x03tcp\x00\x00\x00\x00\x00\x00"s);
    corpus.add("plugin_magic", "right", "\x03\x03tls"s);
    corpus.add("plugin_magic", "scheme",
               "\x03\x05"
               "a+b-c"s);
}

}  // namespace

void add_home_seeds(const Corpus& corpus) {
    crypto::SeededRandom random{1};
    const auto account = crypto::SigningKey::generate(random);
    add_lists(corpus, account);
    add_files(corpus, account);
    add_plugin(corpus);
}

}  // namespace p2pc::fuzz
