// In place of Catch2 for the worlds that fuzz targets share with the tests: what a test requires of them must
// hold.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "fuzz/fuzz.hpp"

#define REQUIRE(...) MUST(__VA_ARGS__)
#define CHECK(...) MUST(__VA_ARGS__)
