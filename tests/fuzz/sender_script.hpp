// A sender's side of a delivery, played by an input: items, trees, holes, questions, data of any place,
// digests right and wrong, and frames that nobody expects.
#pragma once

#include <iterator>
#include <map>

#include "channel/channel.hpp"
#include "crypto/digest.hpp"
#include "fuzz/fuzz.hpp"
#include "io/virtual_loop.hpp"
#include "wire/message.hpp"

namespace p2pc::fuzz {

using namespace std::chrono_literals;
using wire::pb::PeerMessage;

// Of an item that is under way: what a receiver must have of it in the end.
class Sent {
  public:
    std::string name;
    std::string content;
    bool plain = true;  // nothing of it was sent that must not be
};

class SenderScript {
  public:
    SenderScript(Input& input, io::VirtualLoop& loop, channel::Channel& link)
        : input_(input), loop_(loop), link_(link) {}

    void step() {
        switch (input_.below(16)) {
            case 0:
            case 1:
                return begin(wire::pb::ITEM_FILE);
            case 2:
            case 3:
                return begin(wire::pb::ITEM_DIR);
            case 4:
                return begin(wire::pb::ITEM_LINK);
            case 5:
            case 6:
                return begin(wire::pb::ITEM_UP);
            case 7:
                return begin(wire::pb::ITEM_STREAM);
            case 8:
            case 9:
                return data();
            case 10:
                return hole();
            case 11:
            case 12:
                return end();
            case 13:
                return ask();
            case 14:
                loop_.run_for(1ms * input_.byte());
                return;
            case 15:
                odd();
                return;
        }
    }

    void say_end() {
        PeerMessage message;
        message.mutable_delivery_end()->set_delivery(1);
        message.mutable_delivery_end()->set_whole(input_.below(2) == 1);
        say(message);
    }

    // Items that were sent as they should be, by number.
    const std::map<std::uint32_t, Sent>& whole() const noexcept { return whole_; }

  private:
    void say(const Bytes& frame) { static_cast<void>(link_.send(frame)); }
    void say(const PeerMessage& message) { say(wire::frame(message)); }

    std::string name() {
        static constexpr std::string_view known[] = {
            "a",   "b",    "there", "tree", "deep",   "out",      "..",    "out/x",   ".p2pc-partial",
            ".rc", "a\nb", "x",     "",     "tree/a", "sentinel", "x (2)", "\xff\xfe"};
        const auto which = input_.byte();
        if (which < std::size(known)) return std::string{known[which]};
        return which < 128 ? std::string(1, static_cast<char>('a' + which % 4)) : std::string{input_.piece()};
    }

    void begin(wire::pb::ItemKind kind) {
        PeerMessage message;
        auto& begin = *message.mutable_item_begin();
        begin.set_delivery(1);
        begin.set_item(last_item_ + 1);
        begin.set_kind(kind);
        begin.set_mode(input_.number<std::uint16_t>());
        if (kind != wire::pb::ITEM_UP) begin.set_name(name());
        if (kind == wire::pb::ITEM_FILE) begin.set_size(input_.byte());
        if (kind == wire::pb::ITEM_LINK) begin.set_target(input_.below(2) == 0 ? "../outside" : name());
        auto odd = input_.byte();
        sent_.plain = true;
        if (odd >= 240) {
            sent_.plain = false;
            if (odd == 240) begin.set_item(input_.number<std::uint32_t>());
            if (odd == 241) begin.set_size(input_.number<std::uint64_t>());
            if (odd == 242) begin.set_from(input_.number<std::uint64_t>());
            if (odd == 243) begin.set_keep(true);
            if (odd == 244) begin.set_checksum(std::string{input_.piece()});
            if (odd == 245) begin.set_stored(input_.number<std::uint64_t>());
            if (odd == 246) begin.set_mtime_ns(input_.number<std::int64_t>());
            if (odd == 247) begin.set_target(name());
            if (odd == 248) begin.set_source(std::string{input_.take(16)});
            if (odd == 249) begin.add_exclude(std::string{input_.piece()});
            if (odd == 250) begin.set_delivery(input_.byte());
            if (odd == 251) begin.set_kind(static_cast<wire::pb::ItemKind>(input_.below(8)));
        }
        if (kind == wire::pb::ITEM_UP) begin.set_whole(odd % 2 == 0);
        last_item_ = begin.item();
        sent_.name = begin.name();
        sent_.content.clear();
        say(message);
    }

