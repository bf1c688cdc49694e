// Names of received items, targets of links and patterns, all of them a stranger's.
#include "base/unicode.hpp"
#include "fuzz/fuzz.hpp"
#include "transfer/names.hpp"
#include "transfer/patterns.hpp"

using namespace p2pc;
using transfer::AnyNames;

namespace {

bool is_component(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.size() <= 255 && base::is_valid_utf8(name) &&
           name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

bool has_control(std::string_view name) {
    while (!name.empty()) {
        const auto next = base::decode_utf8(name);
        if (next.code < 0x20 || (next.code >= 0x7f && next.code < 0xa0)) return true;
        name.remove_prefix(next.bytes);
    }
    return false;
}

void check_clean(std::string_view name) {
    for (const auto any : {AnyNames::no, AnyNames::yes}) {
        const auto clean = transfer::clean_top_level(name, any);
        MUST(clean.ok() == transfer::check_component(name).ok());
        if (!clean) continue;
        MUST(is_component(*clean) && is_component(name));
        MUST(transfer::check_component(*clean).ok());
        if (any == AnyNames::yes) {
            MUST(*clean == name);
            continue;
        }
        MUST(clean->front() != '.' && clean->front() != '-' && !has_control(*clean));
        // What is clean stays as it is, and so does its second name.
        MUST(*transfer::clean_top_level(*clean, AnyNames::no) == *clean);
        for (const auto what : {transfer::Named::file, transfer::Named::folder}) {
            for (const unsigned n : {2U, 10U, 4'000'000'000U}) {
                const auto other = transfer::numbered(*clean, n, what);
                MUST(other != *clean && transfer::check_component(other).ok());
                MUST(*transfer::clean_top_level(other, AnyNames::no) == other);
            }
        }
    }
    const bool below = transfer::check_below_top(name, AnyNames::no).ok();
    MUST(!below || (is_component(name) && !has_control(name)));
}

// Where `target` leads to from `depth` folders below the top; -1: out of it.
int height(std::string_view target, int depth) {
    while (!target.empty()) {
        const auto name = target.substr(0, target.find('/'));
        target.remove_prefix(std::min(name.size() + 1, target.size()));
        if (name.empty() || name == ".") continue;
        depth += name == ".." ? -1 : 1;
        if (depth < 0) return -1;
    }
    return depth;
}

void check_target(std::string_view target, std::size_t depth) {
    for (const auto any : {AnyNames::no, AnyNames::yes}) {
        if (!transfer::check_link_target(target, depth, any)) continue;
        MUST(!target.empty() && target.front() != '/');
        MUST(target.find('\0') == std::string_view::npos);
        MUST(height(target, static_cast<int>(depth)) >= 0);
    }
}

void check_patterns(std::string_view lines, std::string_view path) {
    transfer::Patterns patterns;
    patterns.add_lines(lines);
    transfer::Patterns again;
    for (const auto& line : patterns.lines())
        again.add(line);
    MUST(again.lines() == patterns.lines());
    for (const auto folder : {transfer::IsFolder::no, transfer::IsFolder::yes}) {
        const auto verdict = patterns.judge(path, folder);
        MUST(again.judge(path, folder) == verdict);
        MUST(!patterns.empty() || verdict == transfer::Patterns::Verdict::none);
        static_cast<void>(patterns.judge_name(path, folder));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input{data, size};
    const std::size_t depth = input.below(34);
    const auto name = input.piece();
    const auto rest = input.rest();
    check_clean(name);
    check_clean(rest);
    check_target(rest, depth);
    check_patterns(rest, name);
    return 0;
}
