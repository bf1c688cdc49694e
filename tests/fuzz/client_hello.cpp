// The first bytes of a stranger on a TLS port, judged before anything is spent on them.
#include "tls/client_hello.hpp"

#include "fuzz/fuzz.hpp"

using namespace p2pc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto all = as_bytes(fuzz::text_of(data, size));
    // As they come, byte by byte: once decided it stays so.
    auto before = tls::Hello::incomplete;
    std::size_t decided = 0;
    for (std::size_t have = 0; have <= all.size(); ++have) {
        const auto now = tls::check_client_hello(all.first(have));
        if (before != tls::Hello::incomplete) {
            MUST(now == before);
        } else if (now != before) {
            decided = have;
        }
        before = now;
        // What follows a hello is not looked at.
        if (before != tls::Hello::incomplete && have > decided + 16) break;
    }
    if (before == tls::Hello::incomplete) MUST(all.size() < tls::max_client_hello);
    if (before == tls::Hello::complete) MUST(decided <= tls::max_client_hello && decided >= 44);
    return 0;
}
