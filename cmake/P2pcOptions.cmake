# Options and flags: everything goes through the target p2pc_options, nothing is set globally but what
# CMake itself reads from variables.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

option(P2PC_TESTS "build the tests" ON)
option(P2PC_BENCH "build the benchmarks" OFF)
option(P2PC_FUZZ "build the fuzz targets with libFuzzer; needs clang" OFF)
option(P2PC_COVERAGE "count what runs, branch by branch; needs clang" OFF)
set(P2PC_SANITIZE "" CACHE STRING "sanitizers for every target: 'address,undefined' or 'thread'")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(P2PC_CCACHE ccache)
if(P2PC_CCACHE)
    # The two names let ccache work with precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${P2PC_CCACHE})
endif()

add_library(p2pc_options INTERFACE)
target_compile_options(p2pc_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror -fno-strict-aliasing
    # g++ 12 takes the frames of Asio's coroutines, which have their own operator delete, for a mismatch
    -Wno-mismatched-new-delete)
if(P2PC_CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(p2pc_options INTERFACE -fpch-preprocess)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Warnings are g++'s business; clang sees others. The time of a precompiled header would defeat ccache.
    target_compile_options(p2pc_options INTERFACE -Wno-error -Wno-unknown-warning-option "SHELL:-Xclang -fno-pch-timestamp")
endif()
if(P2PC_FUZZ)
    target_compile_options(p2pc_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(P2PC_COVERAGE)
    # The counters are the file itself (%c), one for each program and plugin (%m): what a killed process had
    # counted is kept, and no process needs a variable that says where. To clang -O0 the code is as written.
    set(counting "-fprofile-instr-generate=${CMAKE_BINARY_DIR}/profiles/%c%m.profraw")
    target_compile_options(p2pc_options INTERFACE
        ${counting} -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
    target_link_options(p2pc_options INTERFACE ${counting})
endif()
if(P2PC_SANITIZE)
    target_compile_options(p2pc_options INTERFACE
        -fsanitize=${P2PC_SANITIZE} -fno-omit-frame-pointer -O1 -g1
        # sanitizer instrumentation makes g++ 12 warn about values that are set
        -Wno-maybe-uninitialized)
    target_link_options(p2pc_options INTERFACE -fsanitize=${P2PC_SANITIZE})
    if(P2PC_SANITIZE MATCHES "undefined")
        target_compile_options(p2pc_options INTERFACE -fno-sanitize-recover=undefined -fno-sanitize=vptr)
    endif()
    if(P2PC_SANITIZE MATCHES "thread")
        # Asio's memory fences make -Wtsan warnings
        target_compile_definitions(p2pc_options INTERFACE ASIO_DISABLE_FENCED_BLOCK)
    endif()
else()
    target_compile_options(p2pc_options INTERFACE
        # at -O3 g++ 12 sees overflows in inserting into a short std::vector
        $<$<CONFIG:Release>:-Wno-stringop-overflow>
        $<$<CONFIG:Release>:-U_FORTIFY_SOURCE>
        $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>
        $<$<CONFIG:Release>:-D_GLIBCXX_ASSERTIONS>
        $<$<CONFIG:Release>:-fstack-protector-strong>
        $<$<CONFIG:Release>:-fstack-clash-protection>
        $<$<CONFIG:Release>:-ftrivial-auto-var-init=zero>)
    target_link_options(p2pc_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)
endif()
