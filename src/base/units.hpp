// Units: durations and sizes as people write and read them.
//
//   DURATION   whole numbers with ms, s, m, h, d, summed: "1h30m", "500ms"; bare is seconds: "90"
//   SIZE       whole bytes; K M G T are 1024^n, kB MB GB TB are 1000^n
//   RATE       a SIZE a second
// No sign, no fraction, no space. What does not parse or does not fit is Errc::usage, quoting the text.
#pragma once

#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <p2pc/base/time.hpp>
#include <string>
#include <string_view>

namespace p2pc::base {

Result<Duration> parse_duration(std::string_view text);
Result<ByteCount> parse_size(std::string_view text);

// "0 B", "1023 B", "1.0 KiB", "12.3 MiB", "512 GiB": rounded, never more than four characters of number.
std::string format_size(ByteCount size);
// "12.3 MiB/s"
std::string format_rate(ByteCount per_second);
// "0s", "350ms", "59s", "1m05s", "2h03m", "3d04h": the two largest units; negative is "0s".
std::string format_duration(Duration span);

}  // namespace p2pc::base
