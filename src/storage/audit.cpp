#include "storage/audit.hpp"

#include <array>
#include <utility>

namespace p2pc::storage {
namespace {

constexpr std::array events{
    std::pair{AuditEvent::login, std::string_view{"login"}},
    std::pair{AuditEvent::lockout, std::string_view{"lockout"}},
    std::pair{AuditEvent::window, std::string_view{"window"}},
    std::pair{AuditEvent::registered, std::string_view{"registered"}},
    std::pair{AuditEvent::reset, std::string_view{"reset"}},
    std::pair{AuditEvent::password, std::string_view{"password"}},
    std::pair{AuditEvent::device_added, std::string_view{"device_added"}},
    std::pair{AuditEvent::device_removed, std::string_view{"device_removed"}},
    std::pair{AuditEvent::more, std::string_view{"more"}},
    std::pair{AuditEvent::admin_block, std::string_view{"admin_block"}},
    std::pair{AuditEvent::admin_unblock, std::string_view{"admin_unblock"}},
    std::pair{AuditEvent::admin_token, std::string_view{"admin_token"}},
    std::pair{AuditEvent::admin_reset, std::string_view{"admin_reset"}},
    std::pair{AuditEvent::admin_remove, std::string_view{"admin_remove"}},
    std::pair{AuditEvent::admin_backup, std::string_view{"admin_backup"}},
};

constexpr std::array outcomes{
    std::pair{AuditOutcome::done, std::string_view{"done"}},
    std::pair{AuditOutcome::wrong, std::string_view{"wrong"}},
    std::pair{AuditOutcome::refused, std::string_view{"refused"}},
};

template <class Table, class Value>
std::string_view text_in(const Table& table, Value value) noexcept {
    for (const auto& [known, text] : table) {
        if (known == value) return text;
    }
    return "";
}

template <class Value, std::size_t N>
std::optional<Value> value_in(const std::array<std::pair<Value, std::string_view>, N>& table,
                              std::string_view text) noexcept {
    for (const auto& [value, known] : table) {
        if (known == text) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(AuditEvent event) noexcept {
    return text_in(events, event);
}

std::string_view to_text(AuditOutcome outcome) noexcept {
    return text_in(outcomes, outcome);
}

std::optional<AuditEvent> parse_audit_event(std::string_view text) noexcept {
    return value_in(events, text);
}

std::optional<AuditOutcome> parse_audit_outcome(std::string_view text) noexcept {
    return value_in(outcomes, text);
}

}  // namespace p2pc::storage
