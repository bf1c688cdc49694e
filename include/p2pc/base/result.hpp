// Result<T>: a value or an Error. The one way a function of p2pc says that it failed.
//
// Exceptions are left for bugs and memory (docs/decisions/0002-errors.md).
#pragma once

#include <cassert>
#include <optional>
#include <p2pc/base/error.hpp>
#include <utility>
#include <variant>

namespace p2pc {

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    Result(Errc code) : state_(std::in_place_index<1>, Error(code)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }
    bool ok() const noexcept { return state_.index() == 0; }

    // REQUIRES: ok()
    T& value() & noexcept { return *held(); }
    const T& value() const& noexcept { return *held(); }
    T&& value() && noexcept { return std::move(*held()); }
    T& operator*() & noexcept { return *held(); }
    const T& operator*() const& noexcept { return *held(); }
    T&& operator*() && noexcept { return std::move(*held()); }
    T* operator->() noexcept { return held(); }
    const T* operator->() const noexcept { return held(); }

    // REQUIRES: !ok()
    const Error& error() const noexcept {
        assert(state_.index() == 1);
        return *std::get_if<1>(&state_);
    }

  private:
    T* held() noexcept {
        assert(state_.index() == 0);
        return std::get_if<0>(&state_);
    }
    const T* held() const noexcept {
        assert(state_.index() == 0);
        return std::get_if<0>(&state_);
    }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}
    Result(Errc code) : error_(Error(code)) {}

    explicit operator bool() const noexcept { return !error_; }
    bool ok() const noexcept { return !error_; }

    // REQUIRES: !ok()
    const Error& error() const noexcept {
        assert(error_);
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace p2pc
