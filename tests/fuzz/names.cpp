// Names, ids and the encodings of bytes as text: one text for one value.
#include "model/names.hpp"

#include "base/encoding.hpp"
#include "fuzz/fuzz.hpp"
#include "model/ids.hpp"

using namespace p2pc;

namespace {

// [a-z0-9][a-z0-9._-]{0,31}
bool fits(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= 32 && letter(text[0]) &&
           std::ranges::all_of(text, [&](char c) { return letter(c) || c == '.' || c == '_' || c == '-'; });
}

template <class From, class To>
void check_encoding(std::string_view text, From from, To to) {
    const auto bytes = from(text);
    if (bytes) MUST(to(*bytes) == text);
    const auto back = from(to(as_bytes(text)));
    MUST(back.ok() && as_text(*back) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto user = model::UserName::parse(text);
    MUST(user.ok() == fits(text));
    MUST(user ? user->text() == text : user.error().code() == Errc::usage);
    MUST(fits(model::cleaned_device_name(text).text()));
    MUST(!fits(text) || model::cleaned_device_name(text).text() == text);
    const auto peer = model::PeerName::parse(text);
    const auto slash = text.find('/');
    const bool is_peer = slash == std::string_view::npos
                             ? fits(text)
                             : fits(text.substr(0, slash)) && fits(text.substr(slash + 1));
    MUST(peer.ok() == is_peer);
    if (peer) MUST(peer->text() == text);

    check_encoding(text, base::from_hex, base::to_hex);
    check_encoding(text, base::from_base32, base::to_base32);
    check_encoding(text, base::from_base64, base::to_base64);
    const auto key = model::parse_fingerprint(text);
    if (key) MUST(model::fingerprint(*key) == text);
    const auto session = model::parse_session_id(text);
    if (session) MUST(model::id_text(*session) == text);
    return 0;
}
