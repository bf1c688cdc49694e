// URLs and endpoints: what is accepted means the same when it is written again.
#include "model/url.hpp"

#include "fuzz/fuzz.hpp"

using namespace p2pc;

namespace {

bool plain(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}
// An error is a line for a terminal.
void check_error(const Error& error) {
    MUST(std::ranges::all_of(error.detail(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; }));
    MUST(error.detail().size() < 200);
}

void check_server(std::string_view text) {
    const auto url = model::ServerUrl::parse(text);
    if (!url) return check_error(url.error());
    MUST(plain(url->text()) && plain(url->host()) && !url->host().empty());
    MUST(url->port() != 0 || url->host().front() == '/');
    auto again_text = url->text();
    if (url->key()) again_text += "#" + model::fingerprint(*url->key());
    const auto again = model::ServerUrl::parse(again_text);
    MUST(again.ok());
    MUST(again->scheme() == url->scheme() && again->host() == url->host());
    MUST(again->port() == url->port() && again->key() == url->key());
}

void check_listen(std::string_view text) {
    const auto url = model::ListenUrl::parse(text, "tls", 9876);
    if (!url) return check_error(url.error());
    MUST(plain(url->text()));
    const auto again = model::ListenUrl::parse(url->text(), "tcp", 1);
    MUST(again.ok() && again->text() == url->text());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check_server(text);
    check_listen(text);
    const auto endpoint = model::Endpoint::parse(text);
    if (endpoint) MUST(endpoint->text() == text && text.size() <= 200 && plain(text));
    return 0;
}
