// Scheme-specific options: known keys are read, an unknown one is a failure.
#pragma once

#include <initializer_list>
#include <optional>
#include <p2pc/transport/text.hpp>
#include <p2pc/transport/transport.hpp>
#include <string>

namespace p2pc::socket {

inline std::optional<transport::Failure> unknown_option(std::span<const transport::Option> options,
                                                        std::initializer_list<std::string_view> known) {
    for (const auto& option : options) {
        bool found = false;
        for (const auto key : known)
            found = found || key == option.key;
        if (!found) {
            return transport::make_failure(Errc::usage,
                                           "unknown transport option '" + std::string{option.key} + "'");
        }
    }
    return std::nullopt;
}

inline std::string option_value(std::span<const transport::Option> options, std::string_view key) {
    for (const auto& option : options)
        if (option.key == key) return std::string{option.value};
    return {};
}

}  // namespace p2pc::socket
