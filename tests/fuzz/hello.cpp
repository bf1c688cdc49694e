// A hello, before anything is proven, and a refusal.
#include "fuzz/message.hpp"

using namespace p2pc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = fuzz::text_of(data, size);
    fuzz::strictly(body, wire::parse_hello);
    const auto refusal = fuzz::strictly(body, wire::parse_refusal);
    if (refusal) {
        const Errc code = wire::code_from(refusal->code());
        MUST(public_sentence(code) != "unknown error");
        MUST(wire::code_to(code) == refusal->code() || code == Errc::internal);
    }
    return 0;
}
