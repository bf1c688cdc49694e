#include "transfer/patterns.hpp"

#include <algorithm>
#include <cctype>

namespace p2pc::transfer {
namespace {

bool in_class(std::string_view name, int c) {
    if (name == "alnum") return std::isalnum(c) != 0;
    if (name == "alpha") return std::isalpha(c) != 0;
    if (name == "blank") return c == ' ' || c == '\t';
    if (name == "cntrl") return std::iscntrl(c) != 0;
    if (name == "digit") return std::isdigit(c) != 0;
    if (name == "graph") return std::isgraph(c) != 0;
    if (name == "lower") return std::islower(c) != 0;
    if (name == "print") return std::isprint(c) != 0;
    if (name == "punct") return std::ispunct(c) != 0;
    if (name == "space") return std::isspace(c) != 0;
    if (name == "upper") return std::isupper(c) != 0;
    if (name == "xdigit") return std::isxdigit(c) != 0;
    return false;
}

// Trailing blanks do not count, unless a backslash stands before the last of them.
std::string_view trimmed(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (line.ends_with(' ') && !line.ends_with("\\ "))
        line.remove_suffix(1);
    return line;
}

}  // namespace

std::optional<Pattern> Pattern::parse(std::string_view line) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return std::nullopt;
    Pattern made;
    if (line.front() == '!') {
        made.negated_ = true;
        line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
        made.only_folders_ = true;
        line.remove_suffix(1);
    }
    made.anchored_ = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) return std::nullopt;
    made.compile(line);
    return made;
}

void Pattern::compile(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto rest = text.substr(at);
        const bool at_start = at == 0 || text[at - 1] == '/';
        if (rest.starts_with("**/") && at_start) {
            tokens_.push_back({Kind::folders});
            tokens_.push_back({Kind::within});
            at += 3;
        } else if (rest == "**" && at > 0 && at_start) {
            tokens_.push_back({Kind::one});  // what is in the folder, not the folder
            tokens_.push_back({Kind::rest});
            at += 2;
        } else if (rest.front() == '*') {
            // Several of them are one.
            if (tokens_.empty() || tokens_.back().kind != Kind::star) tokens_.push_back({Kind::star});
            ++at;
        } else if (rest.front() == '?') {
            tokens_.push_back({Kind::one});
            ++at;
        } else if (rest.front() == '[') {
            const auto length = add_set(rest);
            if (!length) {
                never_ = true;
                return;
            }
            tokens_.push_back({Kind::set, 0, sets_.size() - 1});
            at += *length;
        } else {
            if (rest.front() == '\\') {
                ++at;
                if (at == text.size()) {
                    never_ = true;
                    return;
                }
            }
            tokens_.push_back({Kind::byte, text[at]});
            literal_.push_back(text[at]);
            ++at;
        }
    }
    plain_ = literal_.size() == tokens_.size();
}

// The set at the start of `text`, and how long it is written; nullopt: it has no end.
std::optional<std::size_t> Pattern::add_set(std::string_view text) {
    std::bitset<256> set;
    std::size_t at = 1;
    const bool inverted = at < text.size() && (text[at] == '!' || text[at] == '^');
    if (inverted) ++at;
    for (bool first = true;; first = false) {
        if (at >= text.size()) return std::nullopt;
        if (text[at] == ']' && !first) break;
        if (text.substr(at).starts_with("[:")) {
            const auto end = text.find(":]", at + 2);
            if (end == std::string_view::npos) return std::nullopt;
            const auto name = text.substr(at + 2, end - at - 2);
            for (int c = 0; c < 128; ++c)
                if (in_class(name, c)) set.set(static_cast<std::size_t>(c));
            at = end + 2;
            continue;
        }
        if (text[at] == '\\' && ++at >= text.size()) return std::nullopt;
        const auto low = static_cast<unsigned char>(text[at++]);
        auto high = low;
        if (at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']') {
            ++at;
            if (text[at] == '\\' && ++at >= text.size()) return std::nullopt;
            high = static_cast<unsigned char>(text[at++]);
        }
        for (unsigned c = low; c <= high; ++c)
            set.set(c);
    }
    if (inverted) set.flip();
    set.reset('/');
    sets_.push_back(set);
    return at + 1;
}

bool Pattern::takes(const Token& token, unsigned char c) const {
    switch (token.kind) {
        case Kind::byte:
            return static_cast<unsigned char>(token.byte) == c;
        case Kind::one:
        case Kind::star:
            return c != '/';
        case Kind::set:
            return sets_[token.set].test(c);
        case Kind::within:
        case Kind::rest:
            return true;
        case Kind::folders:
            return false;
    }
    return false;
}

// All ways through the tokens at once: place k is "the first k tokens have matched".
bool Pattern::run(std::string_view text) const {
    const std::size_t count = tokens_.size();
    std::vector<bool> now(count + 1), next(count + 1);
    // Whoever arrives before a token that may match nothing stands behind it, too.
    const auto arrive = [&](std::vector<bool>& places, std::size_t k) {
        while (true) {
            places[k] = true;
            if (k == count) return;
            const auto kind = tokens_[k].kind;
            if (kind == Kind::folders) {
                places[k + 1] = true;  // within them
                k += 2;                // or past them, being none
            } else if (kind == Kind::star || kind == Kind::rest) {
                ++k;
            } else {
                return;
            }
        }
    };
    arrive(now, 0);
    for (const char byte : text) {
        const auto c = static_cast<unsigned char>(byte);
        std::fill(next.begin(), next.end(), false);
        for (std::size_t k = 0; k < count; ++k) {
            if (!now[k] || !takes(tokens_[k], c)) continue;
            switch (tokens_[k].kind) {
                case Kind::star:
                case Kind::rest:
                    arrive(next, k);
                    break;
                case Kind::within:
                    next[k] = true;
                    if (c == '/') arrive(next, k + 1);
                    break;
                default:
                    arrive(next, k + 1);
            }
        }
        now.swap(next);
    }
    return now[count];
}

bool Pattern::matches(std::string_view path, IsFolder folder) const {
    if (never_ || (only_folders_ && folder == IsFolder::no)) return false;
    if (!anchored_) path = path.substr(path.rfind('/') + 1);
    return plain_ ? path == literal_ : run(path);
}

void Patterns::add(std::string_view line) {
    auto pattern = Pattern::parse(line);
    if (!pattern) return;
    patterns_.push_back(std::move(*pattern));
    lines_.emplace_back(line);
}

void Patterns::add_lines(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        add(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Patterns::Verdict Patterns::judge(std::string_view path, IsFolder folder) const {
    const auto found = std::find_if(patterns_.rbegin(), patterns_.rend(),
                                    [&](const Pattern& pattern) { return pattern.matches(path, folder); });
    if (found == patterns_.rend()) return Verdict::none;
    return found->negated() ? Verdict::take : Verdict::leave_out;
}

Patterns::Verdict Patterns::judge_name(std::string_view name, IsFolder folder) const {
    const auto found = std::find_if(patterns_.rbegin(), patterns_.rend(), [&](const Pattern& pattern) {
        return !pattern.is_anchored() && pattern.matches(name, folder);
    });
    if (found == patterns_.rend()) return Verdict::none;
    return found->negated() ? Verdict::take : Verdict::leave_out;
}

}  // namespace p2pc::transfer
