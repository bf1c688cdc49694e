// What the other end of a session says, and what is made of its items.
#include "fuzz/message.hpp"
#include "peer/item_message.hpp"

using namespace p2pc;

namespace {

void check_entry(const transfer::Entry& entry) {
    // Both ways lead to the same entry.
    wire::pb::ItemBegin begin;
    peer::put_entry(begin, entry);
    const auto again = peer::entry_of(begin);
    MUST(again.ok());
    MUST(again->kind() == entry.kind() && again->name() == entry.name() && again->size() == entry.size());
    // Some times that can be said are further from 1970 than those that are sent.
    const bool near = entry.mtime() && std::abs(entry.mtime()->seconds) < 9'000'000'000;
    MUST(again->mode() == entry.mode() && (!near || again->mtime() == entry.mtime()));
    MUST(again->target() == entry.target() && again->source() == entry.source());
    MUST(again->stored() == entry.stored() && again->from() == entry.from());
    MUST(again->checksum() == entry.checksum());
    if (entry.mtime()) MUST(entry.mtime()->nanoseconds < 1'000'000'000);
}

void check_code(std::uint32_t code) {
    const Errc said = peer::from_receiver(code);
    MUST(said != Errc::local_io && said != Errc::in_use && said != Errc::corrupt && said != Errc::usage);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = fuzz::strictly(fuzz::text_of(data, size), wire::parse_peer);
    if (!message) return 0;
    if (message->has_item_begin()) {
        const auto entry = peer::entry_of(message->item_begin());
        MUST(entry.ok() || entry.error().code() == Errc::unsupported);
        if (entry) check_entry(*entry);
    }
    if (message->has_ask()) {
        const auto entry = peer::entry_of(message->ask());
        MUST(entry.ok() || entry.error().code() == Errc::unsupported);
        if (entry) check_entry(*entry);
    }
    check_code(message->item_result().code());
    check_code(message->offer_answer().code());
    return 0;
}
