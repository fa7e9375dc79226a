# Warnings are errors, and the binary is hardened; both for every target through portreeve_flags.
add_library(portreeve_flags INTERFACE)
target_compile_options(portreeve_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Werror
  -fstack-protector-strong -fcf-protection=full -fstack-clash-protection
  -ftrivial-auto-var-init=zero -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bugs 105329, 105651: "literal" + std::string and string moves are taken for overlapping copies
  # and for reads beyond the end or of nothing; the sanitizers and Clang stay the judges of that.
  target_compile_options(portreeve_flags INTERFACE -Wno-restrict -Wno-array-bounds
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(portreeve_flags INTERFACE -Wthread-safety
    -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang -Qunused-arguments)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(portreeve_flags INTERFACE _FORTIFY_SOURCE=2)
endif()
target_compile_definitions(portreeve_flags INTERFACE _GLIBCXX_ASSERTIONS)
# The same program wherever the tree stands; the compiler cache (CMakePresets.json) serves every clone.
target_compile_options(portreeve_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
target_link_options(portreeve_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(PORTREEVE_SANITIZE)
  string(REPLACE ";" "," sanitizers "${PORTREEVE_SANITIZE}")
  # A target may opt out for its own code (cmake/portreeve.cmake says which and why).
  set(judged "$<NOT:$<BOOL:$<TARGET_PROPERTY:PORTREEVE_UNSANITIZED>>>")
  target_compile_options(portreeve_flags INTERFACE -fno-omit-frame-pointer
    "$<${judged}:-fsanitize=${sanitizers};-fno-sanitize-recover=all>")
  target_link_options(portreeve_flags INTERFACE -fsanitize=${sanitizers})
endif()
if(PORTREEVE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio's fences: GCC warns that ThreadSanitizer does not see them; it sees the mutexes beside them.
  target_compile_options(portreeve_flags INTERFACE -Wno-tsan)
endif()
if(PORTREEVE_FUZZ)
  target_compile_options(portreeve_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_EXE_LINKER_FLAGS_INIT "-pie")