    void data() {
        const std::size_t size = 1U + input_.byte();
        const auto odd = input_.byte();
        const std::uint64_t offset = odd < 250 ? sent_.content.size() : input_.number<std::uint64_t>();
        const std::uint32_t item = odd == 249 ? input_.number<std::uint32_t>() : last_item_;
        const std::string bytes(size, static_cast<char>('A' + odd % 26));
        const auto header = wire::make_data_header(item, offset, static_cast<std::uint32_t>(size));
        Bytes frame{header.begin(), header.end()};
        append(frame, as_bytes(bytes));
        sent_.content += bytes;
        if (odd >= 249) sent_.plain = false;
        say(frame);
    }

    void hole() {
        PeerMessage message;
        const auto odd = input_.byte();
        message.mutable_item_hole()->set_item(last_item_);
        message.mutable_item_hole()->set_offset(odd < 250 ? sent_.content.size()
                                                          : input_.number<std::uint64_t>());
        const std::uint64_t length = odd < 240 ? odd : input_.number<std::uint64_t>();
        message.mutable_item_hole()->set_length(length);
        if (odd < 240) {
            sent_.content.append(length, '\0');
        } else {
            sent_.plain = false;
        }
        say(message);
    }

    void end() {
        PeerMessage message;
        auto& end = *message.mutable_item_end();
        crypto::ChunkedDigest digest;
        digest.update(as_bytes(sent_.content));
        end.set_item(last_item_);
        end.set_size(sent_.content.size());
        end.set_digest(digest.finish());
        const auto odd = input_.byte();
        if (odd == 250) end.set_size(input_.number<std::uint64_t>());
        if (odd == 251) end.set_digest(base_text(input_.piece()));
        if (odd == 252) end.set_code(input_.number<std::uint32_t>());
        if (odd == 253) end.set_checksum(base_text(input_.piece()));
        if (odd == 254) end.set_item(input_.number<std::uint32_t>());
        if (odd < 250 && sent_.plain) whole_[last_item_] = sent_;
        say(message);
    }

    static std::string base_text(std::string_view text) {
        std::string out;
        for (const char c : text)
            out.push_back(static_cast<char>(c & 0x7f));
        return out;
    }

    void ask() {
        PeerMessage message;
        auto& ask = *message.mutable_ask();
        const auto odd = input_.byte();
        ask.set_ask(odd < 250 ? ++last_ask_ : input_.number<std::uint32_t>());
        ask.set_kind(static_cast<wire::pb::ItemKind>(1 + odd % 6));
        if (ask.kind() != wire::pb::ITEM_UP) ask.set_name(name());
        if (ask.kind() == wire::pb::ITEM_FILE) ask.set_size(odd < 240 ? odd : input_.number<std::uint64_t>());
        if (ask.kind() == wire::pb::ITEM_LINK) ask.set_target(name());
        if (odd % 3 == 0) ask.set_mtime_ns(input_.number<std::int64_t>());
        if (odd % 5 == 0) ask.set_source(std::string{input_.take(16)});
        if (odd % 7 == 0) ask.set_whole(true);
        if (odd % 11 == 0) ask.add_exclude(std::string{input_.piece()});
        say(message);
    }

    void odd() {
        const auto which = input_.below(8);
        PeerMessage message;
        if (which == 0)
            say(wire::make_frame(static_cast<wire::FrameType>(input_.below(9)), as_bytes(input_.piece())));
        if (which == 1) {
            const auto bytes = as_bytes(input_.piece());
            say(Bytes{bytes.begin(), bytes.end()});
        }
        if (which == 2) say_end();
        if (which == 3) message.mutable_batch()->set_number(input_.byte());
        if (which == 3) message.mutable_batch()->set_size(input_.number<std::uint16_t>());
        if (which == 4) message.mutable_close();
        if (which == 5) message.mutable_lane()->set_delivery(input_.byte());
        if (which == 6) message.mutable_item_chunks()->set_hashes(std::string{input_.piece()});
        if (which == 7) loop_.run_for(1s * input_.byte());
        if (message.body_case() != PeerMessage::BODY_NOT_SET) say(message);
        sent_.plain = false;
    }

    Input& input_;
    io::VirtualLoop& loop_;
    channel::Channel& link_;
    std::uint32_t last_item_ = 0, last_ask_ = 0;
    Sent sent_;
    std::map<std::uint32_t, Sent> whole_;
};

}  // namespace p2pc::fuzz
