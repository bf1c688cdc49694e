// SIZE, DURATION and RATE as people write and read them, against plain arithmetic.
#include "base/units.hpp"

#include "base/unicode.hpp"
#include "fuzz/fuzz.hpp"

using namespace p2pc;

namespace {

__extension__ typedef unsigned __int128 Wide;  // neither overflows it nor has ISO C++ a name for it

// The sum of NUMBER UNIT pairs, saturated; nothing where the text is no such sum.
template <class UnitOf>
bool sum(std::string_view text, bool several, UnitOf unit_of, Wide& total) {
    constexpr Wide far = Wide{1} << 80;  // times the largest unit it still fits
    bool first = true;
    if (text.empty()) return false;
    while (!text.empty()) {
        if (!first && !several) return false;
        const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
        if (digits == 0) return false;
        Wide number = 0;
        for (const char c : text.substr(0, digits))
            number = std::min(far, number * 10 + static_cast<Wide>(c - '0'));
        text.remove_prefix(digits);
        const auto unit = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
        text.remove_prefix(unit.size());
        const Wide factor = unit_of(unit, first && text.empty());
        if (factor == 0) return false;
        total = std::min(far, total + number * factor);
        first = false;
    }
    return true;
}

Wide span_of(std::string_view unit, bool alone) {
    const Wide ms = 1'000'000;
    if (unit == "ms") return ms;
    if (unit == "s" || (unit.empty() && alone)) return 1000 * ms;
    if (unit == "m") return 60'000 * ms;
    if (unit == "h") return 3'600'000 * ms;
    return unit == "d" ? 86'400'000 * ms : 0;
}

Wide bytes_of(std::string_view unit, bool) {
    if (unit.empty()) return 1;
    const bool thousand = unit.size() == 2 && unit[1] == 'B';
    if (unit.size() != 1 && !thousand) return 0;
    const auto power = std::string_view{thousand ? "kMGT" : "KMGT"}.find(unit[0]);
    if (power == std::string_view::npos) return 0;
    Wide factor = 1;
    for (std::size_t i = 0; i <= power; ++i)
        factor *= thousand ? 1000 : 1024;
    return factor;
}

void check_error(const Error& error) {
    MUST(error.code() == Errc::usage);
    MUST(error.detail().size() < 512);
    for (std::string_view rest = error.detail(); !rest.empty();) {
        const auto next = base::decode_utf8(rest);
        MUST(next.valid && base::is_printable(next.code));
        rest.remove_prefix(next.bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    Wide expected = 0;
    const bool is_span = sum(text, true, span_of, expected) && expected <= INT64_MAX;
    const auto span = base::parse_duration(text);
    MUST(span.ok() == is_span);
    if (span) {
        MUST(span->count() >= 0 && static_cast<Wide>(span->count()) == expected);
    } else {
        check_error(span.error());
    }
    expected = 0;
    const bool is_size = sum(text, false, bytes_of, expected) && expected <= UINT64_MAX;
    const auto bytes = base::parse_size(text);
    MUST(bytes.ok() == is_size);
    if (bytes) {
        MUST(bytes->value() == expected);
    } else {
        check_error(bytes.error());
    }
    fuzz::Input input{data, size};
    const auto number = input.number<std::uint64_t>();
    const std::string shown = base::format_size(ByteCount{number});
    MUST(shown.find(' ') <= 4 && shown.size() <= 8);
    MUST(base::format_duration(Duration{static_cast<std::int64_t>(number)}).size() <= 12);
    return 0;
}
