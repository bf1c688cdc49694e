// A hello, before anything is proven, and a refusal.
#include "fuzz/cost.hpp"
#include "fuzz/message.hpp"

using namespace p2pc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = fuzz::text_of(data, size);
    {
        // From a stranger: what is made of it costs little more than its bytes (docs/protocol.md, "Frames").
        const fuzz::Cost cost;
        const auto hello = wire::parse_hello(as_bytes(body));
        if (body.size() < wire::max_opening) MUST(cost.most() <= 4 * body.size() + 16 * 1024);
    }
    fuzz::strictly(body, wire::parse_hello);
    const auto refusal = fuzz::strictly(body, wire::parse_refusal);
    if (refusal) {
        const Errc code = wire::code_from(refusal->code());
        MUST(public_sentence(code) != "unknown error");
        MUST(wire::code_to(code) == refusal->code() || code == Errc::internal);
    }
    return 0;
}
